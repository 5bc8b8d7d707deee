from odoo.fields import Command
from odoo.tests import new_test_user

from ..common import OrderReviewCommon


class InspectionCommon(OrderReviewCommon):
    """People of quality, store, purchasing and shop floor, and makers of specifications and control points."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = {
            "storekeeper": "stock.group_stock_user",
            "buyer": "purchase.group_purchase_user",
            "operator": "mrp.group_mrp_user",
        }
        cls.readers = [
            new_test_user(cls.env, f"n1_{name}", f"base.group_user,{group}") for name, group in groups.items()
        ]
        cls.storekeeper, cls.buyer, cls.operator = cls.readers
        cls.metal = cls.env["product.category"].create({"name": "Metal"})
        cls.bars = cls.env["product.category"].create({"name": "Bars", "parent_id": cls.metal.id})
        cls.steel = cls.env["product.product"].create(
            {"name": "Steel Bar", "type": "consu", "is_storable": True, "categ_id": cls.bars.id}
        )
        cls.vendor = cls.env["res.partner"].create({"name": "Bearing Makers", "is_company": True})
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.saw = cls.env["mrp.workcenter"].create({"name": "Saw"})
        cls.bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.shaft.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": cls.steel.id, "product_qty": 1})],
                "operation_ids": [
                    Command.create({"name": name, "workcenter_id": cls.saw.id}) for name in ("Cut", "Turn")
                ],
            }
        )
        cls.cut, cls.turn = cls.bom.operation_ids

    @classmethod
    def _make_spec(cls, subject=None, **values):
        """A draft with one attribute and one measured characteristic, written by quality."""
        subject = subject or cls.steel.product_tmpl_id
        kind, name = {
            "product.template": ("product", "product_tmpl_id"),
            "product.category": ("category", "categ_id"),
            "mrp.routing.workcenter": ("operation", "operation_id"),
        }[subject._name]
        lines = [
            {"name": "No cracks", "grade": "A"},
            {"name": "Diameter", "kind": "measured", "lower_limit": 59.9, "upper_limit": 60.1, "target": 60},
        ]
        return (
            cls.env["guard.inspection.spec"]
            .with_user(cls.quality)
            .create(
                {
                    "name": subject.name,
                    "applies_to": kind,
                    name: subject.id,
                    "characteristic_ids": [Command.create(line) for line in lines],
                    **values,
                }
            )
        )

    @classmethod
    def _make_spec_in_force(cls, subject=None, **values):
        spec = cls._make_spec(subject, **values)
        spec.action_put_in_force()
        return spec

    @classmethod
    def _make_point(cls, **values):
        """A control point on receipts of steel, made by quality."""
        values = {
            "name": "Incoming",
            "occasion": "receipt",
            "product_tmpl_id": cls.steel.product_tmpl_id.id,
            **values,
        }
        return cls.env["guard.control.point"].with_user(cls.quality).create(values)

    @classmethod
    def _make_receipt(cls, *goods, partner=None):
        """A receipt of products and quantities."""
        kind = cls.warehouse.in_type_id
        return cls.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": (partner or cls.vendor).id,
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": kind.default_location_dest_id.id,
                "move_ids": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in goods or [(cls.steel, 500)]
                ],
            }
        )
