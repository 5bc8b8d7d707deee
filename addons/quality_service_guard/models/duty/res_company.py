from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    guard_remind_hours = fields.Float(
        "Reminder Before", default=2.0, help="Hours of working time before a duty is due at which its person is reminded."
    )
    guard_deputy_hours = fields.Float(
        "Deputy After", default=4.0, help="Hours of working time after a duty was due at which its deputy gets it."
    )
    guard_superior_hours = fields.Float(
        "Superior After",
        default=8.0,
        help="Hours of working time that the deputy has until the superior gets a duty; and again to the next superior.",
    )

    _guard_ladder_positive = models.Constraint(
        "CHECK (guard_remind_hours >= 0 AND guard_deputy_hours > 0 AND guard_superior_hours > 0)",
        "The ladder of duties needs hours above zero, or everybody would be asked at once.",
    )

    def _guard_grace(self):
        """Working hours between the reminder and the deputy."""
        return self.guard_remind_hours + self.guard_deputy_hours
