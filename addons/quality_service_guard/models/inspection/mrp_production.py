from odoo import api, fields, models


class MrpProduction(models.Model):
    """Work orders and finished goods are inspected where control points ask for it (clause 2.3.3)."""

    _name = "mrp.production"
    _inherit = ["mrp.production", "guard.inspected.mixin"]

    _guard_inspected_path = "production_id"

    guard_obstacles = fields.Text("Obstacles", compute="_compute_guard_obstacles", compute_sudo=False)

    @api.depends_context("uid", "lang")
    def _compute_guard_obstacles(self):
        """What its work orders and its goods will be refused for."""
        orders = self._origin.workorder_ids.filtered(lambda order: order.state != "cancel")
        moves = self._origin.move_finished_ids.filtered(lambda move: move.state != "cancel")
        found = {**orders._guard_obstacles(), **moves._guard_obstacles()}
        for production in self:
            steps = [*production._origin.workorder_ids, *production._origin.move_finished_ids]
            texts = [text for step in steps for text in found.get(step, ())]
            production.guard_obstacles = "\n".join(dict.fromkeys(texts)) or False

    def action_confirm(self):
        res = super().action_confirm()
        self.workorder_ids._guard_open_inspections()
        return res

    def action_guard_inspections(self):
        """Open what is asked for and is not there yet, and show all inspections of the order."""
        self.check_access("read")
        self.workorder_ids._guard_open_inspections()
        finished = self.move_finished_ids.filtered(lambda move: move.state not in ("draft", "done", "cancel"))
        finished._guard_open_inspections()
        return super().action_guard_inspections()

    def _action_cancel(self):
        res = super()._action_cancel()
        if self.env["stock.move"]._guard_inspects():
            inspections = self.env["guard.inspection"].sudo()
            inspections.search([("production_id", "in", self.ids), ("workorder_id", "!=", False)])._cancel()
        return res

    def action_guard_preview(self):
        """Show which inspections this document would have, and why."""
        self.ensure_one()
        return self.env["guard.control.point"]._show_preview(self)
