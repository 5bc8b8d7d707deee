from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestOrderReviewChange(OrderReviewCommon):
    """A confirmed order is changed: the change is reviewed and ships nothing before."""

    def setUp(self):
        super().setUp()
        self.order = self._make_approved_order()
        self.order.action_confirm()
        self.review = self.order.guard_review_id.with_env(self.env)
        self.line = self.order.order_line[0]

    def _moving(self, line=None):
        moves = (line or self.line).move_ids.filtered(lambda move: move.state != "cancel")
        return sum(moves.mapped("product_uom_qty"))

    def _duty(self):
        return self.order.sudo().activity_ids.filtered(lambda activity: activity.guard_key == "change")

    def _reject(self, user=None):
        self.review.with_user(user or self.production).approval_request_id.action_reject("The furnace is full")

    def _deliver(self):
        picking = self.order.picking_ids
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def test_off_gate_ships_a_change_at_once(self):
        self.clause.in_force = False
        self.line.product_uom_qty = 8
        self.assertEqual((self._moving(), self.order.guard_change_state), (8, False))

    def test_warning_gate_ships_a_change_at_once(self):
        self.gate.mode = "warn"
        self.line.product_uom_qty = 8
        self.assertEqual(self._moving(), 8)

    def test_increase_waits_and_ships_the_difference_when_approved(self):
        self.line.product_uom_qty = 8
        self.assertEqual((self._moving(), self.order.guard_change_state), (5, "in_review"))
        self._sign(self.review, self.sales, self.production)
        self.assertEqual((self._moving(), self.order.guard_change_state), (8, False))

    def test_new_line_waits_and_ships_when_approved(self):
        line = (
            self.env["sale.order.line"]
            .with_user(self.seller)
            .create({"order_id": self.order.id, "product_id": self.shaft.id, "product_uom_qty": 7})
        )
        self.assertEqual((self._moving(line), self.order.guard_change_state), (0, "in_review"))
        self._sign(self.review)
        self.assertEqual(self._moving(line), 7)

    def test_line_created_on_a_locked_order_ships_nothing_and_is_reviewed(self):
        self.order.sudo().action_lock()
        line = self.env["sale.order.line"].create(
            {"order_id": self.order.id, "product_id": self.shaft.id, "product_uom_qty": 7}
        )
        self.assertEqual(self.order.guard_change_state, "in_review")
        self.order.sudo().action_unlock()
        line.product_uom_qty = 8
        self.assertEqual(self._moving(line), 0)
        self._sign(self.review)
        self.assertEqual(self._moving(line), 8)

    def test_decrease_waits_and_is_taken_back_from_the_delivery_when_approved(self):
        self.line.product_uom_qty = 3
        self.assertEqual((self._moving(), self.order.guard_change_state), (5, "in_review"))
        self._sign(self.review, self.sales, self.production)
        self.assertEqual(self._moving(), 3)

    def test_decrease_below_what_was_delivered_is_refused_as_stock_does(self):
        self._deliver()
        with self.assertRaises(UserError):
            self.line.product_uom_qty = 3
        self.env.invalidate_all()
        self.assertEqual(self.review.state, "approved")

    def test_upsell_after_the_delivery_leaves_the_delivery_alone(self):
        picking = self._deliver()
        self.line.product_uom_qty = 6
        self.assertEqual((picking.state, self._moving()), ("done", 5))
        self._sign(self.review, self.sales, self.production)
        self.assertEqual((picking.state, self._moving()), ("done", 6))
        self.assertEqual(sum((self.order.picking_ids - picking).move_ids.mapped("product_uom_qty")), 1)

    def test_what_was_approved_before_goes_on_while_the_change_is_reviewed(self):
        self.line.product_uom_qty = 8
        self._deliver()
        self.assertEqual(self.line.qty_delivered, 5)
        self._reject()
        self.assertEqual(self.line.qty_delivered, 5)

    def test_price_and_date_changes_are_reviewed_and_move_no_goods(self):
        moves = self.line.move_ids
        self.line.price_unit = 1
        self.assertStates(
            self.review, sales="pending", production="approved", engineering="approved", quality="approved"
        )
        self.order.commitment_date = "2030-01-01 10:00:00"
        self.assertStates(
            self.review, sales="pending", production="pending", engineering="approved", quality="approved"
        )
        self.assertEqual(self.order.guard_change_state, "in_review")
        self._sign(self.review, self.sales, self.production)
        self.assertEqual((self.line.move_ids, self._moving()), (moves, 5))

    def test_product_of_a_confirmed_line_is_not_changed_as_stock_refuses_it(self):
        with self.assertRaises(UserError):
            self.line.write({"product_id": self.shaft.id})
        self.env.invalidate_all()
        self.assertEqual(self.review.state, "approved")

    def test_customer_of_a_confirmed_order_changed_is_reviewed(self):
        self.order.partner_id = self.env["res.partner"].create({"name": "Somebody Else"})
        self.assertStates(
            self.review, sales="pending", production="approved", engineering="approved", quality="approved"
        )

    def test_rejected_change_is_shown_ships_nothing_and_is_a_duty_of_the_salesperson(self):
        self.line.product_uom_qty = 8
        self._reject()
        self.assertEqual((self.order.guard_change_state, self._moving()), ("rejected", 5))
        duty = self._duty()
        self.assertEqual((duty.user_id, duty.guard_clause_id), (self.seller, self.clause))
        self.assertIn("The furnace is full", duty.summary)
        with self.assertRaises(UserError):
            duty.with_user(self.seller).action_done()
        self.order.order_line[1].product_uom_qty = 4
        self.assertEqual(self._moving(self.order.order_line[1]), 2)

    def test_change_taken_back_settles_the_duty_and_the_order_ships_again(self):
        self.line.product_uom_qty = 8
        self._reject()
        self.line.product_uom_qty = 5
        self.assertFalse(self.order.guard_change_state)
        self.assertFalse(self._duty())
        self.assertEqual(self.order._guard_released(), self.order)

    def test_rejected_change_is_asked_for_again_and_approved(self):
        self.line.product_uom_qty = 8
        self._reject()
        self.line.product_uom_qty = 6
        again = self._make_review(self.order)
        self.assertEqual((again.revision, self.review.state), (2, "superseded"))
        self.assertFalse(self._duty())
        self.assertEqual(self._moving(), 5)
        self._sign(again)
        self.assertEqual((self._moving(), self.order.guard_change_state), (6, False))

    def test_confirmed_order_without_a_change_cannot_be_put_forward(self):
        with self.assertRaises(UserError):
            self.order.action_guard_ask_review()

    def test_cancelled_order_asks_nobody_about_its_change(self):
        self.line.product_uom_qty = 8
        self._reject()
        self.order.sudo()._action_cancel()
        self.assertFalse(self._duty())
        self.assertEqual(self.review.state, "superseded")

    def _make_unreviewed(self):
        """Confirmed before the policy was in force."""
        self.clause.in_force = False
        order = self._make_order()
        order.action_confirm()
        self.clause.in_force = True
        self.assertFalse(order.guard_review_ids)
        return order

    def test_order_confirmed_before_the_policy_is_reviewed_when_it_is_changed(self):
        for change in (
            lambda order: order.order_line[0].write({"product_uom_qty": 500}),
            lambda order: order.write(
                {"order_line": [Command.update(order.order_line[0].id, {"product_uom_qty": 500})]}
            ),
            lambda order: self.env["sale.order.line"].create(
                {"order_id": order.id, "product_id": self.shaft.id, "product_uom_qty": 500}
            ),
        ):
            order = self._make_unreviewed()
            change(order)
            self.assertEqual(order.guard_change_state, "in_review")
            self.assertNotIn(500, order.picking_ids.move_ids.mapped("product_uom_qty"))
            self._sign(order.guard_review_id.with_env(self.env))
            self.assertIn(
                500,
                order.order_line.move_ids.mapped("product_uom_qty")
                + [sum(order.order_line[0].move_ids.mapped("product_uom_qty"))],
            )

    def test_order_confirmed_by_a_deviation_is_reviewed_when_it_is_changed(self):
        order = self._make_order()
        context = order.action_guard_request_deviation()["context"]
        permit = (
            self.env["guard.deviation"]
            .with_user(self.seller)
            .with_context(**context)
            .create({"reason": "The line stands still"})
        )
        permit.with_user(self.officer).action_grant()
        order.action_confirm()
        self.assertFalse(order.guard_change_state)
        order.order_line[0].product_uom_qty = 500
        self.assertEqual((order.guard_change_state, self._moving(order.order_line[0])), ("in_review", 5))

    def test_order_confirmed_before_the_policy_is_left_alone_when_nothing_judged_is_changed(self):
        order = self._make_unreviewed()
        order.write({"client_order_ref": "PO 7", "note": "x"})
        order.order_line[0].product_uom_qty = 5
        self.assertFalse(order.guard_review_ids)

    def test_change_that_nobody_can_be_asked_about_ships_nothing_and_is_somebodys_duty(self):
        order = self._make_unreviewed()
        self.env.ref("quality_service_guard.chain_order_review").active = False
        order.order_line[0].product_uom_qty = 500
        self.assertEqual((order.guard_change_state, self._moving(order.order_line[0])), ("draft", 5))
        duty = order.sudo().activity_ids.filtered(lambda activity: activity.guard_key == "change")
        self.assertEqual(duty.user_id, self.seller)
        self.env.ref("quality_service_guard.chain_order_review").active = True
        self._sign(self._make_review(order))
        self.assertEqual(self._moving(order.order_line[0]), 500)
        self.assertFalse(duty.exists().active)

    def test_effect_shows_what_is_under_way_with_state_and_quantity(self):
        self.line.product_uom_qty = 8
        stock = self.env.ref("stock.group_stock_user")
        self.production.group_ids |= stock
        effect = str(self.review.with_user(self.production).effect)
        picking = self.order.picking_ids
        for text in (picking.name, f"/odoo/stock.picking/{picking.id}", "Bearing", "+3"):
            self.assertIn(text, effect)

    def test_effect_shows_manufacturing_orders_where_they_are(self):
        if "mrp.production" not in self.env:
            self.skipTest("manufacturing is not installed here")
        routes = self.env.ref("mrp.route_warehouse0_manufacture") | self.env.ref("stock.route_warehouse0_mto")
        routes.active = True
        self.bearing.route_ids = routes
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.bearing.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": self.shaft.id})],
            }
        )
        order = self._make_approved_order()
        order.action_confirm()
        production = order.stock_reference_ids.production_ids
        self.assertTrue(production)
        order.order_line[0].product_uom_qty = 8
        self.production.group_ids |= self.env.ref("mrp.group_mrp_user")
        effect = str(order.guard_review_id.with_user(self.production).effect)
        self.assertIn(f"/odoo/mrp.production/{production[0].id}", effect)
        self.assertEqual(sum(production.mapped("product_qty")), 5)

    def test_effect_hides_what_the_reviewer_may_not_read(self):
        self.line.product_uom_qty = 8
        picking = self.order.picking_ids
        effect = str(self.review.with_user(self.engineering).effect)
        self.assertNotIn(picking.name, effect)
        self.assertIn("you may not read", effect)

    def test_effect_of_a_quotation_is_empty(self):
        self.assertFalse(self._make_review().effect)
