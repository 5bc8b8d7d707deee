from odoo import fields, models


class StockWarehouse(models.Model):
    """Each warehouse has a place for what has not been released (clause 2.2.3)."""

    _inherit = "stock.warehouse"

    guard_quarantine_id = fields.Many2one(
        "stock.location", "Quarantine", check_company=True, index="btree_not_null", ondelete="restrict", copy=False
    )

    def _guard_get_quarantine(self):
        """The quarantine of a warehouse, made when it is first needed."""
        self.ensure_one()
        warehouse = self.sudo()
        if not warehouse.guard_quarantine_id:
            warehouse.guard_quarantine_id = self.env["stock.location"].sudo().create(
                {
                    "name": self.env._("Quarantine"),
                    "location_id": warehouse.view_location_id.id,
                    "usage": "internal",
                    "company_id": warehouse.company_id.id,
                    "guard_is_quarantine": True,
                }
            )
        return warehouse.guard_quarantine_id
