from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestApprovalCondition(OrderReviewCommon):
    """Quality approves if the certificate is there before the goods leave; production owns that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["stock.quant"]._update_available_quantity(cls.bearing, cls.env.ref("stock.stock_location_stock"), 50)
        cls.env["stock.quant"]._update_available_quantity(cls.shaft, cls.env.ref("stock.stock_location_stock"), 50)
        cls.review = cls._make_review()
        cls._sign(cls.review, cls.sales, cls.production, cls.engineering)
        cls.review.with_user(cls.quality).action_answer_ok()
        cls.condition = cls._approve_if(cls.review, cls.quality, "Certificate 3.1 lies with the goods")
        cls.order = cls.review.order_id
        cls.order.with_user(cls.seller).action_confirm()
        cls.picking = cls.order.picking_ids
        cls._pick(cls.picking)
        cls.storekeeper = cls.env["res.users"].create(
            {
                "name": "Storekeeper",
                "login": "storekeeper",
                "group_ids": [fields.Command.set(cls.env.ref("stock.group_stock_user").ids)],
            }
        )

    @classmethod
    def _pick(cls, picking):
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})

    @classmethod
    def _approve_if(cls, review, user, text, **values):
        wizard = (
            cls.env["guard.approval.approve.if"]
            .with_user(user)
            .create(
                {
                    "request_ids": review.approval_request_id.ids,
                    "condition": text,
                    "user_id": cls.production.id,
                    "deadline": fields.Datetime.now() + timedelta(days=2),
                    **values,
                }
            )
        )
        wizard.action_apply()
        return cls.env["guard.approval.condition"].search([("name", "=", text)], order="id desc", limit=1)

    def _meet(self):
        self.condition.with_user(self.production).write({"proof": "Attached to the delivery"})
        self.condition.with_user(self.production).action_report()
        self.condition.with_user(self.quality).action_accept()

    def _duties(self):
        return self.env["mail.activity"].search([("res_model", "=", self.condition._name), ("res_id", "=", self.condition.id)])

    def assertHeld(self, attack, *arguments):
        with self.assertRaises(UserError) as caught:
            attack(*arguments)
        self.assertIn("Certificate 3.1", str(caught.exception))
        self.env.invalidate_all()

    def test_document_is_approved_and_the_condition_is_somebodys_duty(self):
        self.assertEqual((self.review.state, self.order.state), ("approved", "sale"))
        self.assertEqual((self.condition.state, self.condition.set_by_id), ("open", self.quality))
        self.assertEqual(self._duties().user_id, self.production)
        with self.assertRaises(UserError):
            self._duties().with_user(self.production).action_done()

    def test_goods_do_not_leave_before_it_is_met(self):
        self.assertHeld(self.picking.with_user(self.storekeeper).button_validate)
        self._meet()
        self.picking.with_user(self.storekeeper).button_validate()
        self.assertEqual(self.picking.state, "done")

    def test_delivery_says_beforehand_what_it_waits_for(self):
        picking = self.picking.with_user(self.storekeeper)
        self.assertIn("Certificate 3.1", picking.guard_obstacles)
        action = picking.action_guard_open_conditions()
        self.assertEqual(self.env["guard.approval.condition"].search(action["domain"]), self.condition)
        for _move in self.picking.move_ids:
            context = picking.action_guard_request_deviation()["context"]
            self.env["guard.deviation"].with_user(self.storekeeper).create(
                {"gate_id": context["default_gate_id"], "res_id": context["default_res_id"], "reason": "The truck waits"}
            )
        with self.assertRaises(UserError):
            picking.action_guard_request_deviation()
        self._meet()
        picking.invalidate_recordset()
        self.assertFalse(picking.guard_obstacles)

    def test_no_other_way_lets_them_leave(self):
        moves = self.picking.move_ids
        self.assertHeld(self.picking.sudo()._action_done)
        self.assertHeld(moves.sudo()._action_done)
        self.assertHeld(moves.sudo().write, {"state": "done"})
        self.assertHeld(self.picking.with_context(skip_backorder=True, skip_sanity_check=True).button_validate)
        values = moves[0].copy_data({"sale_line_id": moves[0].sale_line_id.id, "state": "done"})[0]
        self.assertHeld(self.env["stock.move"].create, values)
        values.pop("state")
        self.assertHeld(self.env["stock.move"].with_context(default_state="done").create, values)

    def test_reported_is_not_yet_accepted(self):
        self.condition.with_user(self.production).write({"proof": "Attached"})
        self.condition.with_user(self.production).action_report()
        self.assertEqual(self._duties().user_id, self.quality)
        self.assertHeld(self.picking.button_validate)

    def test_who_reported_does_not_accept(self):
        self.condition.with_user(self.quality).user_id = self.quality
        self.condition.with_user(self.quality).write({"proof": "I saw it"})
        self.condition.with_user(self.quality).action_report()
        with self.assertRaises(UserError) as caught:
            self.condition.with_user(self.quality).action_accept()
        self.assertIn("who reported it", str(caught.exception))

    def test_another_department_does_not_accept_or_waive(self):
        self.condition.with_user(self.production).write({"proof": "Attached"})
        self.condition.with_user(self.production).action_report()
        for user in (self.engineering, self.officer, self.manager):
            for attack in ("action_accept", "action_waive", "action_return"):
                with self.assertRaises(UserError):
                    getattr(self.condition.with_user(user), attack)()

    def test_returned_proof_asks_the_owner_again(self):
        self.condition.with_user(self.production).write({"proof": "Attached"})
        self.condition.with_user(self.production).action_report()
        self.condition.with_user(self.quality).action_return()
        self.assertEqual((self.condition.state, self._duties().user_id), ("open", self.production))

    def test_nothing_is_reported_without_proof_or_given_up_without_reason(self):
        for user, attack in ((self.production, "action_report"), (self.quality, "action_waive")):
            with self.assertRaises(UserError):
                getattr(self.condition.with_user(user), attack)()
        self.condition.with_user(self.quality).write({"proof": "The customer waived the certificate by mail"})
        self.condition.with_user(self.quality).action_waive()
        self.picking.button_validate()
        self.assertEqual(self.picking.state, "done")

    def test_edit_of_the_order_is_no_way_round(self):
        self.order.with_user(self.seller).order_line[0].product_uom_qty = 6
        self.assertHeld(self.picking.button_validate)
        self.review.with_user(self.seller).action_supersede()
        self.assertEqual(self.condition.state, "open")
        self.assertHeld(self.picking.button_validate)

    def test_condition_is_not_written_away(self):
        for values in ({"state": "met"}, {"name": "x"}, {"gate_id": False}, {"step_id": False}, {"user_id": self.seller.id}):
            for user in (self.production, self.seller):
                with self.assertRaises(UserError):
                    self.condition.with_user(user).write(values)
        with self.assertRaises(UserError):
            self.condition.with_user(self.quality).write({"state": "met"})
        with self.assertRaises(UserError):
            self.condition.sudo().unlink()
        with self.assertRaises(UserError):
            self.condition.sudo().copy()

    def test_warning_gate_lets_them_leave_and_logs(self):
        self.env.ref("quality_service_guard.gate_order_delivery").mode = "warn"
        self.picking.button_validate()
        self.assertEqual(self.picking.state, "done")
        logged = self.env["guard.deviation"].search([("kind", "=", "warned"), ("res_model", "=", "stock.move")])
        self.assertIn("Certificate 3.1", logged[0].obstacles)

    def test_deviation_lets_them_leave(self):
        for move in self.picking.move_ids:
            deviation = self.env["guard.deviation"].with_user(self.seller).create(
                {
                    "gate_id": self.env.ref("quality_service_guard.gate_order_delivery").id,
                    "res_id": move.id,
                    "reason": "The customer's truck waits",
                }
            )
            deviation.with_user(self.officer).action_grant()
        self.picking.button_validate()
        self.assertEqual(self.picking.state, "done")

    def test_gate_off_asks_nothing(self):
        self.clause.in_force = False
        self.picking.button_validate()
        self.assertEqual(self.picking.state, "done")

    def test_other_orders_leave(self):
        order = self._make_approved_order()
        order.action_confirm()
        self._pick(order.picking_ids)
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")

    def test_past_due_date_and_other_gates_are_refused(self):
        review = self._make_review()
        review.with_user(self.quality).action_answer_ok()
        with self.assertRaises(UserError):
            self._approve_if(review, self.quality, "x", deadline=fields.Datetime.now() - timedelta(hours=1))
        with self.assertRaises(UserError):
            self._approve_if(review, self.quality, "x", gate_id=self.gate.id)
        with self.assertRaises(UserError):
            self._approve_if(review, self.officer, "x")
        self.assertStates(review, sales="pending", production="pending", engineering="pending", quality="pending")
