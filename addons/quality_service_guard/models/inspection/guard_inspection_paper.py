from base64 import b64encode

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import hmac

SCOPE = "quality_service_guard.certificate"
RELEASED = ("passed", "conceded")


class GuardInspection(models.Model):
    """What goes on paper: report, label, and the certificate of conformity that anybody can prove (clause 2.3.3)."""

    _inherit = "guard.inspection"

    def action_print_certificate(self):
        """Print the certificate of what was released."""
        self._check_certified()
        return self.env.ref("quality_service_guard.guard_inspection_certificate_pdf").report_action(self)

    def _check_certified(self):
        for inspection in self:
            if inspection.state not in RELEASED:
                raise UserError(
                    self.env._(
                        "%(inspection)s has not passed, so there is nothing to certify. A certificate is printed once the whole "
                        "lot has been accepted, or conceded by approval.",
                        inspection=inspection.name,
                    )
                )

    def _get_certificate_token(self):
        """What only a printed certificate knows; made from the database's secret, kept nowhere."""
        self.ensure_one()
        return hmac(self.env(su=True), SCOPE, (self.id, self.name))

    def _get_certificate_url(self):
        return f"{self.get_base_url()}/quality/certificate/{self.id}/{self._get_certificate_token()}"

    def _draw_qr(self, text):
        """A QR code as an image that a page can hold in itself."""
        image = self.env["ir.actions.report"].barcode("QR", text, width=220, height=220)
        return f"data:image/png;base64,{b64encode(image).decode()}"

    def _get_readings_table(self):
        """The readings as they are printed: one row a unit, one column a characteristic.

        :return: characteristics, and ``[(unit, [readings of each characteristic, the last one valid])]``
        """
        self.ensure_one()
        characteristics = self.reading_ids.characteristic_id.sorted(lambda line: (line.sequence, line.id))
        found = self.reading_ids.grouped(lambda reading: (reading.unit_id, reading.characteristic_id))
        nothing = self.env["guard.inspection.reading"]
        rows = [
            (unit, [found.get((unit, characteristic), nothing).sorted("id") for characteristic in characteristics])
            for unit in self.unit_ids.sorted("number")
        ]
        return characteristics, rows
