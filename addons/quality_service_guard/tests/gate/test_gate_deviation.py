from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestGateDeviation(OrderReviewCommon):
    def setUp(self):
        super().setUp()
        self.order = self._make_order()

    def _ask(self, user=None, **values):
        context = self.order.with_user(user or self.seller).action_guard_request_deviation()["context"]
        return (
            self.env["guard.deviation"]
            .with_user(user or self.seller)
            .with_context(**context)
            .create({"reason": "The customer's line stands still", **values})
        )

    def test_granted_deviation_lets_the_order_pass_once(self):
        deviation = self._ask()
        with self.assertRaises(UserError):
            self.order.action_confirm()
        deviation.with_user(self.officer).action_grant()
        self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual((deviation.state, deviation.used_by_id), ("used", self.seller))
        self.order._action_cancel()
        with self.assertRaises(UserError):
            self.order.write({"state": "sale"})

    def test_officer_who_may_not_read_orders_opens_what_is_asked(self):
        deviation = self._ask().with_user(self.officer)
        self.assertFalse(self.env["sale.order"].with_user(self.officer).has_access("read"))
        self.env.invalidate_all()
        self.assertEqual((deviation.document, deviation.measure), (self.order.name, self.order.currency_id.name))

    def test_nobody_permits_their_own_deviation(self):
        own = self._ask(self.seller)
        self.seller.group_ids |= self.env.ref("quality_service_guard.group_guard_deviation")
        with self.assertRaises(UserError):
            own.with_user(self.seller).action_grant()
        with self.assertRaises(UserError):
            own.with_user(self.seller).sudo().action_grant()

    def test_who_granted_does_not_pass_with_it(self):
        deviation = self._ask()
        self.sales.group_ids |= self.env.ref("quality_service_guard.group_guard_deviation")
        deviation.with_user(self.sales).action_grant()
        with self.assertRaises(UserError):
            self.order.with_user(self.sales).action_confirm()

    def test_salesperson_cannot_grant(self):
        with self.assertRaises(AccessError):
            self._ask().with_user(self.sales).action_grant()

    def test_deviation_born_granted_is_a_request(self):
        for context in ({}, {"default_state": "granted", "default_kind": "warned"}):
            deviation = (
                self.env["guard.deviation"]
                .with_user(self.seller)
                .with_context(**context)
                .create(
                    {
                        "gate_id": self.gate.id,
                        "res_id": self.order.id,
                        "reason": "x",
                        "state": "granted",
                        "granted_by_id": self.officer.id,
                        "requester_id": self.officer.id,
                    }
                )
            )
            self.assertEqual((deviation.state, deviation.kind), ("requested", "permit"))
            self.assertFalse(deviation.granted_by_id)
            self.assertEqual(deviation.requester_id, self.seller)

    def test_state_of_a_deviation_is_not_written(self):
        deviation = self._ask()
        for values in ({"state": "granted"}, {"granted_by_id": self.officer.id}, {"used_quantity": -5}):
            with self.assertRaises(UserError):
                deviation.write(values)
            with self.assertRaises(UserError):
                deviation.sudo().write(values)

    def test_limits_are_not_changed_after_the_grant(self):
        deviation = self._ask(quantity=10)
        deviation.with_user(self.officer).action_grant()
        with self.assertRaises(UserError):
            deviation.with_user(self.officer).write({"quantity": 10000})

    def test_deviation_ends_with_its_date_and_its_quantity(self):
        for values in (
            {"valid_until": fields.Datetime.now() - timedelta(hours=1)},
            {"quantity": self.order.amount_untaxed - 1},
        ):
            self._ask(**values).with_user(self.officer).action_grant()
            with self.assertRaises(UserError):
                self.order.action_confirm()
        self._ask(quantity=self.order.amount_untaxed).with_user(self.officer).action_grant()
        self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")

    def test_used_deviation_is_reviewed_by_somebody_else_with_a_note(self):
        deviation = self._ask()
        deviation.with_user(self.officer).action_grant()
        self.order.action_confirm()
        with self.assertRaises(UserError):
            deviation.with_user(self.officer).action_review()
        for user in (self.seller, self.production):
            with self.assertRaises(UserError):
                deviation.with_user(user).review_note = "Looks fine"
        with self.assertRaises(UserError):
            deviation.with_user(self.seller).obstacles = False
        deviation.with_user(self.officer).review_note = "Justified; capacity was there."
        deviation.with_user(self.officer).action_review()
        self.assertEqual(deviation.state, "reviewed")
        with self.assertRaises(UserError):
            deviation.sudo().unlink()

    def test_warned_passage_is_logged(self):
        self.gate.mode = "warn"
        self.order.action_confirm()
        logged = self.env["guard.deviation"].search([("res_id", "=", self.order.id), ("kind", "=", "warned")])
        self.assertEqual((self.order.state, logged.state), ("sale", "used"))
        self.assertEqual(logged.requester_id, self.seller)
        self.assertIn("has not been reviewed", logged.obstacles)
        self.assertIn("Passed with a warning", "".join(self.order.message_ids.mapped("body")))

    def test_refusal_is_written_after_the_rollback(self):
        with self.enter_registry_test_mode():
            with self.assertRaises(UserError):
                self.order.action_confirm()
            self.env.cr.postrollback.run()
        refusal = self.env["guard.gate.refusal"].search([("res_id", "=", self.order.id)])
        self.assertEqual((refusal.gate_id, refusal.user_id), (self.gate, self.seller))
        self.assertIn("has not been reviewed", refusal.obstacles)
