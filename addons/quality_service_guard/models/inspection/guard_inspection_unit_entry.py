from odoo import models
from odoo.exceptions import UserError


class GuardInspectionUnit(models.Model):
    """A sample unit as the grid shows it, and when another one may take its place (clause 2.2.3)."""

    _inherit = "guard.inspection.unit"

    def _check_substitute(self, number):
        """What has been read is not made to disappear with its unit, and the other one is a unit of the lot."""
        inspection = self.inspection_id
        if any(reading.state in ("met", "not_met") for reading in self.reading_ids):
            raise UserError(
                self.env._(
                    "Unit %(number)s has readings already, so it stays in the sample. A reading that is wrong is made void, "
                    "with the reason.",
                    number=self.number,
                )
            )
        size = inspection._lot_size()
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= size:
            raise UserError(
                self.env._("The units of %(inspection)s are numbered 1 to %(size)s.", inspection=inspection.name, size=size)
            )
        if number in inspection.unit_ids.mapped("number"):
            raise UserError(
                self.env._("Unit %(number)s is in the sample already. Choose one that is not.", number=number)
            )

    def _tell(self):
        """The unit as the grid shows it."""
        return {
            "id": self.id,
            "number": self.number,
            "replaced_number": self.replaced_number,
            "replace_reason": self.replace_reason,
            "lot_id": self.lot_id.id,
            "lot": self.lot_id.name,
        }
