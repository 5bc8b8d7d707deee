from odoo import models


class MrpProduction(models.Model):
    """Work orders and finished goods are inspected where control points ask for it (clause 2.3.3)."""

    _inherit = "mrp.production"

    def action_confirm(self):
        res = super().action_confirm()
        self.workorder_ids._guard_open_inspections()
        return res

    def _action_cancel(self):
        res = super()._action_cancel()
        if self.env["stock.move"]._guard_inspects():
            inspections = self.env["guard.inspection"].sudo()
            inspections.search([("production_id", "in", self.ids), ("workorder_id", "!=", False)])._cancel()
        return res
