from odoo import models


class StockPicking(models.Model):
    """A transfer that stays open because somebody swallowed its refusal is put before those who can help."""

    _inherit = "stock.picking"

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
