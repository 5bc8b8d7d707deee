from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import NOW, FeasibilityCommon


@tagged("post_install", "-at_install")
class TestFeasibilityReservation(FeasibilityCommon):
    def _make_approved(self, quantity=8):
        review = self._make_review(self._make_gear_order(quantity))
        self._sign(review)
        return review

    def test_an_approved_review_keeps_its_hours_and_two_never_sell_the_same(self):
        reviews = [self._make_review(self._make_gear_order(8)) for _each in range(2)]
        for review in reviews:
            self.assertEqual(review.feasibility_id.date_earliest, datetime(2026, 3, 2, 16, 0))
            self._sign(review)
        self.assertEqual(
            [(r.date_start, r.date_end) for review in reviews for r in review.reservation_ids],
            [
                (datetime(2026, 3, 2, 8, 0), datetime(2026, 3, 2, 16, 0)),
                (datetime(2026, 3, 3, 8, 0), datetime(2026, 3, 3, 16, 0)),
            ],
        )

    def test_two_approved_at_once_never_get_the_same_hours(self):
        reviews = self.env["guard.order.review"].union(
            *(self._make_review(self._make_gear_order(8)) for _each in range(3))
        )
        reviews.line_ids.sudo()  # read together
        for user in self.approvers:
            reviews.with_user(user).action_answer_ok()
            reviews.with_user(user).action_approve()
        spans = sorted((r.date_start, r.date_end) for r in reviews.reservation_ids)
        self.assertEqual(len(spans), 3)
        for (_start, end), (start, _end) in zip(spans, spans[1:], strict=False):
            self.assertLessEqual(end, start)

    def test_the_others_see_reserved_hours_as_taken(self):
        self._make_approved(8)
        self.assertEqual(self._reckon(self._make_gear_order(8)).date_earliest, datetime(2026, 3, 3, 16, 0))

    def test_what_a_vendor_sends_does_not_wait_for_the_hours_reserved_for_others(self):
        self._make_approved(24)
        self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "order_line": [
                    Command.create({"product_id": self.steel.id, "product_qty": 100, "date_planned": "2026-03-03 08:00:00"})
                ],
            }
        ).button_confirm()
        found = self._reckon(self._make_gear_order(101))
        (steel,) = [step for step in found.line_ids.steps if step["product"][1] == "Steel"]
        self.assertEqual(steel["end"], "2026-03-03 08:00:00")

    def test_odoos_own_planning_does_not_plan_over_reserved_hours(self):
        self._make_approved(8)
        production = self._make_production(4, plan=True)
        self.assertGreaterEqual(production.workorder_ids.date_start, datetime(2026, 3, 3, 8, 0))

    def test_the_orders_own_work_orders_take_the_hours_over(self):
        for product in self.gear, self.axle:
            product.route_ids = self.env["stock.route"].search([("rule_ids.action", "=", "manufacture")], limit=1)
        self.warehouse.mto_pull_id.route_id.active = True
        self.gear.route_ids |= self.warehouse.mto_pull_id.route_id
        review = self._make_approved(8)
        self.assertEqual(review.reservation_ids.state, "active")
        review.order_id.with_user(self.seller).action_confirm()
        production = self.env["mrp.production"].search([("product_id", "=", self.gear.id)])
        self.assertEqual(production.reference_ids.sale_ids, review.order_id)
        self.assertEqual(review.reservation_ids.state, "taken")
        self.assertFalse(review.reservation_ids.leave_id)

    def test_a_date_that_passes_gives_the_hours_back(self):
        review = self._make_review(self._make_gear_order(8))
        review.capacity_kept_until = NOW.date()
        self._sign(review)
        self.assertEqual(review.reservation_ids.expires_on, NOW.date())
        self.startPatcher(self._freeze(NOW + timedelta(days=1)))
        self.assertEqual(self._reckon(self._make_gear_order(8)).date_earliest, datetime(2026, 3, 3, 16, 0))
        self.env["guard.capacity.reservation"]._gc_expired()
        self.assertEqual(review.reservation_ids.state, "expired")
        self.assertFalse(review.reservation_ids.leave_id)

    def test_cancelling_the_order_gives_the_hours_back(self):
        review = self._make_approved(8)
        review.order_id.with_user(self.seller)._action_cancel()
        self.assertEqual(review.reservation_ids.state, "released")

    def test_an_edit_gives_the_hours_back_until_it_is_approved(self):
        review = self._make_approved(8)
        review.order_id.with_user(self.seller).order_line.product_uom_qty = 4
        self.assertEqual(review.reservation_ids.state, "released")
        self._sign(review, self.sales, self.production)
        active = review.reservation_ids.filtered(lambda reservation: reservation.state == "active")
        self.assertEqual(active.hours, 4.0)

    def test_nobody_reserves_or_frees_by_hand(self):
        reservation = self._make_approved(8).reservation_ids
        for user in self.seller, self.production, self.manager:
            with self.assertRaises(UserError):
                reservation.with_user(user).write({"state": "released"})
        with self.assertRaises(UserError):
            reservation.sudo().write({"date_end": fields.Datetime.now()})
        with self.assertRaises(UserError):
            reservation.sudo().unlink()

    def test_what_was_reckoned_stays_as_it_was(self):
        found = self._reckon(self._make_gear_order(8))
        for values in ({"verdict": "kept"}, {"line_ids": [Command.clear()]}):
            with self.assertRaises(UserError):
                found.sudo().write(values)
        with self.assertRaises(UserError):
            found.sudo().line_ids.write({"date_earliest": NOW})

    def test_the_answer_keeps_what_it_rested_on(self):
        review = self._make_review(self._make_gear_order(8))
        review.with_user(self.production).action_answer_ok()
        first = review.line_ids.delivery_feasibility_line_id
        self.assertIn("Can be kept by 2026-03-02", review.line_ids.delivery_evidence)
        self._make_production(16)
        review.with_user(self.production).action_reckon()
        self.assertEqual(review.line_ids.feasibility_line_id, first)
        self.assertNotEqual(review.feasibility_id, first.feasibility_id)

    def test_a_stale_answer_says_what_has_changed(self):
        review = self._make_review(self._make_gear_order(8))
        self.assertFalse(review.feasibility_stale)
        self.startPatcher(self._freeze(NOW + timedelta(minutes=5)))
        self._make_production(1)
        self.env.flush_all()
        self.env.cr.execute("UPDATE mrp_workorder SET write_date = %s", [NOW + timedelta(minutes=5)])
        self.env.invalidate_all()
        self.assertIn("work orders", review.feasibility_stale)
        review.order_id.with_user(self.seller).order_line.product_uom_qty = 9
        self.env.invalidate_all()
        self.assertEqual(review.feasibility_stale, "the order")
