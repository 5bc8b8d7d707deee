from contextlib import contextmanager

from odoo.exceptions import UserError
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


class InspectionInForceCommon(InspectionCommon):
    """Clause 2.2.3 is in force, and quality inspects each receipt of steel by one unit, before it is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("quality_service_guard.clause_2_2_3").in_force = True
        cls.inspection_gate = cls.env.ref("quality_service_guard.gate_inspection")
        cls.spec = cls._make_spec_in_force()

    @classmethod
    def _receive(cls, quantity=150, product=None):
        """A confirmed receipt, and its inspections."""
        receipt = cls._make_receipt((product or cls.steel, quantity))
        receipt.action_confirm()
        return receipt, cls._get_inspections(receipt)

    @classmethod
    def _get_inspections(cls, picking):
        return cls.env["guard.inspection"].search([("picking_id", "=", picking.id)])

    @classmethod
    def _read(cls, inspections, bad=0):
        """Start inspections and read their samples, the first so many units as not met."""
        inspections = inspections.with_user(cls.quality)
        inspections.action_start()
        for inspection in inspections.sudo():
            spoilt = inspection.unit_ids.sorted("rank")[:bad]
            with cls.env["guard.inspection.reading"]._unsealed():
                for reading in inspection.reading_ids:
                    if reading.kind == "attribute":
                        reading.answer = "not_met" if reading.unit_id in spoilt else "met"
                    else:
                        reading.write({"has_value": True, "value": 60.5 if reading.unit_id in spoilt else 60.0})
        return inspections

    @classmethod
    def _decide(cls, inspection, **quantities):
        """Judge and decide; by verdict how much."""
        inspection = inspection.with_user(cls.quality)
        inspection._judge()
        inspection._decide(
            {inspection: [{"verdict": verdict, "quantity": quantity} for verdict, quantity in quantities.items()]}
        )

    def _count_at(self, place, product=None):
        """How much lies at a place or below it."""
        quants = self.env["stock.quant"].search(
            [("product_id", "=", (product or self.steel).id), ("location_id", "child_of", place.id)]
        )
        return sum(quants.mapped("quantity"))

    @contextmanager
    def assertRefused(self, message, error=UserError):
        """What the block does is refused with these words, and undone."""
        with self.assertRaises(error) as refusal:
            yield
        self.assertRegex(str(refusal.exception), message)
