from odoo import fields, models


class StockWarehouse(models.Model):
    """A warehouse and the place where its goods wait for a decision."""

    _inherit = "stock.warehouse"

    guard_quarantine_id = fields.Many2one(
        "stock.location",
        "Quarantine",
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        domain="[('guard_is_quarantine', '=', True), ('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Where goods wait until they are released. Made when it is first needed.",
    )

    def _guard_get_quarantine(self):
        """The quarantine of this warehouse; made beside its stock where there is none.

        Beside and not below: what lies below the stock is offered to every order.
        """
        self.ensure_one()
        warehouse = self.sudo()
        place = warehouse.guard_quarantine_id
        if not place.active or not place._guard_in_quarantine():
            place = warehouse.guard_quarantine_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Quarantine"),
                        "location_id": warehouse.view_location_id.id,
                        "company_id": warehouse.company_id.id,
                        "usage": "internal",
                        "guard_is_quarantine": True,
                    }
                )
            )
        return place.with_env(self.env)
