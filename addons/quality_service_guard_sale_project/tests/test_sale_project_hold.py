from odoo.addons.quality_service_guard.tests.common import OrderReviewCommon
from odoo.fields import Command
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSaleProjectHold(OrderReviewCommon):
    """Services whose project, task and hours come with the confirmation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["project.project"].create({"name": "Installation", "allow_billable": True})
        common = {"type": "service", "list_price": 90, "taxes_id": [Command.clear()], "service_policy": "delivered_timesheet"}
        hour = cls.env.ref("uom.product_uom_hour")
        cls.services = cls.env["product.product"].create(
            [
                {**common, "name": "Installing", "service_tracking": "task_in_project", "uom_id": hour.id},
                {**common, "name": "Planning", "service_tracking": "project_only", "uom_id": hour.id},
                {
                    **common,
                    "name": "Training",
                    "service_tracking": "task_global_project",
                    "project_id": cls.template.id,
                    "uom_id": hour.id,
                },
            ]
        )
        cls.worker = cls.env["hr.employee"].create({"name": "Worker", "user_id": cls.engineering.id, "hourly_cost": 30})

    def _made(self):
        """How many projects, tasks and lines of work there are."""
        return [self.env[model].search_count([]) for model in ("project.project", "project.task", "account.analytic.line")]

    def _order(self):
        return self._make_order(
            order_line=[Command.create({"product_id": product.id, "product_uom_qty": 8}) for product in self.services]
        )

    def _signed(self):
        """An order that the customer has signed."""
        order = self._order().with_env(self.env)
        order.write({"state": "sent", "signed_by": "Customer"})
        order._validate_order()
        return order

    def test_held_order_has_neither_project_nor_task_nor_hours_until_it_is_approved(self):
        self.clause.in_force = False
        before = self._made()
        self._signed()
        stock = [now - then for now, then in zip(self._made(), before, strict=True)]
        self.assertTrue(stock[0] and stock[1], "the confirmation of these services creates nothing")

        self.clause.in_force = True
        before = self._made()
        order = self._signed()
        self.assertEqual((order.state, order.guard_is_held), ("sent", True))
        self.assertEqual(self._made(), before)
        self.assertFalse(order.order_line.task_id | order.tasks_ids)
        self._sign(order.guard_review_id)
        self.assertEqual((order.state, order.guard_is_held), ("sale", False))
        self.assertEqual([now - then for now, then in zip(self._made(), before, strict=True)], stock)
        self._work_on(order)

    def _work_on(self, order):
        task = order.order_line[0].task_id
        hours = self.env["account.analytic.line"].create(
            {"task_id": task.id, "project_id": task.project_id.id, "employee_id": self.worker.id, "unit_amount": 3, "name": "Done"}
        )
        self.assertEqual(hours.so_line, order.order_line[0])
        self.assertEqual(order.order_line[0].qty_delivered, 3)

    def test_salesperson_confirms_and_creates_nothing_before_the_approval(self):
        order, before = self._order(), self._made()
        with self.assertRaisesRegex(Exception, "has not been reviewed"):
            order.action_confirm()
        self.assertEqual(self._made(), before)
        self._sign(self._make_review(order))
        order.action_confirm()
        self.assertTrue(order.sudo().tasks_ids)

    def test_service_added_to_a_confirmed_order_begins_when_the_change_is_approved(self):
        order, before = self._confirmed(), self._made()
        line = self._add_service(order)
        self.assertEqual(order.guard_change_state, "in_review")
        self.assertFalse(line.task_id)
        self.assertEqual(self._made(), before)
        self._sign(order.sudo().guard_review_id)
        self.assertTrue(line.sudo().task_id)

    def test_service_added_to_an_order_without_review_waits_for_the_review_of_the_change(self):
        self.clause.in_force = False
        order = self._order()
        order.action_confirm()
        self.clause.in_force = True
        before = self._made()
        line = self._add_service(order)
        self.assertEqual((self._made(), order.guard_change_state), (before, "in_review"))
        self._sign(order.sudo().guard_review_id)
        self.assertTrue(line.sudo().task_id)

    def test_gate_that_is_off_or_warns_begins_it_at_once(self):
        for mode, in_force in (("warn", True), ("block", False)):
            self.gate.mode, self.clause.in_force = mode, in_force
            order = self._order()
            order.action_confirm()
            self.assertTrue(self._add_service(order).sudo().task_id, mode)

    def _confirmed(self):
        order = self._order()
        self._sign(self._make_review(order))
        order.action_confirm()
        return order

    def _add_service(self, order):
        order.write({"order_line": [Command.create({"product_id": self.services[2].id, "product_uom_qty": 4})]})
        return order.order_line[-1]
