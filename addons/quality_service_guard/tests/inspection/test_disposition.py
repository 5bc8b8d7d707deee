from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .common import InspectionInForceCommon


class TestDisposition(InspectionInForceCommon):
    """What is rejected is settled by documents that go where they should (clause 2.2.3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.point = cls._make_point()
        cls.stock = cls.warehouse.lot_stock_id
        cls.quarantine = cls.warehouse._guard_get_quarantine()
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")

    def _buy(self, quantity=150, rejected=50):
        """An order, received, of which so much was rejected.

        :return: ``(order line, inspection)``
        """
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "user_id": self.buyer.id,
                "order_line": [Command.create({"product_id": self.steel.id, "product_qty": quantity, "price_unit": 2})],
            }
        )
        order.button_confirm()
        return order.order_line, self._receive_and_reject(order.picking_ids, rejected)

    def _receive_and_reject(self, receipt, rejected):
        inspection = self._get_inspections(receipt)
        self._read(inspection)
        quantities = {"accepted": inspection.quantity - rejected, "rejected": rejected}
        self._decide(inspection, **{verdict: quantity for verdict, quantity in quantities.items() if quantity})
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        return inspection

    def _receive_lots(self, **lots):
        """Lots received into quarantine and rejected, each by its name."""
        self.steel.tracking = "lot"
        self.point.hold = "quarantine"
        receipt, inspection = self._receive(sum(lots.values()))
        receipt.move_ids.move_line_ids = [
            Command.clear(),
            *[
                Command.create({"product_id": self.steel.id, "lot_name": name, "quantity": quantity, "picked": True})
                for name, quantity in lots.items()
            ],
        ]
        receipt.button_validate()
        self._read(inspection)
        inspection.with_user(self.quality)._judge()
        inspection.with_user(self.quality)._decide(
            {
                inspection: [
                    {"verdict": "rejected", "quantity": lots[lot.name], "lot_id": lot.id} for lot in inspection.lot_ids
                ]
            }
        )
        return inspection

    def _dispose(self, inspection, kind, quantity=50, user=None, **values):
        return (
            self.env["guard.disposition"]
            .with_user(user or self.buyer)
            .create({"inspection_id": inspection.id, "kind": kind, "quantity": quantity, **values})
        )

    def _start(self, *args, **values):
        disposition = self._dispose(*args, **values)
        if not values.get("user"):
            disposition = disposition.with_user(self.storekeeper)
        disposition.action_start()
        return disposition

    def _count(self):
        return self._count_at(self.stock), self._count_at(self.quarantine)

    def assertSums(self, inspection, **expected):
        sums = {name: inspection[name] for name in ("accepted", "rejected", "conceded", "to_sort", "waiting")}
        self.assertEqual({name: value for name, value in sums.items() if value}, expected)
        self.assertEqual(sum(sums.values()), inspection.quantity)

    # Return, exchange

    def test_returned_goods_leave_quarantine_and_the_order_has_received_less(self):
        line, inspection = self._buy()
        self.assertEqual(self._count(), (100, 50))
        disposition = self._start(inspection, "return")
        self.assertEqual((disposition.state, line.qty_received), ("in_progress", 150))
        back = disposition.sudo().picking_ids
        self.assertEqual((back.location_dest_id, back.move_ids.location_id), (self.suppliers, self.quarantine))
        self.assertEqual((back.move_ids.origin_returned_move_id, back.move_ids.to_refund), (inspection.move_id, True))
        self.assertEqual((back.state, back.move_ids.quantity), ("assigned", 50))
        back.with_user(self.storekeeper).button_validate()
        self.assertEqual((back.state, disposition.state), ("done", "settled"))
        self.assertEqual((self._count(), line.qty_received), ((100, 0), 100))
        self.assertSums(inspection, accepted=100, rejected=50)
        self.assertTrue(disposition.settled_on)

    def test_exchange_returns_and_receives_anew(self):
        line, inspection = self._buy()
        disposition = self._start(inspection, "exchange")
        pickings = disposition.sudo().picking_ids.sorted("id")
        self.assertEqual(len(pickings), 2)
        back, replacement = pickings
        self.assertEqual(replacement.move_ids.purchase_line_id, line)
        back.button_validate()
        self.assertEqual((disposition.state, line.qty_received), ("in_progress", 100))
        again = self._get_inspections(replacement)
        self.assertEqual((again.state, again.quantity), ("draft", 50))
        self.assertNotEqual(again, inspection)
        self._receive_and_reject(replacement, 0)
        self.assertEqual((disposition.state, line.qty_received), ("settled", 150))
        self.assertEqual(self._count(), (150, 0))

    def test_cancelled_replacement_makes_a_return_of_an_exchange(self):
        _line, inspection = self._buy()
        disposition = self._start(inspection, "exchange")
        back, replacement = disposition.sudo().picking_ids.sorted("id")
        back.button_validate()
        replacement.action_cancel()
        self.assertEqual((disposition.kind, disposition.state), ("return", "settled"))

    def test_return_of_a_part_leaves_the_rest_to_another_disposition(self):
        _line, inspection = self._buy()
        disposition = self._start(inspection, "return")
        back = disposition.sudo().picking_ids
        back.move_ids.write({"quantity": 30, "picked": True})
        back._action_done()
        backorder = back.backorder_ids
        self.assertEqual(backorder.move_ids.guard_disposition_id, disposition)
        self.assertEqual((disposition.state, disposition.quantity), ("in_progress", 50))
        backorder.action_cancel()
        self.assertEqual((disposition.state, disposition.quantity), ("settled", 30))
        self.assertEqual(inspection.undisposed, 20)
        self._start(inspection, "scrap", 20)
        self.assertEqual(self._count(), (100, 0))

    def test_cancelled_return_is_planned_anew(self):
        _line, inspection = self._buy()
        disposition = self._start(inspection, "return")
        with self.assertRefused("are under way. Cancel them first"):
            disposition.action_cancel()
        disposition.sudo().picking_ids.action_cancel()
        self.assertEqual(disposition.state, "draft")
        disposition.kind = "scrap"
        with self.assertRefused("is carried out by these groups: .*Signs for Quality", AccessError):
            disposition.with_user(self.buyer).action_start()
        disposition.action_start()
        self.assertEqual((disposition.state, self._count()), ("settled", (100, 0)))

    def test_return_takes_just_its_lot(self):
        inspection = self._receive_lots(L1=10, L2=20)
        lots = inspection.lot_ids.sorted("name")
        with self.assertRefused("say which one is meant", ValidationError):
            self._dispose(inspection, "return", 10)
        with self.assertRefused("only 20 Units", ValidationError):
            self._dispose(inspection, "return", 21, lot_id=lots[1].id)
        disposition = self._start(inspection, "return", 15, lot_id=lots[1].id)
        self.assertEqual(disposition.sudo().move_ids.move_line_ids.lot_id, lots[1])
        disposition.sudo().picking_ids.button_validate()
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.steel.id), ("location_id", "child_of", self.quarantine.id)]
        )
        self.assertEqual({quant.lot_id.name: quant.quantity for quant in quants}, {"L1": 10, "L2": 5})

    def test_more_than_the_disposition_is_not_taken(self):
        _line, inspection = self._buy()
        disposition = self._start(inspection, "return", 20)
        back = disposition.sudo().picking_ids
        back.move_ids.quantity = 30
        with self.assertRaises(UserError) as refusal:
            back.button_validate()
        self.assertIn("is about 20 Units", str(refusal.exception))

    def test_returned_part_of_a_lot_that_waits_is_not_taken_off_what_waits(self):
        self.point.hold = "quarantine"
        receipt, inspection = self._receive()
        receipt.button_validate()
        self._read(inspection)
        self._decide(inspection, rejected=50)
        self._start(inspection, "return").sudo().picking_ids.button_validate()
        self.assertSums(inspection, rejected=50, waiting=100)
        self._decide(inspection, accepted=100)
        self.assertEqual(self._count(), (100, 0))

    def test_goods_that_were_not_received_go_nowhere(self):
        _receipt, inspection = self._receive()
        self._read(inspection)
        self._decide(inspection, rejected=150)
        for kind in ("return", "exchange", "scrap", "rework"):
            disposition = self._dispose(inspection, kind, 150)
            with self.assertRefused("Receive the goods first"):
                disposition.with_user(self.storekeeper).action_start()
            disposition.invalidate_recordset()
            disposition.action_cancel()

    # Scrap, rework

    def test_scrapped_goods_leave_quarantine_for_scrap(self):
        self.steel.standard_price = 3
        _line, inspection = self._buy()
        disposition = self._start(inspection, "scrap")
        self.assertEqual((disposition.state, self._count()), ("settled", (100, 0)))
        scrap = disposition.sudo().scrap_ids
        self.assertEqual((scrap.state, scrap.scrap_qty, scrap.location_id), ("done", 50, self.quarantine))
        self.assertEqual(disposition.cost, 150)

    def test_rework_consumes_from_quarantine_and_is_inspected_again(self):
        _line, inspection = self._buy()
        disposition = self._start(inspection, "rework")
        order = disposition.sudo().production_id
        self.assertEqual((order.product_id, order.product_qty, order.state), (self.steel, 50, "confirmed"))
        raw = order.move_raw_ids
        self.assertEqual((raw.location_id, raw.quantity), (self.quarantine, 50))
        again = self.env["guard.inspection"].search([("production_id", "=", order.id)])
        self.assertEqual((again.rework_of_id, again.is_resubmitted, again.quantity), (inspection, True, 50))
        order.qty_producing = 50
        order._set_qty_producing()
        with self.assertRaises(UserError) as refusal:
            order.button_mark_done()
        self.assertIn(again.name, str(refusal.exception))
        self._read(again)
        self._decide(again, accepted=45, rejected=5)
        order.button_mark_done()
        self.assertEqual((order.state, disposition.state), ("done", "settled"))
        self.assertEqual(self._count(), (145, 5))
        self.assertSums(inspection, accepted=100, rejected=50)

    def test_rework_keeps_the_lot(self):
        inspection = self._receive_lots(L1=10)
        disposition = self._start(inspection, "rework", 10)
        order = disposition.sudo().production_id
        self.assertEqual(order.lot_producing_ids.name, "L1")
        again = self.env["guard.inspection"].search([("production_id", "=", order.id)])
        order.qty_producing = 10
        order._set_qty_producing()
        self._read(again)
        self._decide(again, accepted=10)
        order.button_mark_done()
        self.assertEqual((order.state, self._count()), ("done", (10, 0)))
        quant = self.env["stock.quant"].search(
            [("location_id", "=", self.stock.id), ("product_id", "=", self.steel.id)]
        )
        self.assertEqual((quant.lot_id.name, quant.quantity), ("L1", 10))

    def test_rework_into_another_product(self):
        _line, inspection = self._buy()
        second = self.env["product.product"].create(
            {"name": "Steel Bar, second choice", "type": "consu", "is_storable": True}
        )
        disposition = self._start(inspection, "rework", rework_product_id=second.id)
        order = disposition.sudo().production_id
        again = self.env["guard.inspection"].search([("production_id", "=", order.id)])
        self.assertEqual(again.product_id, second)

    def test_rework_takes_no_more_of_what_is_held(self):
        self.point.hold = "quarantine"
        receipt, inspection = self._receive()
        receipt.button_validate()
        self._read(inspection)
        self._decide(inspection, rejected=50)
        disposition = self._start(inspection, "rework")
        order = disposition.sudo().production_id
        again = self.env["guard.inspection"].search([("production_id", "=", order.id)])
        order.qty_producing = 50
        order._set_qty_producing()
        order.move_raw_ids.quantity = 120
        self._read(again)
        self._decide(again, accepted=50)
        with self.assertRaises(UserError) as refusal:
            order.with_context(skip_consumption=True).button_mark_done()
        self.assertIn("is about 50 Units", str(refusal.exception))

    def test_rest_of_a_rework_carries_out_the_same_disposition(self):
        _line, inspection = self._buy()
        disposition = self._start(inspection, "rework")
        order = disposition.sudo().production_id
        order.qty_producing = 30
        order._set_qty_producing()
        again = self.env["guard.inspection"].search([("production_id", "=", order.id)])
        self._read(again)
        self._decide(again, accepted=30)
        order.with_context(skip_backorder=True, mo_ids_to_backorder=order.ids).button_mark_done()
        rest = order.production_group_id.production_ids - order
        self.assertEqual((order.state, rest.product_qty), ("done", 20))
        self.assertEqual(rest.move_raw_ids.guard_disposition_id, disposition)
        self.assertEqual((disposition.state, disposition.quantity), ("in_progress", 50))
        more = self.env["guard.inspection"].search([("production_id", "=", rest.id)])
        self.assertEqual((more.rework_of_id, more.quantity), (inspection, 20))
        self._read(more)
        self._decide(more, accepted=20)
        rest.qty_producing = 20
        rest._set_qty_producing()
        rest.button_mark_done()
        self.assertEqual((rest.state, disposition.state, self._count()), ("done", "settled", (150, 0)))

    def test_cancelled_rework_is_planned_anew(self):
        _line, inspection = self._buy()
        disposition = self._start(inspection, "rework")
        disposition.sudo().production_id.action_cancel()
        self.assertEqual((disposition.state, disposition.production_id.id), ("draft", False))
        self.assertEqual(inspection.undisposed, 0)
        again = self.env["guard.inspection"].search([("rework_of_id", "=", inspection.id)])
        self.assertEqual(again.state, "cancelled")

    # Sorting, concession

    def test_sorting_is_settled_when_all_is_sorted(self):
        _line, inspection = self._buy()
        disposition = self._start(inspection, "sorting")
        self.assertSums(inspection, accepted=100, to_sort=50)
        self.assertEqual(inspection.state, "failed")
        with self.assertRefused("goods to be sorted are under way"):
            disposition.action_cancel()
        tranche = inspection.tranche_ids.filtered(lambda tranche: tranche.verdict == "to_sort")
        tranche._sort(30, 5, "Sorted")
        self.assertEqual(disposition.state, "in_progress")
        inspection.tranche_ids.filtered(lambda tranche: tranche.verdict == "to_sort")._sort(15, 0, "Sorted")
        self.assertEqual(disposition.state, "settled")
        self.assertSums(inspection, accepted=145, rejected=5)
        self.assertEqual((self._count(), inspection.undisposed), ((145, 5), 5))

    def test_concession_settles_its_disposition_and_refused_reopens_it(self):
        colleague = new_test_user(
            self.env, "inspector_two", "base.group_user,quality_service_guard.group_review_quality"
        )
        _line, inspection = self._buy()
        disposition = self._start(inspection, "concession")
        first = disposition.concession_ids
        first.action_ask()
        first.with_user(colleague).action_approve()
        first.with_user(self.engineering).approval_request_id.action_reject("Too soft")
        self.assertEqual(disposition.state, "draft")
        disposition.action_start()
        second = disposition.concession_ids - first
        second.action_ask()
        for user in (colleague, self.engineering):
            second.with_user(user).action_approve()
        self.assertEqual((disposition.state, inspection.undisposed), ("settled", 0))
        self.assertSums(inspection, accepted=100, conceded=50)
        self.assertEqual(self._count(), (150, 0))

    # Resubmission, periodic inspection

    def test_what_is_resubmitted_is_not_disposed_of_and_the_other_way_round(self):
        _line, inspection = self._buy()
        self._dispose(inspection, "return", 20)
        action = inspection.with_user(self.quality).action_resubmit()
        again = self.env["guard.inspection"].browse(action["res_id"])
        self.assertEqual((again.quantity, inspection.undisposed), (30, 0))
        with self.assertRefused("only 0 Units are rejected", ValidationError):
            self._dispose(inspection, "scrap", 1)
        self._read(again)
        self._decide(again, accepted=25, rejected=5)
        self.assertEqual(self._count(), (125, 25))
        self._start(again, "scrap", 5)
        self.assertEqual(self._count(), (125, 20))

    def test_seized_goods_that_are_sorted_out_go_back_into_stock(self):
        self.point.active = False
        point = self._make_point(occasion="periodic", frequency="period")
        self.env["stock.quant"]._update_available_quantity(self.steel, self.stock, 40)
        point.sudo()._open_periodic()
        inspection = self.env["guard.inspection"].search([("point_id", "=", point.id)])
        self._read(inspection, bad=1)
        self._decide(inspection, rejected=40)
        self.assertEqual(self._count(), (0, 40))
        disposition = self._start(inspection, "sorting", 40)
        inspection.tranche_ids.with_user(self.quality)._sort(30, 5, "Sorted")
        self.assertEqual((disposition.state, self._count()), ("in_progress", (30, 10)))
        self._start(inspection, "scrap", 5)
        self.assertEqual(self._count(), (30, 5))
        left = inspection.tranche_ids.filtered(lambda tranche: tranche.verdict == "to_sort")
        left.with_user(self.quality)._sort(5, 0, "Sorted")
        self.assertEqual((disposition.state, self._count()), ("settled", (35, 0)))
        self.assertSums(inspection, accepted=35, rejected=5)

    def test_pages_save_what_their_buttons_propose(self):
        _line, inspection = self._buy()
        for name, quantity in (("action_ask_concession", 50), ("action_dispose", 50)):
            action = getattr(inspection.with_user(self.quality), name)()
            model = self.env[action["res_model"]].with_user(self.quality).with_context(**action["context"])
            with Form(model) as form:
                if not form.reason:
                    form.reason = "Paint"
            self.assertEqual((form.record.inspection_id, form.record.quantity), (inspection, quantity), name)

    # How much

    def test_no_more_is_disposed_of_than_was_rejected(self):
        _line, inspection = self._buy()
        with self.assertRefused("only 50 Units are rejected", ValidationError):
            self._dispose(inspection, "return", 51)
        self._dispose(inspection, "return", 30)
        self.assertEqual(inspection.undisposed, 20)
        with self.assertRefused("only 20 Units are rejected", ValidationError):
            self._dispose(inspection, "scrap", 21)
        rest = self._dispose(inspection, "scrap", 20)
        self.assertEqual(inspection.undisposed, 0)
        rest.action_cancel()
        self.assertEqual(inspection.undisposed, 20)

    def test_concession_does_not_take_what_is_disposed_of(self):
        _line, inspection = self._buy()
        self._start(inspection, "return", 30)
        concession = self.env["guard.concession"].create(
            {"inspection_id": inspection.id, "quantity": 21, "reason": "Paint"}
        )
        with self.assertRefused("only 20 Units"):
            concession.action_ask()

    def test_finished_goods_do_not_go_back_to_a_supplier(self):
        self._make_spec_in_force(self.shaft.product_tmpl_id)
        self._make_point(occasion="finished", product_tmpl_id=self.shaft.product_tmpl_id.id)
        self.env["stock.quant"]._update_available_quantity(self.steel, self.stock, 20)
        order = self.env["mrp.production"].create(
            {"product_id": self.shaft.id, "product_qty": 10, "bom_id": self.bom.id}
        )
        order.action_confirm()
        inspection = self.env["guard.inspection"].search([("production_id", "=", order.id)])
        order.qty_producing = 10
        order._set_qty_producing()
        self._read(inspection)
        self._decide(inspection, accepted=8, rejected=2)
        order.button_mark_done()
        with self.assertRefused("cannot go back to one", ValidationError):
            self._dispose(inspection, "return", 2)
        self._start(inspection, "scrap", 2)
        self.assertEqual(self._count_at(self.quarantine, self.shaft), 0)

    # Duty, rights, attacks

    def test_responsible_has_the_duty_until_it_is_settled(self):
        _line, inspection = self._buy()
        disposition = self._dispose(inspection, "scrap", user_id=self.storekeeper.id)
        duty = self.env["mail.activity"].search(
            [("res_model", "=", disposition._name), ("res_id", "=", disposition.id)]
        )
        self.assertEqual((duty.user_id, duty.guard_deadline), (self.storekeeper, disposition.deadline))
        self.assertIn("Settle 50 Units of Steel Bar", duty.summary)
        disposition.user_id = self.buyer
        self.env.invalidate_all()
        duty = self.env["mail.activity"].search(
            [("res_model", "=", disposition._name), ("res_id", "=", disposition.id)]
        )
        self.assertEqual(duty.user_id, self.buyer)
        disposition.with_user(self.storekeeper).action_start()
        self.assertFalse(duty.exists().active)

    def test_overdue_ones_are_found(self):
        _line, inspection = self._buy()
        late = self._dispose(inspection, "return", 10, deadline=fields.Datetime.now() - timedelta(days=1))
        self._dispose(inspection, "return", 10)
        self.assertTrue(late.is_overdue)
        self.assertEqual(self.env["guard.disposition"].search([("is_overdue", "=", True)]), late)

    def test_states_and_links_are_not_written_by_hand(self):
        _line, inspection = self._buy()
        disposition = self._dispose(inspection, "return")
        for values in (
            {"state": "settled"},
            {"answer": "accepted"},
            {"access_token": "x"},
            {"told_on": fields.Datetime.now()},
        ):
            with self.assertRefused("buttons and documents only"):
                disposition.write(values)
            with self.assertRefused("buttons and documents only"):
                self._dispose(inspection, "return", 1, **values)
        born = (
            self.env["guard.disposition"]
            .with_user(self.buyer)
            .with_context(default_state="settled", default_answer="accepted", default_answer_count=5)
        )
        disposition.action_cancel()
        born = born.create({"inspection_id": inspection.id, "kind": "return", "quantity": 1})
        self.assertEqual((born.state, born.answer, born.answer_count), ("draft", False, 0))
        born.action_start()
        with self.assertRefused("has begun. Cancel its documents"):
            born.quantity = 2
        move = inspection.move_id
        with self.assertRefused("said by the disposition only"):
            move.sudo().guard_disposition_id = born
        with self.assertRefused("said by the disposition only"):
            born.sudo().move_ids.guard_disposition_id = False
        with self.assertRefused("said by the disposition only"):
            self.env["stock.move"].with_context(default_guard_disposition_id=born.id).create(
                {
                    "product_id": self.steel.id,
                    "location_id": self.quarantine.id,
                    "location_dest_id": self.stock.id,
                    "product_uom_qty": 1,
                }
            )
        with self.assertRefused("stays on record"):
            born.sudo().unlink()

    def test_others_neither_see_nor_dispose(self):
        _line, inspection = self._buy()
        disposition = self._dispose(inspection, "return", 10)
        with self.assertRaises(AccessError):
            self._dispose(inspection, "return", 1, user=self.seller)
        with self.assertRaises(AccessError):
            disposition.with_user(self.officer).action_start()
        with self.assertRaises(AccessError):
            disposition.with_user(self.officer).action_tell_supplier()
        foreigner = self._make_foreigner(
            "base.group_user,quality_service_guard.group_guard_manager,stock.group_stock_user"
        )
        for act in (
            lambda: disposition.with_user(foreigner).read(["reason"]),
            lambda: self._dispose(inspection, "return", 1, user=foreigner),
            lambda: disposition.with_user(foreigner).action_start(),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_quality_starts_a_return_without_rights_in_store_or_purchasing(self):
        _line, inspection = self._buy()
        disposition = self._start(inspection, "exchange", user=self.quality)
        self.assertEqual(disposition.picking_count, 2)

    def test_off_makes_no_query(self):
        self.env.ref("quality_service_guard.clause_2_2_3").in_force = False
        lot = self.env["stock.lot"].create({"name": "L0", "product_id": self.steel.id})
        with self.assertQueryCount(0):
            self.assertFalse(lot.sudo().guard_concession_ids)
        receipt = self._make_receipt((self.steel, 5))
        receipt.action_confirm()
        moves = receipt.move_ids
        moves.mapped("guard_disposition_id")
        with self.assertQueryCount(0):
            moves._guard_same_disposition()

    def test_counters_cost_the_same_for_many(self):
        orders = self.env["purchase.order"]
        counts = []
        for number in (1, 5):
            for _index in range(number):
                line, inspection = self._buy(20, 10)
                self._dispose(inspection, "return", 4)
                self._dispose(inspection, "return", 6)
                orders |= line.order_id
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(set(orders.mapped("guard_disposition_count")), {2})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertEqual(self.vendor.guard_disposition_count, 12)
        self.assertEqual(self.steel.product_tmpl_id.guard_disposition_count, 12)

    def test_done_while_off_is_settled_by_the_daily_job(self):
        _line, inspection = self._buy()
        disposition = self._start(inspection, "return")
        self.env.ref("quality_service_guard.clause_2_2_3").in_force = False
        disposition.sudo().picking_ids.button_validate()
        self.assertEqual(disposition.state, "in_progress")
        self.env["guard.disposition"]._cron_follow()
        self.assertEqual(disposition.state, "settled")
