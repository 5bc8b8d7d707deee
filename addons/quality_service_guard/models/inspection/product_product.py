from odoo import fields, models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """What is held is on hand and free to nobody (clause 2.2.3)."""

    _name = "product.product"
    _inherit = ["product.product", "guard.inspected.mixin", "guard.severity.mixin"]

    _guard_inspected_path = "product_id"
    _guard_severity_path = "product_id"

    def _compute_quantities_dict(self, lot_id, owner_id, package_id, from_date=False, to_date=False):
        """Held goods are left out of what is free and of what will be there, as Odoo does with expired ones."""
        untouchable = self.env["stock.quant"]._guard_untouchable_domain()
        past = to_date and fields.Datetime.to_datetime(to_date) < fields.Datetime.now()
        if untouchable is None or past:
            return super()._compute_quantities_dict(lot_id, owner_id, package_id, from_date, to_date)
        # kits are reckoned from what is said of their components, which is passed on before held goods are left out
        known = self.env.context.get("mrp_compute_quantities", {})
        boms = self.env["mrp.bom"]._bom_find(self, bom_type="phantom")
        kits = self.filtered(lambda product: boms.get(product))
        others = (self - kits).with_context(mrp_compute_quantities={})
        res = super(ProductProduct, others)._compute_quantities_dict(lot_id, owner_id, package_id, from_date, to_date)
        held = (self - kits)._guard_read_held(untouchable, lot_id, owner_id, package_id)
        for product in self - kits:
            if quantity := held.get(product._origin):
                for name in ("free_qty", "virtual_available"):
                    res[product.id][name] = product.uom_id.round(res[product.id][name] - quantity)
        known.update(res)
        if kits:
            kits = kits.with_context(mrp_compute_quantities=dict(known))
            res |= super(ProductProduct, kits)._compute_quantities_dict(
                lot_id, owner_id, package_id, from_date, to_date
            )
        return res

    def _guard_read_held(self, untouchable, lot_id, owner_id, package_id):
        """What of these products is held and reserved by nobody, where the quantities are asked for.

        :return: ``{product: quantity}``
        """
        domain = Domain("product_id", "in", self.ids) & Domain(self._get_domain_locations()[0]) & untouchable
        for name, value in (("lot_id", lot_id), ("owner_id", owner_id), ("package_id", package_id)):
            if value is not None:
                domain &= Domain(name, "=", value)
        if "owners" in self.env.context:
            domain &= Domain("owner_id", "in", self.env.context["owners"] or [False])
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(domain, ["product_id"], ["quantity:sum", "reserved_quantity:sum"])
        )
        return {product: quantity - reserved for product, quantity, reserved in rows}
