import json
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestAbuseHttp(OrderReviewCommon, HttpCase):
    """The gate and its log over real HTTP, as scripts and other programs come in (case 1)."""

    def setUp(self):
        super().setUp()
        self.order = self._make_order()
        self.order.client_order_ref = "Before"

    def _call(self, model, method, *arguments, **keywords):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(arguments), "kwargs": keywords},
        )

    def _refused(self, *arguments, **keywords):
        """The error of a call; caught by hand, since assertRaises would roll back what the server has kept."""
        try:
            self._call(*arguments, **keywords)
        except JsonRpcException as error:
            return str(error)
        self.fail("not refused")

    def _json2(self, user, model, method, **body):
        key = self.env(user=user)["res.users.apikeys"]._generate("rpc", "abuse", datetime.now() + timedelta(days=0.5))
        return self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(body),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )

    def assertRefusedAndLogged(self):
        self.env.invalidate_all()
        self.assertEqual((self.order.state, self.order.client_order_ref), ("draft", "Before"))
        self.assertFalse(self.order.picking_ids)
        logged = self.env["guard.gate.refusal"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", self.order.id)]
        )
        self.assertEqual(len(logged), 1)
        self.assertEqual((logged.gate_id, logged.user_id, logged.company_id), (self.gate, self.seller, self.company))
        self.assertEqual(logged.document, self.order.name)
        self.assertIn("has not been reviewed", logged.obstacles)

    @mute_logger("odoo.http")
    def test_d3_01_write_of_the_state_by_json_rpc_is_refused_and_logged_once(self):
        self.authenticate(self.seller.login, self.seller.login)
        error = self._refused("sale.order", "write", self.order.ids, {"state": "sale", "client_order_ref": "After"})
        self.assertIn("UserError", error)
        self.assertRefusedAndLogged()

    @mute_logger("odoo.http")
    def test_d3_01_write_of_the_state_by_json_2_is_refused_and_logged_once(self):
        answer = self._json2(
            self.seller, "sale.order", "write", ids=self.order.ids, vals={"state": "sale", "client_order_ref": "After"}
        )
        self.assertEqual(answer.status_code, 422)
        self.assertIn("has not been reviewed", answer.json()["message"])
        self.assertRefusedAndLogged()

    @mute_logger("odoo.http")
    def test_d3_01_refusal_of_a_request_that_was_retried_is_logged_once(self):
        self.authenticate(self.seller.login, self.seller.login)
        write, tries = self.env.registry["sale.order"].write, []

        def collide(orders, vals):
            tries.append(vals)
            if len(tries) < 3:
                raise ConcurrencyError
            return write(orders, vals)

        with patch.object(self.env.registry["sale.order"], "write", collide), patch("odoo.service.model.time.sleep"):
            self._refused("sale.order", "write", self.order.ids, {"state": "sale", "client_order_ref": "After"})
        self.assertEqual(len(tries), 3)
        self.assertRefusedAndLogged()

    @mute_logger("odoo.http")
    def test_d3_01_own_documents_are_not_written_either(self):
        review = self._make_review(self.order)
        request = review.sudo().approval_request_id
        self.authenticate(self.seller.login, self.seller.login)
        for model, ids in (
            (review._name, review.ids),
            (request._name, request.ids),
            ("guard.approval.request.step", request.step_ids.ids),
        ):
            for context in ({}, {"skip_validation_check": True, "guard_passage": "state", "install_mode": True}):
                with self.assertRaises(JsonRpcException):
                    self._call(model, "write", ids, {"state": "approved"}, context=context)
                with self.assertRaises(JsonRpcException):
                    self._call(model, "web_save", ids, {"state": "approved"}, specification={}, context=context)
            answer = self._json2(self.seller, model, "write", ids=ids, vals={"state": "approved"})
            self.assertIn(answer.status_code, (403, 422))
        self.env.invalidate_all()
        self.assertEqual((review.state, request.state), ("in_review", "pending"))
        self.assertStates(review, sales="pending", production="pending", engineering="pending", quality="pending")

    @mute_logger("odoo.http")
    def test_d3_03_context_of_the_client_opens_nothing_over_http(self):
        self.authenticate(self.seller.login, self.seller.login)
        context = {
            "default_state": "approved",
            "skip_validation_check": True,
            "install_mode": True,
            "uid": 1,
            "su": True,
        }
        with self.assertRaises(JsonRpcException):
            self._call("sale.order", "action_confirm", self.order.ids, context=context)
        action = self._call("sale.order", "action_guard_ask_review", self.order.ids, context=context)
        self._call("guard.order.review", "action_submit", [action["res_id"]], context=context)
        self.env.invalidate_all()
        review = self.order.guard_review_id
        self.assertEqual((review.state, review.sudo().approval_request_id.state), ("in_review", "pending"))
        self.assertFalse(review.sudo().approval_request_id.decision_ids)

    @mute_logger("odoo.http")
    def test_d3_26_private_methods_have_no_address(self):
        self.authenticate(self.seller.login, self.seller.login)
        review = self._make_review(self.order)
        for model, method, ids in (
            ("sale.order", "_guard_pass", self.order.ids),
            ("guard.order.review", "_set_state", review.ids),
            ("guard.order.review", "_approval_granted", review.ids),
            ("guard.approval.request", "_close", review.sudo().approval_request_id.ids),
            ("guard.approval.request", "_unsealed", review.sudo().approval_request_id.ids),
            ("guard.deviation", "_set_state", []),
            ("guard.clause", "_set_in_force", self.clause.ids),
            ("guard.gate.refusal", "_keep", []),
        ):
            with self.assertRaises(JsonRpcException) as caught:
                self._call(model, method, ids, "approved")
            self.assertIn(AccessError.__name__, str(caught.exception), method)
        self.env.invalidate_all()
        self.assertEqual(review.state, "in_review")

    @mute_logger("odoo.http")
    def test_d3_32_customer_confirms_nothing_by_http(self):
        portal = new_test_user(self.env, "http_customer", "base.group_portal")
        self.order.partner_id = portal.partner_id
        self.authenticate(portal.login, portal.login)
        for method, arguments in (
            ("write", [{"state": "sale"}]),
            ("action_confirm", []),
            ("action_guard_ask_review", []),
        ):
            with self.assertRaises(JsonRpcException) as caught:
                self._call("sale.order", method, self.order.ids, *arguments)
            self.assertIn("AccessError", str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")
