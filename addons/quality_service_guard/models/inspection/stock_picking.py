from odoo import models


class StockPicking(models.Model):
    """The inspections of a transfer, a press away."""

    _inherit = "stock.picking"

    def action_guard_open_inspections(self):
        """Open what is asked for and is not there yet, and show all inspections of the transfer."""
        self.check_access("read")
        self.move_ids.filtered(lambda move: move.state not in ("draft", "done", "cancel"))._guard_open_inspections()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_inspection_action"),
            "domain": [("picking_id", "in", self.ids)],
            "context": {},
        }
