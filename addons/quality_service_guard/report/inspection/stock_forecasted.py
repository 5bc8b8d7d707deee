from odoo import models
from odoo.fields import Domain


class StockForecastedProductProduct(models.AbstractModel):
    """The forecast promises nothing that is held."""

    _inherit = "stock.forecasted_product_product"

    def _get_quant_domain(self, location_ids, products):
        domain = super()._get_quant_domain(location_ids, products)
        untouchable = self.env["stock.quant"]._guard_untouchable_domain()
        return domain if untouchable is None else list(Domain(domain) & ~untouchable)
