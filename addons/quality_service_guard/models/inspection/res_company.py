from odoo import fields, models


class ResCompany(models.Model):
    """Whether a company uses what nobody has compared with the standard yet (clause 2.2.3)."""

    _inherit = "res.company"

    guard_reduced_inspection = fields.Boolean(
        "Reduced Inspection",
        groups="quality_service_guard.group_guard_manager,base.group_system",
        help="Table 2-C and the switching score of ISO 2859-1 are used. Both are to be checked against the standard first.",
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
