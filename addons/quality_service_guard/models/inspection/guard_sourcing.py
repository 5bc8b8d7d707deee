from odoo import api, models
from odoo.fields import Domain


class GuardSourcing(models.AbstractModel):
    """What is held is promised to no order, and counted apart (clauses 2.1.2 and 2.2.3)."""

    _inherit = "guard.sourcing"

    @api.model
    def _usable(self, products):
        domain = super()._usable(products)
        untouchable = self._guard_held_here()
        return domain if untouchable is None else domain & ~untouchable

    @api.model
    def _read_held(self, keys):
        found = super()._read_held(keys)
        held = self._guard_held_here()
        if held is None:
            return found
        of_products = Domain("product_id", "in", [product for product, _warehouse in keys])
        of_products &= Domain("location_id.usage", "=", "internal") & held
        for warehouse in self.env["stock.warehouse"].browse({warehouse for _product, warehouse in keys}):
            inside = Domain("location_id", "child_of", warehouse.view_location_id.id)
            for product, quantity in self.env["stock.quant"]._read_group(
                of_products & inside, ["product_id"], ["quantity:sum"]
            ):
                if quantity > 0:
                    found[product.id, warehouse.id] = found.get((product.id, warehouse.id), 0) + quantity
        return found

    @api.model
    def _guard_held_here(self):
        """Domain of quants that nobody may use in the present company; None where there are none."""
        return self.env["stock.quant"]._guard_untouchable_domain()
