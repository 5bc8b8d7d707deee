from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """Who prepares a delivery sees beforehand what its moves will be refused for."""

    _inherit = "stock.picking"

    guard_obstacles = fields.Text("Obstacles", compute="_compute_guard_obstacles", compute_sudo=False)

    @api.depends_context("uid", "lang")
    def _compute_guard_obstacles(self):
        found = self._origin.move_ids._guard_obstacles()
        for picking in self:
            texts = [text for move in picking._origin.move_ids for text in found.get(move, ())]
            picking.guard_obstacles = "\n".join(dict.fromkeys(texts)) or False

    def action_guard_open_conditions(self):
        """Open the conditions that the delivery waits for."""
        self.check_access("read")
        reviews = self.sudo().move_ids.sale_line_id.order_id.guard_review_ids
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_approval_condition_action"),
            "domain": [("res_model", "=", reviews._name), ("res_id", "in", reviews.ids)],
        }

    def action_guard_request_deviation(self):
        """Ask for a permit for the next move that is stopped; each move is permitted by itself."""
        self.ensure_one()
        self.check_access("read")
        stopped = [move for move in self.move_ids if move in self.move_ids._guard_obstacles()]
        asked = self.env["guard.deviation"].search(
            [("res_model", "=", "stock.move"), ("res_id", "in", self.move_ids.ids), ("state", "=", "requested")]
        )
        waiting = [move for move in stopped if move.id not in asked.mapped("res_id")]
        if not waiting:
            raise UserError(
                self.env._("%(picking)s: a permit has been asked for every move that is stopped.", picking=self.name)
            )
        return waiting[0].action_guard_request_deviation()
