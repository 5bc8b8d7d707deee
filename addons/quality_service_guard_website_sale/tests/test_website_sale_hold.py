from odoo import fields, http
from odoo.addons.payment_custom.tests.common import PaymentCustomCommon
from odoo.addons.quality_service_guard.tests.common import OrderReviewCommon
from odoo.addons.website_sale.models.website import CART_SESSION_CACHE_KEY
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestWebsiteSaleHold(OrderReviewCommon, PaymentCustomCommon, HttpCase):
    """Visitors of the shop and of events order while the gate of the order review is closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].search([("company_id", "=", cls.company.id)], limit=1)
        english = cls.env["res.lang"]._activate_lang("en_US")
        cls.website.write({"language_ids": [Command.link(english.id)], "default_lang_id": english.id})
        cls.customer.email = "customer@example.com"
        cls.sample = cls.env["product.product"].create(
            {
                "name": "Sample",
                "type": "service",
                "list_price": 0,
                "taxes_id": [Command.clear()],
                "website_published": True,
            }
        )

    def _cart(self, product=None, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "website_id": self.website.id,
                "user_id": self.seller.id,
                "order_line": [Command.create({"product_id": (product or self.sample).id})],
                **values,
            }
        )

    def _visit(self, cart, path):
        """A request of a visitor whose session holds this cart."""
        self.authenticate(None, None)
        self.session[CART_SESSION_CACHE_KEY] = cart.id
        self.session["sale_last_order_id"] = cart.id
        http.root.session_store.save(self.session)
        return self.url_open(path)

    def _sign_all(self, order):
        self._sign(order.sudo().guard_review_id.with_env(self.env))

    # the shop

    def test_off_gate_confirms_the_free_order(self):
        self.clause.in_force = False
        cart = self._cart()
        page = self._visit(cart, "/shop/payment/validate")
        self.assertEqual(cart.state, "sale")
        self.assertNotIn("guard_held", page.text)

    def test_warning_gate_confirms_the_free_order(self):
        self.gate.mode = "warn"
        cart = self._cart()
        self._visit(cart, "/shop/payment/validate")
        self.assertEqual(cart.state, "sale")

    def test_free_order_is_held_and_the_confirmation_page_says_so(self):
        cart = self._cart()
        page = self._visit(cart, "/shop/payment/validate")
        self.assertTrue(page.url.endswith("/shop/confirmation"))
        self.assertIn("Your order is being reviewed.", page.text)
        self.assertEqual((cart.state, cart.guard_is_held), ("sent", True))
        self._sign_all(cart)
        self.assertEqual((cart.state, cart.guard_is_held), ("sale", False))

    def test_held_order_is_a_cart_no_more(self):
        cart = self._cart()
        self._visit(cart, "/shop/payment/validate")
        page = self._visit(cart, "/shop/cart")
        self.assertIn("Your cart is empty!", page.text)

    def test_held_order_is_not_called_abandoned(self):
        cart = self._cart(self.bearing, date_order=fields.Datetime.subtract(fields.Datetime.now(), days=2))
        self.assertTrue(cart.is_abandoned_cart)
        cart.sudo()._validate_order()
        cart.date_order = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        self.assertFalse(cart.is_abandoned_cart)
        self.assertNotIn(cart, self.env["sale.order"].search([("is_abandoned_cart", "=", True)]))

    # paid on receipt

    def _pay_on_receipt(self, mode):
        cart = self._cart(self.bearing)
        provider = self._prepare_provider(code="custom", custom_mode=mode)
        transaction = self._create_transaction(
            "direct",
            reference=f"{mode} {cart.name}",
            amount=cart.amount_total,
            currency_id=cart.currency_id.id,
            partner_id=self.customer.id,
            provider_id=provider.id,
            payment_method_id=provider.with_context(active_test=False).payment_method_ids[:1].id,
            sale_order_ids=[Command.set(cart.ids)],
        )
        with mute_logger("odoo.addons.sale.models.payment_transaction"):
            transaction._set_pending()
            transaction._post_process()
        return cart, transaction

    def test_off_gate_confirms_cash_on_delivery(self):
        self.clause.in_force = False
        cart, _transaction = self._pay_on_receipt("cash_on_delivery")
        self.assertEqual(cart.state, "sale")

    def test_cash_on_delivery_and_payment_on_site_hold_the_order(self):
        for mode in ("cash_on_delivery", "on_site"):
            cart, transaction = self._pay_on_receipt(mode)
            self.assertEqual(transaction.state, "pending", mode)
            self.assertEqual((cart.state, cart.guard_is_held), ("sent", True), mode)
            self._sign_all(cart)
            self.assertEqual((cart.state, cart.guard_is_held), ("sale", False), mode)
            self.assertTrue(cart.picking_ids, mode)

    def test_wire_transfer_holds_nothing_until_the_money_is_there(self):
        cart, _transaction = self._pay_on_receipt("wire_transfer")
        self.assertEqual((cart.state, cart.guard_is_held), ("sent", False))

    def test_cancelled_payment_on_receipt_holds_no_longer(self):
        cart, transaction = self._pay_on_receipt("cash_on_delivery")
        transaction._set_canceled()
        transaction._post_process()
        self.assertFalse(cart.guard_is_held)

    # events: their pages confirm a free order for the visitor, with sudo

    def test_order_with_a_free_seat_is_held_and_its_visitor_is_told_so(self):
        product = self.env["product.product"].create(
            {"name": "Seat", "type": "service", "service_tracking": "event", "list_price": 0}
        )
        event = self.env["event.event"].create(
            {
                "name": "Open Day",
                "website_published": True,
                "date_begin": fields.Datetime.add(fields.Datetime.now(), days=1),
                "date_end": fields.Datetime.add(fields.Datetime.now(), days=2),
                "event_ticket_ids": [Command.create({"name": "Free", "product_id": product.id, "price": 0})],
            }
        )
        cart = self._cart()
        self._visit(cart, "/shop/cart")  # a seat that costs nothing is an order only beside something else
        question = event.question_ids.filtered(lambda question: question.question_type == "email")
        page = self.url_open(
            f"/event/{event.id}/registration/confirm",
            {
                "csrf_token": http.Request.csrf_token(self),
                "1-event_ticket_id": event.event_ticket_ids.id,
                f"1-email-{question.id}": "guest@example.com",
            },
        )
        self.assertTrue(page.url.endswith("/shop/confirmation"))
        self.assertIn("Your order is being reviewed.", page.text)
        self.assertEqual((cart.state, cart.guard_is_held), ("sent", True))
        # Odoo takes a free seat at once, with an order or without one: it is nothing that the order promises
        self.assertEqual(event.registration_ids.mapped("state"), ["open"])
        self._sign_all(cart)
        self.assertEqual((cart.state, event.registration_ids.mapped("state")), ("sale", ["open"]))

    # nobody else

    def test_salesperson_is_refused_as_always(self):
        cart = self._cart()
        for order in (cart.with_user(self.seller), cart.with_user(self.seller).sudo(), cart.sudo()):
            with self.assertRaises(UserError):
                order.action_confirm()
        self.assertFalse(cart.guard_is_held)

    def test_customer_cannot_hold_an_order_by_rpc(self):
        portal = new_test_user(self.env, "shop_portal", "base.group_portal", partner_id=self.customer.id)
        cart = self._cart()
        with self.assertRaises(UserError):
            cart.with_user(portal).action_confirm()
        self.assertFalse(cart.guard_is_held)
