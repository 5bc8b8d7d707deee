from odoo import models


class StockPicking(models.Model):
    """The inspections of a transfer, and what happens when somebody swallows its refusal."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "guard.inspected.mixin"]

    _guard_inspected_path = "picking_id"

    def action_guard_inspections(self):
        """Open what is asked for and is not there yet, and show all inspections of the transfer."""
        self.check_access("read")
        self.move_ids.filtered(lambda move: move.state not in ("draft", "done", "cancel"))._guard_open_inspections()
        return super().action_guard_inspections()

    def action_guard_preview(self):
        """Show which inspections this document would have, and why."""
        self.ensure_one()
        return self.env["guard.control.point"]._show_preview(self)

    def _guard_tell_left_open(self):
        """Ask the present user to see to the transfers of these that are stopped by a gate."""
        for picking in self.filtered(
            lambda picking: picking.state not in ("done", "cancel") and picking.guard_obstacles
        ):
            picking.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self.env.uid,
                summary=self.env._("Handed over, and not booked"),
                note=picking.guard_obstacles,
            )
