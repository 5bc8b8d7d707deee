from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestOrderReviewGate(OrderReviewCommon):
    """The gate of clause 2.1.1, attacked by every way to a confirmed order or to goods that leave."""

    def setUp(self):
        super().setUp()
        self.order = self._make_order()

    def assertRefused(self, attack, *arguments):
        with self.assertRaises(UserError) as caught:
            attack(*arguments)
        self.assertIn("review", str(caught.exception))
        self.env.invalidate_all()

    def test_off_gate_confirms_as_stock_does(self):
        self.clause.in_force = False
        self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")
        self.assertTrue(self.order.picking_ids)
        self.order.order_line[0].product_uom_qty = 9
        self.assertEqual(self.order.picking_ids.move_ids.filtered(lambda m: m.product_id == self.bearing).product_uom_qty, 9)

    def test_off_gate_adds_no_query_to_a_confirmation(self):
        self.clause.in_force = False
        for number in (1, 10):
            orders = self.env["sale.order"].union(*[self._make_order() for _each in range(number)])
            self.env.flush_all()
            self.env["guard.gate"]._modes()
            closed = orders._guard_closed()
            with self.assertQueryCount(0):
                self.assertEqual(closed, [])
                self.assertFalse(orders._guard_review_asked())
                self.assertFalse(orders._guard_obstacles())

    def test_button_names_every_order_of_a_batch(self):
        orders = self.order | self._make_order() | self._make_order()
        with self.assertRaises(UserError) as caught:
            orders.action_confirm()
        for order in orders:
            self.assertIn(order.name, str(caught.exception))
        self.assertIn("Ask for Review", str(caught.exception))
        self.assertEqual(set(orders.mapped("state")), {"draft"})

    def test_one_unreviewed_order_stops_the_batch(self):
        approved = self._make_approved_order()
        self.assertRefused((approved | self.order).action_confirm)
        self.assertEqual(set((approved | self.order).mapped("state")), {"draft"})

    def test_write_of_the_state(self):
        self.assertRefused(self.order.write, {"state": "sale"})
        self.assertRefused(self.order.write, {"state": "sale", "client_order_ref": "x"})
        self.assertRefused(setattr, self.order, "state", "sale")

    def test_context_opens_nothing(self):
        for key in ("skip_validation_check", "bypass", "guard_skip", "install_mode", "tracking_disable", "mail_notrack"):
            self.assertRefused(self.order.with_context(**{key: True}).write, {"state": "sale"})

    def test_superuser_passes_the_same_gate(self):
        self.assertRefused(self.order.sudo().action_confirm)
        self.assertRefused(self.order.with_user(SUPERUSER_ID).write, {"state": "sale"})

    def test_born_confirmed(self):
        Order = self.env["sale.order"].with_user(self.seller)
        values = {"partner_id": self.customer.id, "order_line": [Command.create({"product_id": self.bearing.id})]}
        self.assertRefused(Order.create, {**values, "state": "sale"})
        self.assertRefused(Order.with_context(default_state="sale").create, values)
        self.env["ir.default"].with_user(self.seller).set("sale.order", "state", "sale", user_id=True)
        self.assertRefused(Order.create, values)

    def test_copied_and_imported_confirmed(self):
        self.assertRefused(self.order.copy, {"state": "sale"})
        result = (
            self.env["sale.order"]
            .with_user(self.seller)
            .load(["partner_id/.id", "state"], [[str(self.customer.id), "sale"]])
        )
        self.assertFalse(result["ids"])
        self.assertIn("review", str(result["messages"]))

    def test_command_from_the_customer(self):
        self.assertRefused(
            self.customer.sudo().write, {"sale_order_ids": [Command.update(self.order.id, {"state": "sale"})]}
        )

    def test_cancelled_order_is_not_revived(self):
        self.order._action_cancel()
        self.assertRefused(self.order.write, {"state": "sale"})

    def test_swallowed_refusal_leaves_nothing_confirmed(self):
        try:
            self.order.write({"state": "sale"})
        except UserError:
            pass
        self.assertEqual(self.order.state, "draft")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")
        self.assertFalse(self.order.picking_ids)

    def test_line_does_not_confirm_itself(self):
        line = self.order.order_line[0]
        with self.assertRaises(UserError):
            line.write({"state": "sale"})
        with self.assertRaises(UserError):
            line.sudo().write({"state": "sale", "product_uom_qty": 7})
        self.assertFalse(self.order.picking_ids)

    def test_line_moved_into_a_confirmed_order_ships_nothing(self):
        confirmed = self._make_approved_order()
        confirmed.action_confirm()
        line = self.order.order_line[0]
        line.write({"order_id": confirmed.id})
        line.write({"product_uom_qty": 50})
        self.assertFalse(line.move_ids)

    def test_gate_switched_on_while_orders_are_under_way(self):
        self.clause.in_force = False
        running = self._make_order()
        running.action_confirm()
        self.clause.in_force = True
        self.assertEqual(running.state, "sale")
        self.assertRefused(self.order.action_confirm)

    def test_mode_of_another_company_says_nothing_here(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertRefused(self.order.with_company(other).sudo().write, {"state": "sale"})

    def test_customer_signs_and_is_not_refused(self):
        self.order.sudo()._validate_order()
        self.assertEqual(self.order.state, "draft")
        self.assertTrue(self.order.guard_is_held)
        review = self.order.guard_review_id
        self.assertEqual(review.state, "in_review")
        self._sign(review.with_env(self.env))
        self.assertEqual(self.order.state, "sale")
        self.assertFalse(self.order.guard_is_held)
        self.assertTrue(self.order.picking_ids)

    def test_approved_order_confirms_as_stock_does(self):
        order = self._make_approved_order()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.picking_ids.move_ids.mapped("product_uom_qty"), [5, 2])

    def test_edit_hidden_in_the_confirming_write_is_seen(self):
        order = self._make_approved_order()
        line = order.order_line[0]
        with self.assertRaises(UserError):
            order.write({"state": "sale", "order_line": [Command.update(line.id, {"product_uom_qty": 500})]})

    def test_confirmation_of_many_costs_as_few_extra_queries_as_of_one(self):
        self.env["guard.gate"]._modes()
        costs = []
        for number in (2, 10):
            orders = self.env["sale.order"].browse([self._make_approved_order().id for _each in range(number)])
            self.env.flush_all()
            self.env.invalidate_all()
            orders.mapped("order_line.product_id")
            before = self.env.cr.sql_log_count
            self.assertFalse(orders.with_user(self.seller)._guard_obstacles())
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0])

    def _confirmation_queries(self, number, in_force):
        first, *others = [self._make_approved_order().id for _each in range(number + 1)]
        orders = self.env["sale.order"].browse(others)
        self.clause.in_force = in_force
        orders.browse(first).with_user(self.seller).action_confirm()  # fills the caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        orders.with_user(self.seller).action_confirm()
        self.env.flush_all()
        self.clause.in_force = True
        return self.env.cr.sql_log_count - before

    def test_confirming_approved_orders_adds_the_same_few_queries_to_1_and_to_20(self):
        self._confirmation_queries(1, True)  # the first one of all is another
        added = [
            self._confirmation_queries(number, True) - self._confirmation_queries(number, False) for number in (1, 20)
        ]
        self.assertLessEqual(max(added), 12)
        self.assertLessEqual(added[1], added[0])
