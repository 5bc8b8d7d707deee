from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import InspectionInForceCommon


@tagged("post_install", "-at_install")
class TestInspection(InspectionInForceCommon):
    """An inspection comes with its receipt, is read and decided, and lets go on what it accepted (clause 2.2.3)."""

    def test_receipt_waits_for_its_inspection(self):
        self._make_point(user_id=self.quality.id)
        receipt, inspection = self._receive()
        self.assertEqual((inspection.state, inspection.quantity, inspection.waiting), ("draft", 150, 150))
        with self.assertRaises(UserError) as refusal:
            receipt.with_user(self.storekeeper).button_validate()
        self.assertIn(inspection.name, str(refusal.exception))
        self._read(inspection)
        self.assertEqual((len(inspection.unit_ids), len(inspection.reading_ids)), (1, 2))
        self._decide(inspection, accepted=150)
        self.assertEqual(inspection.state, "passed")
        receipt.with_user(self.storekeeper).button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 150)

    def test_what_is_rejected_is_received_into_quarantine(self):
        self._make_point()
        receipt, inspection = self._receive()
        self._read(inspection)
        self._decide(inspection, accepted=100, rejected=50)
        self.assertEqual(inspection.state, "failed")
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 100)
        self.assertEqual(self._count_at(self.warehouse.guard_quarantine_id), 50)

    def test_received_into_quarantine_and_released(self):
        self._make_point(hold="quarantine")
        receipt, inspection = self._receive()
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        quarantine = self.warehouse.guard_quarantine_id
        self.assertEqual((self._count_at(self.warehouse.lot_stock_id), self._count_at(quarantine)), (0, 150))
        self._read(inspection)
        self._decide(inspection, accepted=90)
        self.assertEqual((self._count_at(self.warehouse.lot_stock_id), self._count_at(quarantine)), (90, 60))
        self.assertEqual(inspection.state, "in_progress")
        self._decide(inspection, rejected=60)
        self.assertEqual((self._count_at(self.warehouse.lot_stock_id), self._count_at(quarantine)), (90, 60))
        self.assertEqual(inspection.state, "failed")

    def test_backorder_is_inspected_by_itself(self):
        self._make_point()
        receipt, inspection = self._receive()
        receipt.move_ids.quantity = 100
        self._read(inspection)
        self.assertEqual(inspection.quantity, 100)
        self._decide(inspection, accepted=100)
        receipt.with_context(skip_backorder=True).button_validate()
        self.assertEqual(receipt.state, "done")
        backorder = receipt.backorder_ids
        other = self._get_inspections(backorder)
        self.assertEqual((other.state, other.quantity), ("draft", 50))
        self.assertEqual((inspection.state, inspection.quantity), ("passed", 100))

    def test_nobody_takes_an_inspection_from_whom_it_is_for(self):
        self._make_point(user_id=self.quality.id)
        _receipt, inspection = self._receive()
        with self.assertRaises(AccessError):
            inspection.with_user(self.storekeeper).user_id = self.storekeeper
        inspection.with_user(self.quality).user_id = self.storekeeper
        inspection.with_user(self.storekeeper).action_start()
        self.assertEqual(inspection.state, "in_progress")

    def test_unread_is_not_passed(self):
        self._make_point()
        _receipt, inspection = self._receive()
        inspection.with_user(self.quality).action_start()
        with self.assertRaisesRegex(UserError, "2 readings are missing"):
            inspection.with_user(self.quality).action_pass()

    def test_work_order_and_finished_goods(self):
        self._make_spec_in_force(self.turn)
        self._make_spec_in_force(self.shaft.product_tmpl_id)
        self._make_point(occasion="operation", product_tmpl_id=False, operation_id=self.turn.id)
        self._make_point(occasion="finished", product_tmpl_id=self.shaft.product_tmpl_id.id)
        self.env["stock.quant"]._update_available_quantity(self.steel, self.warehouse.lot_stock_id, 20)
        order = self.env["mrp.production"].create({"product_id": self.shaft.id, "product_qty": 10, "bom_id": self.bom.id})
        order.action_confirm()
        inspections = self.env["guard.inspection"].search([("production_id", "=", order.id)])
        self.assertEqual(sorted(inspections.mapped("occasion")), ["finished", "operation"])
        order.qty_producing = 10
        order._set_qty_producing()
        with self.assertRaises(UserError) as refusal:
            order.button_mark_done()
        self.assertIn("is not decided", str(refusal.exception))
        self._read(inspections)
        for inspection in inspections:
            self._decide(inspection, accepted=8, rejected=2)
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id, self.shaft), 8)
        self.assertEqual(self._count_at(self.warehouse.guard_quarantine_id, self.shaft), 2)

    def test_stock_is_inspected_by_period(self):
        self.env["stock.quant"]._update_available_quantity(self.steel, self.warehouse.lot_stock_id, 80)
        self._make_point(occasion="periodic", frequency="period", period_number=1, period_unit="month", user_id=self.quality.id)
        self._run_cron()
        self._run_cron()
        inspection = self.env["guard.inspection"].search([("occasion", "=", "periodic")])
        self.assertEqual((inspection.state, inspection.quantity), ("draft", 80))
        self.assertEqual(inspection.activity_ids.user_id, self.quality)
        self._read(inspection, bad=1)
        self._decide(inspection, rejected=80)
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 0)
        self.assertEqual(self._count_at(self.warehouse.guard_quarantine_id), 80)
        self.assertFalse(inspection.activity_ids)
        self._run_cron()
        self.assertEqual(self.env["guard.inspection"].search([("occasion", "=", "periodic")]), inspection)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("quality_service_guard.ir_cron_inspection").method_direct_trigger()

    def test_each_third_random_and_by_period(self):
        self._make_point(frequency="nth", nth=3)
        states = [self._receive()[1].state for _time in range(4)]
        self.assertEqual(states, ["draft", "skipped", "skipped", "draft"])
        receipt, inspection = self._receive()
        self.assertEqual(inspection.reason, "number 2 of 3")
        receipt.button_validate()
        self.assertEqual(receipt.state, "done", "what is not due does not wait")

    def test_once_in_a_period(self):
        self._make_point(frequency="period", period_number=1, period_unit="week")
        self.assertEqual([self._receive()[1].state for _time in range(2)], ["draft", "skipped"])

    def test_random_share(self):
        self._make_point(frequency="random", share=100)
        _receipt, inspection = self._receive()
        self.assertEqual(inspection.state, "draft")
        self.assertRegex(inspection.reason, r"^drawn \d+ of 10000; due below 10000$")

    def test_cancelled_and_deleted(self):
        self._make_point()
        receipt, inspection = self._receive()
        receipt.action_cancel()
        self.assertEqual(inspection.state, "cancelled")

    def test_returned_undecided(self):
        """What goes back to its vendor before a decision is not waited for."""
        self._make_point(hold="quarantine")
        receipt, inspection = self._receive()
        receipt.button_validate()
        wizard = self.env["stock.return.picking"].with_context(active_id=receipt.id, active_model="stock.picking").create({})
        wizard.product_return_moves.quantity = 40
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.location_id = self.warehouse.guard_quarantine_id
        back.action_assign()
        back.move_ids.write({"quantity": 40, "picked": True})
        back.button_validate()
        self.assertEqual(back.state, "done")
        self.assertEqual((inspection.quantity, inspection.waiting), (110, 110))
        self.assertFalse(self._get_inspections(back))
