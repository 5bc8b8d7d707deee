from odoo import fields, models


class ResCompany(models.Model):
    """How strictly a company inspects: what the standard or a gauge has not confirmed (clause 2.2.3)."""

    _inherit = "res.company"

    guard_reduced_inspection = fields.Boolean(
        "Reduced Inspection",
        groups="quality_service_guard.group_guard_manager,base.group_system",
        help="Table 2-C and the switching score of ISO 2859-1 are used. Both are to be checked against the standard first.",
    )
    guard_gauge_overdue = fields.Selection(
        [("refuse", "Refuse the reading"), ("flag", "Take the reading and flag it")],
        "Gauge out of Calibration",
        required=True,
        default="refuse",
        help="What happens to a reading by a gauge whose calibration has run out.",
    )

    def write(self, vals):
        if "guard_reduced_inspection" not in vals:
            return super().write(vals)
        before = self.filtered(lambda company: company.sudo().guard_reduced_inspection)
        res = super().write(vals)
        after = self.filtered(lambda company: company.sudo().guard_reduced_inspection)
        states = self.env["guard.sampling.state"]
        states._end_reduced(before - after)
        changed = (before | after) - (before & after)
        states.sudo().search([("company_id", "in", changed.ids)])._follow()
        return res
