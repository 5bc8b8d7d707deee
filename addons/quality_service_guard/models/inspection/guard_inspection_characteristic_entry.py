from odoo import models
from odoo.tools import format_date


class GuardInspectionCharacteristic(models.Model):
    """A characteristic as the head of a column of readings (clause 2.2.3)."""

    _inherit = "guard.inspection.characteristic"

    def _tell_columns(self):
        """What whoever reads has to know: requirement, limits, class, gauge; False where there is no limit."""
        columns = []
        for line in self:
            lower, upper, _target = line._get_limits()
            gauge = line.gauge_id
            columns.append(
                {
                    "id": line.id,
                    "name": line.name,
                    "kind": line.kind,
                    "grade": line.grade,
                    "requirement": line.requirement,
                    "method": line.method,
                    "lower": False if lower is None else lower,
                    "upper": False if upper is None else upper,
                    "has_lower": lower is not None,
                    "has_upper": upper is not None,
                    "unit": line.uom_id.name,
                    "gauge": gauge.display_name,
                    "gauge_until": gauge.guard_calibrated_until and format_date(self.env, gauge.guard_calibrated_until),
                    "is_gauge_overdue": line.is_gauge_overdue,
                }
            )
        return columns
