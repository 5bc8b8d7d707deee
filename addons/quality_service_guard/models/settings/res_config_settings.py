from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    guard_calendar_id = fields.Many2one(
        related="company_id.resource_calendar_id", string="Working Time of Duties", readonly=True
    )
    guard_clauses_in_force = fields.Integer(compute="_compute_guard_clauses_in_force", string="Clauses in Force")

    def _compute_guard_clauses_in_force(self):
        for settings in self:
            clauses = self.env["guard.clause"].with_company(settings.company_id)
            settings.guard_clauses_in_force = clauses.search_count([("in_force", "=", True)])

    def action_guard_enforce(self):
        """Open the preview of putting the policy in force."""
        return self.env["guard.clause"].action_enforce()
