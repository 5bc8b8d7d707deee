from odoo.tests import HttpCase, new_test_user, tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestAbusePortal(OrderReviewCommon, HttpCase):
    """The customer's page of an order that is held for review."""

    def setUp(self):
        super().setUp()
        self.user = new_test_user(self.env, "held_customer", "base.group_portal")
        self.stranger = new_test_user(self.env, "other_customer", "base.group_portal")
        self.order = self._make_order(partner_id=self.user.partner_id.id)
        self.order.sudo()._validate_order()
        self.review = self.order.guard_review_id
        self.review.with_user(self.quality).approval_request_id.action_reject("Customer is a nuisance")
        self.address = f"/my/orders/{self.order.id}"

    def _open(self, token=None):
        return self.url_open(self.address + (f"?access_token={token}" if token else ""), allow_redirects=False)

    def test_d3_25_page_of_a_held_order_opens_with_its_own_token_only(self):
        other = self._make_order(partner_id=self.stranger.partner_id.id)
        right = self.order.sudo()._portal_ensure_token()
        for token in (None, "wrong", other.sudo()._portal_ensure_token()):
            self.assertIn(self._open(token).status_code, (302, 303, 403, 404), token)
        self.assertEqual(self._open(right).status_code, 200)
        self.authenticate(self.stranger.login, self.stranger.login)
        self.assertIn(self._open().status_code, (302, 303, 403, 404))
        self.authenticate(self.user.login, self.user.login)
        self.assertEqual(self._open().status_code, 200)

    def test_d3_25_page_of_a_held_order_says_nothing_of_colleagues_and_their_words(self):
        self.authenticate(self.user.login, self.user.login)
        page = self._open().text
        for word in ("Customer is a nuisance", self.quality.name, self.review.name):
            self.assertNotIn(word, page)
