import threading
import uuid
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install", "database_breaking")
class TestApprovalConcurrency(BaseCase):
    """Two people at once, in two real transactions; what the test committed is taken back or archived."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US", "tracking_disable": True})
            maker = type("Maker", (OrderReviewCommon,), {})
            maker.env = env
            self._make_people(maker, env)
            review = maker._make_review()
            for user in maker.approvers:
                review.with_user(user).action_answer_ok()
            self.request_id, self.order_id = review.approval_request_id.id, review.order_id.id
            production = maker.approvers[1]
            self.seen = review.with_user(production).approval_seen
            self.users = {user.login.rsplit("_", 1)[0]: user.id for user in maker.approvers + [maker.seller]}
        self.addCleanup(self._clean)

    def _make_people(self, maker, env):
        guard, mark = "quality_service_guard.group_", uuid.uuid4().hex[:8]  # each test commits its own people
        maker.seller = new_test_user(env, f"race_seller_{mark}", "base.group_user,sales_team.group_sale_salesman_all_leads")
        maker.approvers = [
            new_test_user(env, f"race_{name}_{mark}", f"base.group_user,{guard}review_{name}{extra}")
            for name, extra in (
                ("sales", ",sales_team.group_sale_manager"),
                ("production", ""),
                ("engineering", ""),
                ("quality", ""),
            )
        ]
        maker.customer = env["res.partner"].create({"name": "Racing customer"})
        maker.bearing, maker.shaft = env["product.product"].create([{"name": "Racing bearing"}, {"name": "Racing shaft"}])
        env.ref("quality_service_guard.clause_2_1_1").in_force = True

    def _clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.ref("quality_service_guard.clause_2_1_1").in_force = False
            env["res.users"].browse(self.users.values()).write({"active": False})

    def _race(self, *works):
        """Run each work in a transaction of its own, all begun before any goes on."""
        barrier, errors = threading.Barrier(len(works)), []

        def run(login, work):
            first = [True]
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, self.users[login], {})

                    def once():
                        env.cr.execute("SELECT 1")  # takes the snapshot
                        if first:
                            first.clear()
                            barrier.wait(10)
                        work(env)

                    retrying(once, env)
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=run, args=work, daemon=True) for work in works]
        with patch.object(Registry, "_lock", DummyRLock()):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertFalse([thread for thread in threads if thread.is_alive()])
        return errors

    def _approve(self, env):
        env["guard.approval.request"].browse(self.request_id).action_approve()

    def test_two_departments_decide_in_the_same_second(self):
        errors = self._race(("race_production", self._approve), ("race_quality", self._approve))
        self.assertFalse(errors)
        with self.registry.cursor() as cr:
            request = api.Environment(cr, SUPERUSER_ID, {})["guard.approval.request"].browse(self.request_id)
            states = {step.aspect: step.state for step in request.step_ids}
            self.assertEqual((states["production"], states["quality"]), ("approved", "approved"))
            self.assertEqual(len(request.decision_ids), 2)
            self.assertEqual(request.chain_id.ledger_id._verify(), [])

    def test_edit_meets_an_approval(self):
        def edit(env):
            env["sale.order"].browse(self.order_id).order_line[0].product_uom_qty = 77

        def approve(env):  # as the open form does, with what it shows
            self._approve(env(context={"guard_seen": self.seen}))

        errors = self._race(("race_production", approve), ("race_seller", edit))
        self.assertLessEqual(len(errors), 1)
        for error in errors:
            self.assertIn("changed a moment ago", str(error))
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            request = env["guard.approval.request"].browse(self.request_id)
            step = request.step_ids.filtered(lambda step: step.aspect == "production")
            judged = env["guard.order.review"].browse(request.res_id)._approval_contents()
            self.assertEqual(step.state, "pending")
            self.assertEqual(next(iter(judged.values()))["production"], step.content)
            self.assertEqual(request.chain_id.ledger_id._verify(), [])
