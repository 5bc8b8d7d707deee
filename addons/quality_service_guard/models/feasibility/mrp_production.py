from odoo import models


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def action_confirm(self):
        """The work orders of the order take over the capacity that its review reserved."""
        self.sudo()._guard_take_over()
        return super().action_confirm()

    def _guard_take_over(self):
        reservations = self.env["guard.capacity.reservation"]
        if orders := self.reference_ids.sale_ids:
            reservations.search(
                [("order_id", "in", orders.ids), ("operation_id", "in", self.bom_id.operation_ids.ids)]
            )._release("taken")
