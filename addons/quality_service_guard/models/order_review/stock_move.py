from odoo import api, models
from odoo.fields import Domain

from ...tools.gates import gate


class StockMove(models.Model):
    """Goods leave for a customer only when the conditions of the order's approval are met (clause 2.1.1)."""

    _name = "stock.move"
    _inherit = ["stock.move", "guard.gate.mixin"]

    @gate("order_delivery", on={"state": "done"})
    def _obstacles_order_delivery(self):
        """What the departments demanded before delivery and is not met yet.

        :return: sentences by move, for moves to customers of orders with open conditions
        """
        leaving = self.filtered(lambda move: move.sale_line_id and move.location_dest_id.usage == "customer")
        reviews = leaving.sale_line_id.order_id.guard_review_ids
        if not reviews:
            return {}
        found = {}
        for review, texts in self.env["guard.approval.condition"]._obstacles(reviews, "order_delivery").items():
            found.setdefault(review.order_id, []).extend(texts)
        orders = {move: move.sale_line_id.order_id for move in leaving}
        return {move: found[order] for move, order in orders.items() if order in found}

    @api.model
    def _guard_open_domain(self, asked, company):
        """Only moves of orders that were approved on a condition can be stopped here."""
        if asked.code != "order_delivery":
            return super()._guard_open_domain(asked, company)
        conditions = self.env["guard.approval.condition"].sudo().search(
            Domain("gate_id.code", "=", asked.code) & Domain("state", "in", ("open", "reported"))
        )
        reviews = self.env["guard.order.review"].browse(
            condition.res_id for condition in conditions if condition.res_model == "guard.order.review"
        )
        return (
            super()._guard_open_domain(asked, company)
            & Domain("state", "!=", "cancel")
            & Domain("sale_line_id.order_id", "in", reviews.sudo().order_id.ids)
        )
