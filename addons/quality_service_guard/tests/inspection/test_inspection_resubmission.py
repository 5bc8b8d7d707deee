from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import InspectionInForceCommon

SUMS = ("accepted", "rejected", "conceded", "to_sort", "waiting")


@tagged("post_install", "-at_install")
class TestInspectionResubmission(InspectionInForceCommon):
    """What was refused is sorted, inspected once more, and counted once (clause 2.2.3)."""

    def _refuse(self, accepted=100, rejected=50, **values):
        """A receipt of 150 of which a part was rejected."""
        self._make_point(**values)
        receipt, inspection = self._receive()
        self._read(inspection)
        self._decide(inspection, accepted=accepted, rejected=rejected)
        return receipt, inspection

    def _resubmit(self, inspection, user=None):
        action = inspection.with_user(user or self.quality).action_resubmit()
        return self.env["guard.inspection"].browse(action["res_id"])

    def _return(self, receipt, quantity):
        """Send goods back to their supplier, out of quarantine."""
        wizard = self.env["stock.return.picking"].with_context(active_id=receipt.id, active_model="stock.picking").create({})
        wizard.product_return_moves.quantity = quantity
        back = wizard._create_return()
        quarantine = self.warehouse.guard_quarantine_id
        back.move_ids.write({"location_id": quarantine.id})
        back.move_ids.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {
                "move_id": back.move_ids.id,
                "picking_id": back.id,
                "product_id": self.steel.id,
                "quantity": quantity,
                "picked": True,
                "location_id": quarantine.id,
                "location_dest_id": back.move_ids.location_dest_id.id,
            }
        )
        back.button_validate()
        self.assertEqual(back.state, "done")

    def assertAddsUp(self, inspections, total):
        self.assertEqual(sum(sum(inspections.mapped(name)) for name in SUMS), total)

    def test_resubmitted_goods_stand_in_one_inspection(self):
        receipt, first = self._refuse()
        receipt.button_validate()
        second = self._resubmit(first)
        self.assertEqual((second.state, second.quantity, second.waiting), ("draft", 50, 50))
        self.assertEqual((second.is_resubmitted, second.resubmission_of_id), (True, first))
        self.assertEqual((first.state, first.accepted, first.rejected, first.resubmitted), ("failed", 100, 0, 50))
        self.assertAddsUp(first | second, 150)
        self.assertEqual(receipt.move_ids._guard_released()[receipt.move_ids], {self.env["stock.lot"]: 100})
        self._read(second)
        self._decide(second, accepted=45, rejected=5)
        self.assertAddsUp(first | second, 150)
        self.assertEqual(receipt.move_ids._guard_released()[receipt.move_ids], {self.env["stock.lot"]: 145})
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 145)
        self.assertEqual(self._count_at(self.warehouse.guard_quarantine_id), 5)

    def test_again_and_again(self):
        receipt, first = self._refuse(accepted=50, rejected=100)
        receipt.button_validate()
        second = self._resubmit(first)
        self._read(second)
        self._decide(second, accepted=60, rejected=40)
        third = self._resubmit(second)
        self.assertEqual((third.quantity, third._get_first(), first._get_chain()), (40, first, first | second | third))
        self._read(third)
        self._decide(third, conceded=10, rejected=30)
        self.assertAddsUp(first | second | third, 150)
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 120)

    def test_not_received_yet(self):
        receipt, first = self._refuse()
        second = self._resubmit(first)
        with self.assertRaises(UserError) as refusal:
            receipt.button_validate()
        self.assertIn(second.name, str(refusal.exception))
        self.assertNotIn(first.name, str(refusal.exception))
        self._read(second)
        self._decide(second, accepted=50)
        receipt.button_validate()
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 150)

    def test_less_comes_than_was_decided(self):
        receipt, first = self._refuse()
        second = self._resubmit(first)
        self._read(second)
        self._decide(second, accepted=50)
        receipt.move_ids.quantity = 120
        receipt.with_context(skip_backorder=True).button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual((first.resubmitted, second.quantity, second.accepted), (20, 20, 20))
        self.assertAddsUp(first | second, 120)
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 120)

    def test_cancelled_with_the_receipt(self):
        receipt, first = self._refuse()
        second = self._resubmit(first)
        receipt.action_cancel()
        self.assertEqual(second.state, "cancelled")
        self.assertEqual((first.rejected, first.resubmitted), (50, 0))
        with self.assertRaises(UserError):
            first.with_user(self.quality).action_resubmit()

    def test_two_control_points(self):
        for name in ("First look", "Second look"):
            self._make_point(name=name)
        receipt, inspections = self._receive()
        self._read(inspections)
        one, other = inspections
        self._decide(one, accepted=150)
        self._decide(other, accepted=100, rejected=50)
        receipt.button_validate()
        second = self._resubmit(other)
        self._read(second)
        self._decide(second, accepted=50)
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 150)

    def test_more_than_was_inspected_does_not_go(self):
        self.env["stock.quant"]._update_available_quantity(self.steel, self.warehouse.lot_stock_id, 500)
        kind = self.warehouse.out_type_id
        for points in (1, 2):
            self._make_point(name=f"Look {points}", occasion="delivery")
            delivery = self.env["stock.picking"].create(
                {
                    "picking_type_id": kind.id,
                    "partner_id": self.customer.id,
                    "location_id": kind.default_location_src_id.id,
                    "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                    "move_ids": [Command.create({"product_id": self.steel.id, "product_uom_qty": 150})],
                }
            )
            delivery.action_confirm()
            inspections = self._get_inspections(delivery)
            self.assertEqual(len(inspections), points)
            self._read(inspections)
            for inspection in inspections:
                self._decide(inspection, accepted=150)
            delivery.move_ids.quantity = 160
            with self.subTest(points=points):
                with self.assertRaises(UserError) as refusal:
                    delivery.button_validate()
                self.assertIn("10 too few", str(refusal.exception))

    def test_what_has_gone_back_is_not_resubmitted(self):
        receipt, first = self._refuse()
        receipt.button_validate()
        self._return(receipt, 20)
        second = self._resubmit(first)
        self.assertEqual((second.quantity, first.rejected, first.resubmitted), (30, 20, 30))
        self.assertEqual(sorted(first.tranche_ids.mapped("quantity")), [20, 30, 100])
        self.assertAddsUp(first | second, 150)

    def test_what_goes_back_while_it_waits_is_rejected_again(self):
        receipt, first = self._refuse()
        receipt.button_validate()
        second = self._resubmit(first)
        self._return(receipt, 20)
        self.assertEqual((second.quantity, second.waiting, first.rejected, first.resubmitted), (30, 30, 20, 30))
        self.assertAddsUp(first | second, 150)
        self._return(receipt, 30)
        self.assertEqual((second.state, first.rejected, first.resubmitted), ("cancelled", 50, 0))

    def test_nothing_left_to_resubmit(self):
        receipt, first = self._refuse()
        receipt.button_validate()
        self._resubmit(first)
        with self.assertRaises(UserError) as refusal:
            first.with_user(self.quality).action_resubmit()
        self.assertIn("nothing is left", str(refusal.exception))

    def test_by_lot(self):
        self.steel.tracking = "lot"
        lots = self.env["stock.lot"].create([{"name": name, "product_id": self.steel.id} for name in ("L1", "L2")])
        self._make_point(hold="quarantine")
        receipt, first = self._receive()
        receipt.move_ids.move_line_ids.unlink()
        receipt.move_ids.move_line_ids = [
            (0, 0, {"product_id": self.steel.id, "lot_id": lot.id, "quantity": 75, "picked": True}) for lot in lots
        ]
        receipt.button_validate()
        self._read(first)
        first = first.with_user(self.quality)
        first._judge()
        first._decide(
            {
                first: [
                    {"verdict": "accepted", "quantity": 75, "lot_id": lots[0].id},
                    {"verdict": "rejected", "quantity": 75, "lot_id": lots[1].id},
                ]
            }
        )
        second = self._resubmit(first)
        self.assertEqual(second.lot_ids, lots[1])
        self._read(second)
        self._decide(second, accepted=75)
        self.assertEqual(second.tranche_ids.lot_id, lots[1])
        released = receipt.move_ids._guard_released()[receipt.move_ids]
        self.assertEqual((released[lots[0]], released[lots[1]]), (75, 75))
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 150)

    def test_resubmitted_lot_does_not_count_for_severity(self):
        self._make_point(frequency="aql", level="II", aql_b="2.5")
        receipt, first = self._receive(20)
        self._read(first, bad=1)
        self._decide(first, rejected=20)
        receipt.button_validate()
        state = self.env["guard.sampling.state"].search([])
        for _again in range(2):
            second = self._resubmit(first)
            self._read(second, bad=1)
            self._decide(second, rejected=20)
            self.assertFalse(second.plan_ids.state_id)
            first = second
        self.assertEqual((state.severity, state.taken, state.refused_count), ("normal", 1, 1))

    def test_only_quality_resubmits_and_only_what_failed(self):
        receipt, first = self._refuse()
        receipt.button_validate()
        for user in (self.storekeeper, self.buyer, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                first.with_user(user).action_resubmit()
        _receipt, fresh = self._receive()
        with self.assertRaises(UserError):
            fresh.with_user(self.quality).action_resubmit()
