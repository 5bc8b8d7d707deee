import io
import shutil
import unittest

from lxml import html
from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools.misc import format_datetime
from odoo.tools.pdf import PdfFileReader

from ..common import OrderReviewCommon

REPORT = "quality_service_guard.report_order_review"


@tagged("post_install", "-at_install")
class TestOrderReviewReport(OrderReviewCommon, HttpCase):
    """The review on paper: everything that was asked, answered, changed and decided."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.review = cls._make_review()
        line = cls.review.line_ids[1]  # its answer stands when the first line is edited
        line.with_user(cls.production).write({"quantity_answer": "changed", "quantity_evidence": "Two shifts"})
        issue = (
            cls.env["guard.review.issue"]
            .with_user(cls.quality)
            .create({"review_id": cls.review.id, "name": "Which coating?", "kind": "requirement"})
        )
        issue.with_user(cls.seller).answer = "Zinc, 8 µm"
        issue.with_user(cls.quality).action_settle()
        cls._sign(cls.review)
        cls.review.order_id.order_line[0].with_user(cls.seller).product_uom_qty = 6

    def _text(self, reviews, user=None, lang="en_US"):
        report = self.env["ir.actions.report"].with_user(user or self.quality).with_context(lang=lang)
        content, kind = report._render_qweb_html(REPORT, reviews.ids)
        self.assertEqual(kind, "html")
        return " ".join(html.fromstring(content).text_content().split())

    def test_paper_holds_the_whole_story(self):
        text = self._text(self.review)
        order = self.review.order_id
        for word in (
            self.review.name, order.name, self.customer.name, "Bearing", "Shaft", "OK with Change", "Two shifts",
            self.production.name, self.quality.name, "Which coating?", "Zinc, 8 µm", "Approved", "Voided", "Pending",
            "Quantity 5 → 6",
        ):  # fmt: skip
            self.assertIn(word, text)
        for decision in self.review.sudo().approval_request_id.decision_ids:
            self.assertIn(decision.fingerprint[:12], text)
        self.assertIn(self.review.sudo().approval_request_id.decision_ids.sorted("number")[-1].hash, text)

    def test_paper_names_conditions_and_who_decided_for_whom(self):
        self.env["guard.delegation"].with_user(self.quality).create(
            {"deputy_id": self.officer.id, "date_to": fields.Datetime.add(fields.Datetime.now(), days=3)}
        )
        review = self._make_review()
        review.with_user(self.officer).action_answer_ok()
        action = review.with_user(self.officer).action_approve_if()
        self.env[action["res_model"]].with_user(self.officer).with_context(**action["context"]).create(
            {
                "condition": "The coating is confirmed in writing",
                "user_id": self.seller.id,
                "deadline": fields.Datetime.add(fields.Datetime.now(), days=5),
            }
        ).action_apply()
        text = self._text(review)
        self.assertIn(f"{self.officer.name} On Behalf Of {self.quality.name}", text)
        self.assertIn("The coating is confirmed in writing", text)
        self.assertIn(f"{self.seller.name} {format_datetime(self.env, review.approval_condition_ids.deadline)}", text)
        self.assertNotIn("Conditions", self._text(self.review))

    def test_two_reviews_are_one_print(self):
        other = self._make_review()
        text = self._text(self.review | other)
        self.assertIn(self.review.name, text)
        self.assertIn(other.name, text)

    def test_paper_speaks_the_language_of_its_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        text = self._text(self.review, lang="zh_CN")
        self.assertIn("评审中", text)
        self.assertNotIn("In Review", text)

    def test_who_may_not_read_the_review_gets_no_paper(self):
        stranger = self.env["res.users"].create({"name": "Stranger", "login": "stranger"})
        with self.assertRaises(Exception):  # noqa: B017  # QWeb wraps the AccessError
            self._text(self.review, user=stranger)

    @unittest.skipUnless(shutil.which("wkhtmltopdf"), "wkhtmltopdf is not installed")
    def test_two_reviews_print_as_one_pdf(self):
        reviews = self.review | self._make_review()
        report = self.env["ir.actions.report"].with_user(self.quality).with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf(REPORT, reviews.ids)
        self.assertEqual((kind, content[:4]), ("pdf", b"%PDF"))
        self.assertGreaterEqual(PdfFileReader(io.BytesIO(content)).numPages, 2)
