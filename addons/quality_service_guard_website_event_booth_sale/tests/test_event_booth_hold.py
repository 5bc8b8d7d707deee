import json

from odoo import fields, http
from odoo.addons.quality_service_guard.tests.common import OrderReviewCommon
from odoo.fields import Command
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestEventBoothHold(OrderReviewCommon, HttpCase):
    """A visitor books a free booth, as the page does it, while the gate of the order review is closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        website = cls.env["website"].search([("company_id", "=", cls.company.id)], limit=1)
        english, chinese = (cls.env["res.lang"]._activate_lang(code) for code in ("en_US", "zh_CN"))
        website.write({"language_ids": [Command.set((english | chinese).ids)], "default_lang_id": english.id})
        product = cls.env["product.product"].create(
            {"name": "Booth", "type": "service", "service_tracking": "event_booth", "list_price": 0}
        )
        cls.category = cls.env["event.booth.category"].create({"name": "Small", "product_id": product.id, "price": 0})
        cls.event = cls.env["event.event"].create(
            {
                "name": "Open Day",
                "website_published": True,
                "date_begin": fields.Datetime.add(fields.Datetime.now(), days=1),
                "date_end": fields.Datetime.add(fields.Datetime.now(), days=2),
                "event_booth_ids": [Command.create({"name": "B1", "booth_category_id": cls.category.id})],
            }
        )
        cls.booth = cls.event.event_booth_ids

    def _book(self):
        self.authenticate(None, None)
        answer = self.url_open(
            f"/event/{self.event.id}/booth/confirm",
            {
                "csrf_token": http.Request.csrf_token(self),
                "booth_category_id": self.category.id,
                "event_booth_ids": json.dumps(self.booth.ids),
                "contact_name": "Exhibitor",
                "contact_email": "exhibitor@example.com",
            },
        )
        self.order = self.env["sale.order.line"].search([("event_id", "=", self.event.id)]).order_id
        return answer.json()

    def _form(self, language=""):
        path = f"/event/{self.event.id}/booth/register_form?booth_ids={self.booth.id}&booth_category_id={self.category.id}"
        return self.url_open(language + path).text

    def test_free_booth_waits_and_the_visitor_is_told_so_in_their_language(self):
        self.assertEqual(self._book(), {"redirect": "/shop/confirmation"})
        self.assertEqual((self.order.state, self.order.guard_is_held, self.booth.state), ("sent", True, "available"))
        for language, sentence in (("", "Your order is being reviewed."), ("/zh_CN", "您的订单正在评审中。")):
            page = self.url_open(f"{language}/shop/confirmation").text
            self.assertIn(sentence, page)
            self.assertIn(self.order.name, page)
        self._sign(self.order.guard_review_id)
        self.assertEqual((self.order.state, self.booth.state), ("sale", "unavailable"))
        self.assertNotIn("being reviewed", self.url_open("/shop/confirmation").text)

    def test_last_step_of_the_booking_is_the_review(self):
        self.authenticate(None, None)
        self.assertIn("Review", self._form())
        self.assertNotIn("Confirmed", self._form())
        self.assertIn("评审", self._form("/zh_CN"))

    def test_gate_that_is_off_or_warns_books_the_booth_at_once(self):
        for mode, in_force in (("warn", True), ("block", False)):
            self.gate.mode, self.clause.in_force = mode, in_force
            self.booth.state = "available"
            self.assertTrue(self._book()["success"], mode)
            self.assertEqual(self.booth.state, "unavailable", mode)
            self.env["res.partner"].search([("email", "=", "exhibitor@example.com")]).email = False
        self.assertIn("Confirmed", self._form())

    def test_booth_that_is_gone_meanwhile_is_an_error_as_always(self):
        self.booth.state = "unavailable"
        self.assertEqual(self._book(), {"error": "boothError"})
