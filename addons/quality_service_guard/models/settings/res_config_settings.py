from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    guard_calendar_id = fields.Many2one(
        related="company_id.resource_calendar_id", string="Working Time of Duties", readonly=True
    )
    guard_remind_hours = fields.Float(related="company_id.guard_remind_hours", readonly=False)
    guard_deputy_hours = fields.Float(related="company_id.guard_deputy_hours", readonly=False)
    guard_superior_hours = fields.Float(related="company_id.guard_superior_hours", readonly=False)
    guard_gauge_overdue = fields.Selection(related="company_id.guard_gauge_overdue", readonly=False)
    guard_reduced_inspection = fields.Boolean(related="company_id.guard_reduced_inspection", readonly=False)
    guard_clauses_in_force = fields.Integer(compute="_compute_guard_summary", string="Clauses in Force")
    guard_gates_blocking = fields.Integer(compute="_compute_guard_summary", string="Gates That Block")
    guard_gates_warning = fields.Integer(compute="_compute_guard_summary", string="Gates That Warn")
    guard_chain_count = fields.Integer(compute="_compute_guard_summary", string="Approval Chains")

    @api.depends("company_id")
    def _compute_guard_summary(self):
        """What asks something of people in this company today."""
        for settings in self:
            company = settings.company_id
            settings.guard_clauses_in_force = (
                self.env["guard.clause"].with_company(company).search_count([("in_force", "=", True)])
            )
            modes = [by_company.get(company.id) for by_company in self.env["guard.gate"]._modes().values()]
            settings.guard_gates_blocking = modes.count("block")
            settings.guard_gates_warning = modes.count("warn")
            settings.guard_chain_count = self.env["guard.approval.chain"].sudo().search_count(
                [("company_id", "in", [False, company.id])]
            )

    def action_guard_enforce(self):
        """Open the preview of putting the policy in force."""
        return self.env["guard.clause"].action_enforce()
