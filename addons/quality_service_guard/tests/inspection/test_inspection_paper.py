import shutil
import unittest

from lxml import html
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .common import InspectionInForceCommon


@tagged("post_install", "-at_install")
class TestInspectionPaper(InspectionInForceCommon, HttpCase):
    """Report, label and certificate say what was found and decided, and a certificate can be proved (clause 2.3.3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_point()
        _receipt, cls.inspection = cls._receive()
        cls._read(cls.inspection)

    def _text(self, name, lang="en_US"):
        report = self.env["ir.actions.report"].with_user(self.quality).with_context(lang=lang)
        content, _kind = report._render_qweb_html(f"quality_service_guard.{name}", self.inspection.ids)
        return " ".join(html.fromstring(content).text_content().split())

    def _url(self):
        return self.inspection._get_certificate_url().partition("/quality/")[2]

    def test_report_tells_readings_and_decisions(self):
        self._decide(self.inspection, accepted=100, rejected=50)
        text = self._text("report_inspection")
        for word in (
            self.inspection.name, "Steel Bar", "Failed", "No cracks", "59.9 to 60.1, target 60", "60", "Rejected", "Accepted",
            self.inspection.seed, self.quality.name, self.inspection.picking_id.name,
        ):  # fmt: skip
            self.assertIn(word, text)

    def test_label(self):
        text = self._text("report_inspection_label")
        self.assertIn("In Progress", text)
        self.assertIn("150", text)

    def test_only_what_passed_is_certified(self):
        for attempt in (
            lambda: self.inspection.with_user(self.quality).action_print_certificate(),
            lambda: self._text("report_inspection_certificate"),
        ):
            with self.assertRaises(UserError):
                attempt()
        self._decide(self.inspection, accepted=150)
        self.assertEqual(
            self.inspection.with_user(self.quality).action_print_certificate()["report_name"],
            "quality_service_guard.report_inspection_certificate",
        )
        self.assertIn("Steel Bar", self._text("report_inspection_certificate"))

    def test_whoever_holds_the_code_can_prove_it(self):
        self._decide(self.inspection, accepted=150)
        page = self.url_open(f"/quality/{self._url()}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("This certificate is genuine", page.text)
        forged = self.url_open(f"/quality/{self._url()[:-4]}0000")
        self.assertEqual(forged.status_code, 404)
        self.assertNotIn("Steel Bar", forged.text)
        other = self.url_open(f"/quality/certificate/999999/{self.inspection._get_certificate_token()}")
        self.assertEqual(other.status_code, 404)

    @unittest.skipUnless(shutil.which("wkhtmltopdf"), "no wkhtmltopdf on this machine")
    def test_papers_are_printed(self):
        self._decide(self.inspection, accepted=150)
        for name in ("report_inspection", "report_inspection_label", "report_inspection_certificate"):
            content, kind = (
                self.env["ir.actions.report"]
                .with_user(self.quality)
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(f"quality_service_guard.{name}", self.inspection.ids)
            )
            self.assertEqual((kind, content[:4]), ("pdf", b"%PDF"))
