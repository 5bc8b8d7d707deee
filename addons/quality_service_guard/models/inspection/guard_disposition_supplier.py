from markupsafe import Markup
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import plaintext2html

from .guard_disposition import OPEN

ANSWER_LENGTH = 5000  # characters
ANSWERS = 20  # so many answers of a supplier are taken, then people talk
FILE_SIZE = 10 * 1024 * 1024  # bytes
# what an 8D report comes as; told by its content, not by its name
FILE_TYPES = {
    "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
}


class GuardDisposition(models.Model):
    """The supplier is told what was found and what is asked, and answers on a page of their own (clause 2.2.3)."""

    _inherit = "guard.disposition"

    def action_tell_supplier(self):
        """Send the supplier what was found, with a link to answer by."""
        self.check_access("write")
        for disposition in self:
            disposition._check_can_be_told()
        for disposition in self:
            disposition._tell_supplier()

    def action_preview(self):
        """Open the page as the supplier sees it."""
        self.ensure_one()
        self.check_access("write")
        return {"type": "ir.actions.act_url", "target": "new", "url": self.get_portal_url()}

    def _check_can_be_told(self):
        if self.state not in OPEN:
            raise UserError(self.env._("%(disposition)s is settled.", disposition=self.name))
        partner, inspection = self.sudo().partner_id, self.sudo().inspection_id
        if not partner or not (inspection.occasion == "receipt" or inspection.rework_of_id):
            raise UserError(
                self.env._(
                    "%(disposition)s: %(inspection)s has no supplier to tell.",
                    disposition=self.name,
                    inspection=self.inspection_id.name,
                )
            )
        if not partner.email:
            raise UserError(
                self.env._(
                    "%(disposition)s: %(partner)s has no e-mail address. Purchasing enters it on the contact.",
                    disposition=self.name,
                    partner=partner.display_name,
                )
            )

    def _tell_supplier(self):
        disposition = self.sudo()
        disposition._portal_ensure_token()
        disposition._set_state(disposition.state, told_on=fields.Datetime.now())
        disposition.message_post_with_source(
            self.env.ref("quality_service_guard.mail_template_disposition"),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=disposition.partner_id.ids,
            attachment_ids=disposition._attach_report().ids,
            author_id=self.env.user.partner_id.id,
            email_from=self.env.user.email_formatted,
        )

    def _attach_report(self):
        """The printed inspection, where it can be printed; the mail tells the readings in any case."""
        report = self.env.ref("quality_service_guard.guard_inspection_report_pdf", raise_if_not_found=False)
        if not report or report.get_wkhtmltopdf_state() in ("install", "broken"):
            return self.env["ir.attachment"]
        report = report.with_context(lang=self.partner_id.lang or self.env.lang)
        content, _format = report._render_qweb_pdf(report.report_name, self.inspection_id.ids)
        return self.env["ir.attachment"].create(
            {
                "name": f"{self.inspection_id.name.replace('/', '-')}.pdf",
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    # What the page shows

    def _get_link(self):
        """The address of the supplier's page, for the mail."""
        return self.get_base_url() + self.get_portal_url()

    def _get_findings(self):
        """The readings that were not met, for mail and page."""
        return self.inspection_id._get_not_met().sorted(lambda reading: (reading.unit_id.number, reading.id))

    def _get_request(self):
        """What is asked of the supplier, as a sentence."""
        values = {
            "quantity": f"{self.quantity:g}",
            "unit": self.uom_id.name,
            "product": self.product_id.display_name,
        }
        return {
            "return": self.env._(
                "We return %(quantity)s %(unit)s of %(product)s and ask you to credit them.", **values
            ),
            "exchange": self.env._(
                "We return %(quantity)s %(unit)s of %(product)s and ask you to replace them.", **values
            ),
            "rework": self.env._("We rework %(quantity)s %(unit)s of %(product)s ourselves.", **values),
            "scrap": self.env._("We scrap %(quantity)s %(unit)s of %(product)s.", **values),
            "sorting": self.env._("We sort %(quantity)s %(unit)s of %(product)s piece by piece.", **values),
            "concession": self.env._("We look into using %(quantity)s %(unit)s of %(product)s as they are.", **values),
        }[self.kind]

    def _may_be_answered(self):
        return bool(self.told_on) and self.state in OPEN and self.answer_count < ANSWERS

    # The answer

    def _take_answer(self, answer, text, author, attachments=()):
        """Keep the supplier's answer, and tell the responsible.

        :param str answer: accepted, disputed or proposed
        :param author: the partner who answers
        :param attachments: ``[(name, content)]``
        """
        self.ensure_one()
        labels = dict(self._fields["answer"]._description_selection(self.with_context(lang=self.user_id.lang).env))
        self._set_state(
            self.state,
            answer=answer,
            answer_text=text,
            answered_on=fields.Datetime.now(),
            answered_by=author.display_name,
            answer_count=self.answer_count + 1,
        )
        self.message_post(
            body=Markup("<p><b>%s</b></p>%s") % (labels[answer], plaintext2html(text or "")),
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachments=list(attachments),
            partner_ids=self.user_id.partner_id.ids,
        )
