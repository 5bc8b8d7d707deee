from odoo.addons.point_of_sale.tests.common import TestPoSCommon
from odoo.addons.quality_service_guard.tests.common import OrderReviewCommon
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestPosSaleHold(OrderReviewCommon, TestPoSCommon):
    """A quotation is settled at the till while the gate of the order review is closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,point_of_sale.group_pos_user,sales_team.group_sale_salesman_all_leads"
        cls.cashier = new_test_user(cls.env, "cashier", groups)
        (cls.bearing | cls.shaft).available_in_pos = True
        location = cls.company_data["default_warehouse"].lot_stock_id
        for product in (cls.bearing, cls.shaft):
            cls.env["stock.quant"]._update_available_quantity(product, location, 50)

    def setUp(self):
        super().setUp()
        self.config = self.basic_config
        self.open_new_session()
        self.order = self._make_order()

    def _settle(self, quantities=None, user=None, **values):
        """Settle the order at the till: all of it, or these quantities by line."""
        lines = self.order.order_line
        quantities = quantities or lines.mapped("product_uom_qty")
        data = self.create_ui_order_data(list(zip(lines.product_id, quantities, strict=True)), customer=self.customer)
        for command, line in zip(data["lines"], lines, strict=True):
            command[2].update(sale_order_origin_id=self.order.id, sale_order_line_id=line.id)
        data.update(values)
        answer = self.env["pos.order"].with_user(user or self.cashier).sync_from_ui([data])
        return self.env["pos.order"].browse(answer["pos.order"][0]["id"])

    def _moves(self):
        return self.order.sudo().order_line.move_ids.filtered(lambda move: move.state != "cancel")

    def test_off_gate_confirms_as_stock_does(self):
        self.clause.in_force = False
        self._settle()
        self.assertEqual((self.order.state, self.order.guard_is_held), ("sale", False))

    def test_warning_gate_confirms(self):
        self.gate.mode = "warn"
        self._settle()
        self.assertEqual(self.order.state, "sale")

    def test_reviewed_order_is_confirmed_at_the_till(self):
        self._sign(self._make_review(self.order))
        self._settle()
        self.assertEqual(self.order.state, "sale")

    def test_till_saves_its_order_and_the_quotation_is_held(self):
        pos_order = self._settle()
        self.assertEqual((pos_order.state, pos_order.amount_paid), ("paid", 700))
        self.assertEqual((self.order.state, self.order.guard_is_held), ("draft", True))
        review = self.order.sudo().guard_review_id
        self.assertEqual((review.state, review.approval_request_id.requester_id), ("in_review", self.seller))

    def test_deviated_order_is_confirmed_at_the_till(self):
        action = self.order.action_guard_request_deviation()
        permits = self.env["guard.deviation"].with_user(self.seller).with_context(**action["context"])
        permits.create({"reason": "He is waiting"}).with_user(self.officer).action_grant()
        self._settle()
        self.assertEqual(self.order.state, "sale")

    def test_approval_confirms_and_delivers_nothing_twice(self):
        self._settle()
        self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertEqual((self.order.state, self.order.guard_is_held), ("sale", False))
        self.assertFalse(self._moves())
        self.assertEqual(self.order.order_line.mapped("qty_delivered"), [5, 2])
        self.assertEqual(self.order.invoice_status, "invoiced")

    def test_approval_delivers_what_was_not_handed_over(self):
        self._settle([2, 2])
        self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertEqual(
            self._moves().mapped(lambda move: (move.product_id, move.product_uom_qty)), [(self.bearing, 3)]
        )

    def test_approval_delivers_nothing_that_the_till_ships_later(self):
        self.config.write({"ship_later": True, "warehouse_id": self.company_data["default_warehouse"].id})
        self._settle(shipping_date="2030-01-01")
        self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertFalse(self._moves())

    def test_down_payment_at_the_till_holds_the_order_and_disturbs_no_department(self):
        product = self.env["product.product"].create(
            {"name": "Down Payment", "type": "service", "taxes_id": [Command.clear()], "list_price": 100}
        )
        self.config.down_payment_product_id = product
        data = self.create_ui_order_data([(product, 1)], customer=self.customer)
        data["lines"][0][2]["sale_order_origin_id"] = self.order.id
        self.env["pos.order"].with_user(self.cashier).sync_from_ui([data])
        self.assertTrue(self.order.guard_is_held)
        self.assertEqual(len(self.order.sudo().guard_review_id.line_ids), 2)
        self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self._moves().mapped("product_uom_qty"), [5, 2])

    def test_rejection_asks_for_the_cash_to_be_returned(self):
        pos_order = self._settle()
        review = self.order.sudo().guard_review_id
        review.with_user(self.quality).approval_request_id.action_reject("Made of the wrong steel")
        duty = self.order.sudo().activity_ids.filtered(lambda activity: activity.guard_key == "refund")
        self.assertEqual(duty.user_id, self.seller)
        self.assertEqual(self.order.guard_refund_due, 700)
        refund = pos_order.sudo()._refund()
        payment = self.env["pos.make.payment"].with_context(active_id=refund.id, active_ids=refund.ids)
        payment.create({"payment_method_id": self.cash_pm1.id, "amount": refund.amount_total}).check()
        self.assertEqual(refund.state, "paid")
        self.assertEqual(self.order.guard_refund_due, 0)
        self.assertFalse(duty.exists().active)

    def test_confirmation_by_hand_is_refused_as_always(self):
        with self.assertRaises(UserError):
            self.order.with_user(self.cashier).action_confirm()
        self.assertFalse(self.order.guard_is_held)

    def test_next_sync_of_the_same_order_asks_nobody_again(self):
        pos_order = self._settle()
        review = self.order.sudo().guard_review_id
        self._settle([1, 1])
        self.assertEqual(self.order.sudo().guard_review_id, review)
        self.assertEqual(pos_order.state, "paid")
