import base64
import io

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ...models.inspection import guard_disposition_supplier
from .common import InspectionInForceCommon

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@tagged("post_install", "-at_install")
class TestDispositionPortal(InspectionInForceCommon, HttpCase):
    """The supplier is told what was found and answers on a page, with nothing but the link: real requests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_point(hold="quarantine")
        cls.vendor.email = "quality@bearing.example.com"

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("en_US")
        self.opener.cookies["frontend_lang"] = "en_US"  # what the visitor reads
        self.inspection = self._reject()
        self.disposition = self._make_disposition(self.inspection)
        self.disposition.action_tell_supplier()

    def _reject(self):
        receipt, inspection = self._receive()
        receipt.button_validate()
        self._read(inspection, bad=1)
        self._decide(inspection, rejected=150)
        return inspection

    def _make_disposition(self, inspection, **values):
        return (
            self.env["guard.disposition"]
            .with_user(self.buyer)
            .create({"inspection_id": inspection.id, "kind": "exchange", "quantity": 150, **values})
        )

    def _url(self, disposition=None, suffix="", token=None):
        disposition = (disposition or self.disposition).sudo()
        token = disposition.access_token if token is None else token
        return f"/my/dispositions/{disposition.id}{suffix}?access_token={token}"

    def _page(self, **values):
        response = self.url_open(self._url(**values))
        self.env.invalidate_all()
        return response

    def _answer(self, answer="accepted", text="", file=None, csrf=True, **values):
        self.authenticate(None, None)
        data = {"answer": answer, "text": text}
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open(
            self._url(suffix="/answer", **values), data=data, files={"file": file} if file else None
        )
        self.env.invalidate_all()
        return response

    # Telling

    def test_supplier_is_told_in_their_language_with_the_link(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("quality_service_guard.mail_template_disposition")
        template.with_context(lang="zh_CN").subject = "不合格品"
        self.vendor.lang = "zh_CN"
        disposition = self._make_disposition(self._reject())
        disposition.action_tell_supplier()
        message = disposition.message_ids[:1]
        self.assertEqual(message.subject, "不合格品")
        self.assertIn(self.vendor, message.notified_partner_ids)
        self.assertIn(f"/my/dispositions/{disposition.id}?access_token=", message.body)
        self.assertIn(disposition.name, message.body)
        self.assertEqual(message.author_id, self.buyer.partner_id)
        self.assertTrue(disposition.told_on)

    def test_supplier_without_address_is_not_told(self):
        self.vendor.email = False
        with self.assertRefused("has no e-mail address. Purchasing enters it"):
            self._make_disposition(self._reject()).action_tell_supplier()

    def test_customer_is_not_told_of_goods_that_they_did_not_deliver(self):
        inspection = self._reject()
        with inspection._unsealed():
            inspection.occasion = "delivery"
        disposition = self._make_disposition(inspection, kind="scrap")
        with self.assertRefused("has no supplier to tell"):
            disposition.action_tell_supplier()

    def test_settled_one_is_not_told(self):
        self.disposition.action_cancel()
        with self.assertRefused("is settled"):
            self.disposition.action_tell_supplier()

    # The page

    def test_page_tells_what_was_found_and_what_is_asked(self):
        page = self._page().text
        for text in (self.disposition.name, "ask you to replace", "150", "Steel Bar", "60.5", "Diameter", "Not met"):
            self.assertIn(text, page)
        self.assertIn('name="csrf_token"', page)
        self.assertNotIn(str(self.disposition.note or "Internal Note"), page)

    def test_pictures_are_shown_by_the_link_only_and_only_of_these_goods(self):
        readings = self.inspection.reading_ids
        other = self._reject().reading_ids[:1]
        with readings._unsealed():
            (readings[:1] | other).picture = base64.b64encode(PIXEL)
        self.assertIn(f"/picture/{readings[:1].id}", self._page().text)
        self.assertEqual(self._page(suffix=f"/picture/{readings[:1].id}").headers["Content-Type"], "image/png")
        for values in (
            {"suffix": f"/picture/{other.id}"},
            {"suffix": f"/picture/{readings[1:2].id}"},
            {"suffix": f"/picture/{readings[:1].id}", "token": "wrong"},
        ):
            self.assertEqual(self._page(**values).status_code, 404, values)

    def test_wrong_missing_and_borrowed_tokens_show_nothing(self):
        other = self._make_disposition(self._reject())
        other.action_tell_supplier()
        for token in ("", "wrong", other.sudo().access_token, "null", "' OR 1=1 --"):
            response = self._page(token=token)
            self.assertNotIn(self.disposition.name, response.text, token)
            self.assertNotIn('id="guard_disposition"', response.text, token)
        self.assertNotIn('id="guard_disposition"', self.url_open("/my/dispositions/999999?access_token=x").text)

    def test_list_shows_what_the_own_company_was_told(self):
        contact = self.env["res.partner"].create(
            {"name": "Li Na", "parent_id": self.vendor.id, "email": "li@example.com"}
        )
        new_test_user(self.env, "supplier", "base.group_portal", partner_id=contact.id)
        new_test_user(self.env, "stranger", "base.group_portal")
        silent = self._make_disposition(self._reject())
        self.authenticate("supplier", "supplier")
        page = self.url_open("/my/dispositions").text
        self.assertIn(self.disposition.name, page)
        self.assertNotIn(silent.name, page)
        self.assertIn("/my/dispositions", self.url_open("/my").text)
        self.authenticate("stranger", "stranger")
        self.assertNotIn(self.disposition.name, self.url_open("/my/dispositions").text)
        self.assertNotIn('id="guard_disposition"', self._page(token="").text)

    def test_portal_users_read_nothing_by_rpc(self):
        supplier = new_test_user(self.env, "supplier", "base.group_portal", partner_id=self.vendor.id)
        with self.assertRaises(AccessError):
            self.disposition.with_user(supplier).read(["note", "cost"])
        with self.assertRaises(AccessError):
            self.env["guard.disposition"].with_user(supplier).search([])

    # The answer

    def test_answer_is_kept_and_the_responsible_is_told(self):
        response = self._answer("disputed", "The gauge is wrong <b>bold</b>")
        self.assertIn("Your answer has arrived", response.text)
        disposition = self.disposition
        self.assertEqual(
            (disposition.answer, disposition.answer_text, disposition.answer_count),
            ("disputed", "The gauge is wrong <b>bold</b>", 1),
        )
        message = disposition.message_ids[:1]
        self.assertEqual(message.author_id, self.vendor)
        self.assertIn("&lt;b&gt;bold", message.body)
        self.assertIn(self.buyer.partner_id, message.notified_partner_ids)

    def test_report_comes_with_the_answer(self):
        self._answer("accepted", file=("8D report.pdf", io.BytesIO(PDF), "application/pdf"))
        attachment = self.disposition.message_ids[:1].attachment_ids
        self.assertEqual((attachment.name, attachment.raw), ("8D report.pdf", PDF))

    def test_looking_changes_nothing(self):
        for suffix in ("", "/answer"):
            self.authenticate(None, None)
            self.url_open(self._url(suffix=suffix) + "&answer=accepted&text=yes")
        self.env.invalidate_all()
        self.assertFalse(self.disposition.answer)

    @mute_logger("odoo.http")
    def test_answer_of_another_page_is_refused(self):
        self.assertEqual(self._answer(csrf=False).status_code, 400)
        for token in ("", "wrong"):
            self._answer(token=token)
        self.assertFalse(self.disposition.answer)

    def test_bad_answers_are_told_and_keep_the_text(self):
        for answer, text, message in (
            ("settled", "", "choose whether you accept"),
            ("", "", "choose whether you accept"),
            ("disputed", "  ", "tell us why you do not agree"),
            ("proposed", "", "tell us why you do not agree"),
            ("disputed", "x" * 5001, "shorten your text to 5000"),
        ):
            response = self._answer(answer, text)
            self.assertIn(message, response.text)
        self.assertIn("x" * 5001, response.text)
        self.assertFalse(self.disposition.answer)

    def test_files_of_other_kinds_and_sizes_are_refused(self):
        for name, content in (
            ("8D.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
            ("8D.html", b"<html><script>alert(1)</script></html>"),
            ("8D.pdf", b"<html><script>alert(1)</script></html>"),
            ("8D.exe", PDF),
            ("8D.png", PDF),
            ("8D.pdf", b""),
        ):
            response = self._answer("accepted", file=(name, io.BytesIO(content), "application/pdf"))
            self.assertIn("Please send a PDF", response.text, name)
        self.assertFalse(self.disposition.answer)

    def test_too_large_a_file_is_refused(self):
        content = PDF + b" " * (guard_disposition_supplier.FILE_SIZE)
        response = self._answer("accepted", file=("8D.pdf", io.BytesIO(content), "application/pdf"))
        self.assertIn("larger than 10 MB", response.text)
        self.assertFalse(self.disposition.answer)

    def test_path_in_a_file_name_is_dropped(self):
        self._answer("accepted", file=("..\\..\\etc/8D.pdf", io.BytesIO(PDF), "application/pdf"))
        self.assertEqual(self.disposition.message_ids[:1].attachment_ids.name, "8D.pdf")

    def test_settled_one_is_not_answered_any_more(self):
        self.disposition.action_cancel()
        self.assertNotIn("Send Answer", self._page().text)
        self.assertIn("cannot be answered any more", self._answer().text)
        self.assertFalse(self.disposition.answer)

    def test_answers_end_after_twenty(self):
        self.disposition._set_state("draft", answer_count=20)
        self.assertIn("cannot be answered any more", self._answer().text)

    def test_colleague_sees_the_page_and_does_not_answer_for_the_supplier(self):
        self.authenticate(self.buyer.login, self.buyer.login)
        self.assertNotIn("Send Answer", self.url_open(self._url(token="")).text)
        response = self.url_open(
            self._url(suffix="/answer"), data={"answer": "accepted", "csrf_token": http.Request.csrf_token(self)}
        )
        self.assertIn("answered by the supplier", response.text)
        self.env.invalidate_all()
        self.assertFalse(self.disposition.answer)
