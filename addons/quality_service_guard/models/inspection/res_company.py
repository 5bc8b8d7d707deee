from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    guard_gauge_overdue = fields.Selection(
        [("refuse", "Refuse the reading"), ("flag", "Take the reading and flag it")],
        "Gauge out of Calibration",
        required=True,
        default="refuse",
        help="What happens to a reading by a gauge whose calibration has run out.",
    )
