from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import InspectionCommon


class HoldCommon(InspectionCommon):
    """A company whose clause 2.2.3 is in force, goods of every kind, and makers of lots, holds and transfers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clause_inspection = cls.env.ref("quality_service_guard.clause_2_2_3")
        cls.gate_inspection = cls.env.ref("quality_service_guard.gate_inspection")
        cls.clause_inspection.in_force = True
        cls.chief = new_test_user(cls.env, "n1_chief", "base.group_user,stock.group_stock_manager")
        cls.stock = cls.warehouse.lot_stock_id
        cls.shelf = cls.env["stock.location"].create({"name": "Shelf", "location_id": cls.stock.id})
        cls.quarantine = cls.warehouse._guard_get_quarantine()
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.loss = cls.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "in", [False, cls.company.id])], limit=1
        )
        cls.oil, cls.motor = cls.env["product.product"].create(
            [
                {"name": "Oil", "type": "consu", "is_storable": True, "tracking": "lot"},
                {"name": "Motor", "type": "consu", "is_storable": True, "tracking": "serial"},
            ]
        )
        cls.bad = cls._make_lot("BAD")
        cls.good = cls._make_lot("GOOD")

    @classmethod
    def _make_lot(cls, name, quantity=10, product=None, place=None, **quant):
        """A lot with goods in store."""
        product = product or cls.oil
        lot = cls.env["stock.lot"].create({"name": name, "product_id": product.id})
        if quantity:
            cls._stock(product, quantity, place, lot_id=lot, **quant)
        return lot

    @classmethod
    def _stock(cls, product, quantity, place=None, **quant):
        cls.env["stock.quant"]._update_available_quantity(product, place or cls.stock, quantity, **quant)

    @classmethod
    def _hold(cls, *lots, reason="Cracks"):
        """Quality holds lots by the button."""
        lots = cls.env["stock.lot"].union(*lots).with_user(cls.quality)
        action = lots.action_guard_hold()
        wizard = cls.env["guard.lot.hold"].with_user(cls.quality).with_context(**action["context"])
        wizard.create({"reason": reason}).action_apply()
        lots.invalidate_recordset()

    @classmethod
    def _release(cls, *lots, reason="Measured again"):
        lots = cls.env["stock.lot"].union(*lots).with_user(cls.quality)
        action = lots.action_guard_release()
        wizard = cls.env["guard.lot.hold"].with_user(cls.quality).with_context(**action["context"])
        wizard.create({"reason": reason}).action_apply()

    @classmethod
    def _make_transfer(cls, product=None, quantity=5, source=None, target=None, kind=None, user=None, lines=(), **move):
        """A confirmed transfer, a delivery by default, made by the storekeeper.

        :param lines: values of move lines typed by hand
        """
        source, target = source or cls.stock, target or cls.customers
        kind = kind or cls.warehouse.out_type_id
        picking = (
            cls.env["stock.picking"]
            .with_user(user or cls.storekeeper)
            .create(
                {
                    "picking_type_id": kind.id,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": (product or cls.oil).id,
                                "product_uom_qty": quantity,
                                "location_id": source.id,
                                "location_dest_id": target.id,
                                **move,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        if lines:
            picking.do_unreserve()
        for values in lines:
            cls._make_line(picking.move_ids, **values)
        return picking

    @classmethod
    def _make_line(cls, move, lot=None, quantity=5, **values):
        return (
            cls.env["stock.move.line"]
            .with_user(cls.storekeeper)
            .create(
                {
                    "move_id": move.id,
                    "picking_id": move.picking_id.id,
                    "product_id": move.product_id.id,
                    "lot_id": lot and lot.id,
                    "quantity": quantity,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    **values,
                }
            )
        )

    @classmethod
    def _pick(cls, picking):
        picking.move_ids.picked = True
        return picking

    @classmethod
    def _done(cls, picking):
        """Validate; what a wizard would ask is answered: no backorder is kept."""
        cls._pick(picking).with_context(skip_backorder=True, picking_ids_not_to_backorder=picking.ids).button_validate()
        return picking

    @classmethod
    def _ship_reserved_then_hold(cls, quantity=5):
        """A delivery whose goods were picked before their lot is held: what stands on a line stays on it."""
        picking = cls._make_transfer(lines=[{"lot": cls.bad, "quantity": quantity}], quantity=quantity)
        cls._pick(picking)
        cls._hold(cls.bad)
        return picking

    @classmethod
    def _permit(cls, move, user=None, **values):
        deviation = (
            cls.env["guard.deviation"]
            .with_user(user or cls.storekeeper)
            .create(
                {"gate_id": cls.gate_inspection.id, "res_id": move.id, "reason": "The customer waits on it", **values}
            )
        )
        deviation.with_user(cls.officer).action_grant()
        return deviation

    def _on_hand(self, product=None, place=None, lot=None):
        domain = [("product_id", "=", (product or self.oil).id), ("location_id", "child_of", (place or self.stock).id)]
        if lot is not None:
            domain.append(("lot_id", "=", lot.id))
        return sum(self.env["stock.quant"].sudo().search(domain).mapped("quantity"))

    @contextmanager
    def assertHeld(self, text="is held"):
        """The step is refused with a sentence of the gate, and nothing of it stays."""
        quants = self.env["stock.quant"].sudo().with_context(active_test=False)
        self.env.flush_all()
        before = self._snapshot(quants)
        with self.assertRaisesRegex(UserError, text):
            yield
        self.env.invalidate_all()
        self.assertEqual(self._snapshot(quants), before, "goods have moved")

    def _snapshot(self, quants):
        """What there is, summed by everything that tells quants apart; empty ones left out."""
        rows = quants._read_group(
            [], ["product_id", "location_id", "lot_id", "package_id", "owner_id"], ["quantity:sum"]
        )
        return {tuple(record.id for record in row[:5]): row[5] for row in rows if round(row[5] or 0, 6)}
