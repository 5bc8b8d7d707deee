from contextlib import suppress

from odoo import fields
from odoo.addons.quality_service_guard.tests.common import OrderReviewCommon
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestJoinedAutomation(OrderReviewCommon):
    """An automation rule confirms what the salesperson marks: rules have no more right than who sets them off."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.env["base.automation"]._unregister_hook)  # each rule patches the models of the registry
        self.rule = self._make_rule(
            trigger="on_create_or_write",
            filter_pre_domain="[('client_order_ref', '!=', 'GO')]",
            filter_domain="[('client_order_ref', '=', 'GO')]",
        )

    def _make_rule(self, model="sale.order", code="records.action_confirm()", **values):
        model_id = self.env["ir.model"]._get(model).id
        action = {"name": "Confirm", "model_id": model_id, "state": "code", "code": code, "usage": "base_automation"}
        return self.env["base.automation"].create(
            {"name": "Confirm", "model_id": model_id, "action_server_ids": [Command.create(action)], **values}
        )

    def _go(self, order):
        order.with_user(self.seller).client_order_ref = "GO"
        self.env.flush_all()

    def test_unreviewed_order_is_not_confirmed_by_a_rule(self):
        order = self._make_order()
        with self.assertRaises(UserError) as caught:
            self._go(order)
        self.assertIn("has not been reviewed", str(caught.exception))
        self.assertEqual((order.state, order.client_order_ref), ("draft", False))

    def test_order_born_into_the_rule_is_not_confirmed_either(self):
        with self.assertRaises(UserError):
            self._make_order(client_order_ref="GO")

    def test_rule_that_writes_the_state_itself_is_held_too(self):
        self.rule.action_server_ids.code = "records.write({'state': 'sale'})"
        order = self._make_order()
        with self.assertRaises(UserError):
            self._go(order)
        self.assertEqual(order.state, "draft")

    def test_approved_order_is_confirmed_by_the_rule(self):
        order = self._make_approved_order()
        self._go(order)
        self.assertEqual(order.state, "sale")

    def test_rule_on_the_approval_confirms(self):
        self.rule.unlink()
        self._make_rule(
            "guard.order.review",
            "records.order_id.action_confirm()",
            trigger="on_create_or_write",
            filter_pre_domain="[('state', '=', 'in_review')]",
            filter_domain="[('state', '=', 'approved')]",
        )
        self.assertEqual(self._make_approved_order().state, "sale")

    def test_gate_that_is_off_or_warns_lets_the_rule_confirm(self):
        for mode, in_force in (("warn", True), ("block", False)):
            self.gate.mode, self.clause.in_force = mode, in_force
            order = self._make_order()
            self._go(order)
            self.assertEqual(order.state, "sale", mode)

    def test_rule_by_the_clock_confirms_only_what_is_approved(self):
        self.rule.unlink()
        order = self._make_order(validity_date=fields.Date.today()).with_env(self.env)
        self._make_rule(
            trigger="on_time",
            trg_date_id=self.env["ir.model.fields"]._get("sale.order", "validity_date").id,
            trg_date_range=0,
            filter_domain=str([("id", "=", order.id)]),
        ).last_run = fields.Datetime.subtract(fields.Datetime.now(), days=3)
        with suppress(UserError), mute_logger("odoo.addons.base_automation.models.base_automation"):
            self._run_by_the_clock()
        self.assertEqual(order.state, "draft")
        self._sign(self._make_review(order))
        self._run_by_the_clock()
        self.assertEqual(order.state, "sale")

    def _run_by_the_clock(self):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["base.automation"]._cron_process_time_based_actions()
        self.env.invalidate_all()
