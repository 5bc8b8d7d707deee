from odoo import models
from odoo.fields import Domain


class StockForecastedProductProduct(models.AbstractModel):
    """The forecast promises nothing that is held."""

    _inherit = "stock.forecasted_product_product"

    def _get_quant_domain(self, location_ids, products):
        domain = super()._get_quant_domain(location_ids, products)
        quants = self.env["stock.quant"]
        if quants._guard_untouchable_domain() is None:
            return domain
        # a list of plain conditions, because others add to it
        free = Domain("guard_is_held", "=", False) | Domain("company_id", "not in", quants._guard_blocking_companies())
        return list(Domain(domain) & free)
