from unittest.mock import patch

from odoo.addons.account_payment.tests.common import AccountPaymentCommon
from odoo.addons.mail.tests.common import MailCase
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestOrderReviewPayment(OrderReviewCommon, AccountPaymentCommon, MailCase):
    """The customer pays while the gate is closed: what they did is kept, and somebody answers for the money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.env["res.users"].create(
            {
                "name": "Accountant",
                "login": "refund_accountant",
                "email": "accountant@example.com",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set([cls.env.ref("account.group_account_invoice").id])],
            }
        )
        cls.customer.email = "customer@example.com"

    def setUp(self):
        super().setUp()
        self.order = self._make_order(require_payment=True, require_signature=False, prepayment_percent=1.0)
        self.currency = self.order.currency_id
        self.provider.available_currency_ids |= self.currency
        features = {
            "support_express_checkout": False,
            "support_manual_capture": "partial",
            "support_refund": "partial",
            "support_tokenization": True,
        }
        providers = self.env.registry["payment.provider"]
        self.patch(providers, "_compute_feature_support_fields", lambda records: records.update(features))

    def _pay(self, amount=None, order=None, **values):
        order = order or self.order
        return self._create_transaction(
            "direct",
            amount=order.amount_total if amount is None else amount,
            currency_id=order.currency_id.id,
            partner_id=order.partner_id.id,
            sale_order_ids=[Command.set(order.ids)],
            reference=self.env["payment.transaction"]._compute_reference("none", prefix="TEST"),
            **values,
        ).sudo()

    def _settle(self, tx, step="done", **values):
        """What the provider's notification does, then the processing that follows it: a request of its own."""
        self.env.invalidate_all()
        with mute_logger(
            "odoo.addons.payment.models.payment_transaction", "odoo.addons.sale.models.payment_transaction"
        ):
            getattr(tx, f"_set_{step}")(**values)
            tx._post_process()
        return tx

    def _duties(self, key):
        return self.order.sudo().activity_ids.filtered(lambda activity: activity.guard_key == key)

    def _reject(self, comment="The lathe is broken"):
        review = self.order.sudo().guard_review_id
        review.with_user(self.quality).approval_request_id.action_reject(comment)
        return review

    def assertHeld(self, order=None):
        order = order or self.order
        self.assertIn(order.state, ("draft", "sent"))
        self.assertTrue(order.guard_is_held)
        self.assertEqual(order.sudo().guard_review_state, "in_review")

    # the gate

    def test_off_gate_confirms_the_paid_order_at_once(self):
        self.clause.in_force = False
        self._settle(self._pay())
        self.assertEqual((self.order.state, self.order.guard_is_held), ("sale", False))

    def test_warning_gate_confirms_the_paid_order_and_notes_it(self):
        self.gate.mode = "warn"
        self._settle(self._pay())
        self.assertEqual((self.order.state, self.order.guard_is_held), ("sale", False))

    def test_reviewed_order_is_confirmed_by_its_payment(self):
        self._sign(self._make_review(self.order))
        self._settle(self._pay())
        self.assertEqual((self.order.state, self.order.guard_is_held), ("sale", False))

    # what is kept

    def test_paid_order_is_held_and_the_payment_is_booked(self):
        tx = self._settle(self._pay())
        self.assertHeld()
        self.assertEqual((tx.state, tx.is_post_processed), ("done", True))
        self.assertTrue(tx.payment_id)
        self.assertEqual(self.order.amount_paid, self.order.amount_total)
        self.assertFalse(self.order._has_to_be_paid())

    def test_approval_confirms_and_mails_the_paid_order(self):
        self._settle(self._pay())
        with self.mock_mail_gateway():
            self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertEqual((self.order.state, self.order.guard_is_held), ("sale", False))
        self.assertTrue(self.order.picking_ids)
        mails = self._new_mails.filtered(lambda mail: self.customer in mail.recipient_ids)
        self.assertIn(self.order.name, mails.mapped("subject")[0])

    def test_approval_sends_the_mail_of_the_quotation_template(self):
        mail = self.env["mail.template"].create(
            {
                "name": "Welcome",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "subject": "How we go on",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        self.order.sudo().sale_order_template_id = self.env["sale.order.template"].create(
            {"name": "Machines", "mail_template_id": mail.id}
        )
        with self.mock_mail_gateway():
            self._settle(self._pay())
            self.assertNotIn("How we go on", self._new_mails.mapped("subject"))
            self._sign(self.order.sudo().guard_review_id.with_env(self.env))
            self.assertIn("How we go on", self._new_mails.mapped("subject"))

    def test_approval_invoices_what_was_paid_and_matches_it(self):
        self.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", "True")
        with patch.object(self.env.registry["payment.transaction"], "_send_invoice") as sent:
            self._settle(self._pay())
            self.assertFalse(self.order.invoice_ids)
            self._sign(self.order.sudo().guard_review_id.with_env(self.env))
            self.assertTrue(sent.called)
        invoice = self.order.sudo().invoice_ids
        self.assertEqual((len(invoice), invoice.state, invoice.amount_total), (1, "posted", self.order.amount_total))
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))

    def test_approval_invoices_two_part_payments_once(self):
        self.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", "True")
        with patch.object(self.env.registry["payment.transaction"], "_send_invoice"):
            half = self.order.amount_total / 2
            first = self._settle(self._pay(half))
            self.assertFalse(self.order.guard_is_held)
            second = self._settle(self._pay(half))
            self.assertHeld()
            self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        invoice = self.order.sudo().invoice_ids
        self.assertEqual((len(invoice), invoice.amount_total), (1, self.order.amount_total))
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual((first | second).invoice_ids, invoice)

    def test_prepayment_reached_holds_the_order(self):
        self.order.prepayment_percent = 0.3
        self._settle(self._pay(self.order.amount_total * 0.3))
        self.assertHeld()
        self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertEqual(self.order.state, "sale")

    def test_second_payment_while_held_is_kept_too(self):
        self._settle(self._pay())
        review = self.order.sudo().guard_review_id
        self._settle(self._pay(100))
        self.assertHeld()
        self.assertEqual(self.order.sudo().guard_review_id, review)
        self.assertEqual(self.order._guard_money_kept(), self.order.amount_total + 100)

    def test_nobody_can_be_asked_and_the_customer_is_still_not_refused(self):
        self.env.ref("quality_service_guard.chain_order_review").active = False
        tx = self._settle(self._pay())
        self.assertTrue(tx.payment_id)
        self.assertTrue(self.order.guard_is_held)
        self.assertEqual(self._duties("customer").user_id, self.seller)
        self.assertIn("no approval chain fits", self._duties("customer").summary)

    # pending, authorised, captured, cancelled

    def test_pending_payment_holds_nothing(self):
        tx = self._settle(self._pay(), "pending")
        self.assertEqual((self.order.state, self.order.guard_is_held), ("sent", False))
        self.assertFalse(self.order.sudo().guard_review_ids)
        self._settle(tx)
        self.assertHeld()

    def test_authorised_payment_holds_and_its_capture_invoices_after_the_approval(self):
        self.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", "True")
        tx = self._settle(self._pay(), "authorized")
        self.assertHeld()
        self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertEqual(self.order.state, "sale")
        self.assertFalse(self.order.invoice_ids)
        with patch.object(self.env.registry["payment.transaction"], "_send_invoice"):
            self._settle(tx)
        self.assertEqual(self.order.sudo().invoice_ids.state, "posted")

    def test_cancelled_payment_holds_no_longer(self):
        tx = self._settle(self._pay(), "authorized")
        self._settle(tx, "canceled")
        self.assertFalse(self.order.guard_is_held)
        self.assertTrue(self.order._has_to_be_paid())
        self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertIn(self.order.state, ("draft", "sent"))
        self._settle(self._pay())
        self.assertEqual(self.order.state, "sale")

    def test_failed_payment_of_a_signed_order_leaves_it_held(self):
        self.order.write(
            {
                "require_signature": True,
                "require_payment": False,
                "signed_by": "Customer",
                "signature": b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
            }
        )
        self.order.sudo()._validate_order()
        self._settle(self._pay(10), "canceled")
        self.assertHeld()

    def test_capture_while_held_changes_nothing(self):
        tx = self._settle(self._pay(), "authorized")
        self._settle(tx)
        self.assertHeld()
        self.assertTrue(tx.payment_id)

    # rejected

    def test_rejection_asks_a_person_to_talk_and_the_money_to_be_returned(self):
        self._settle(self._pay())
        self._reject()
        self.assertTrue(self.order.guard_is_held)
        talk, refund = self._duties("customer"), self._duties("refund")
        self.assertEqual((talk.user_id, refund.user_id), (self.seller, self.seller))
        self.assertEqual(talk.guard_clause_id, self.clause)
        self.assertTrue(talk.guard_deadline)
        self.assertIn("The lathe is broken", talk.summary)
        self.assertIn("700", refund.summary)
        for duty in talk | refund:
            for attack in (duty.with_user(self.seller).action_done, duty.with_user(self.seller).unlink):
                with self.assertRaises(UserError):
                    attack()

    def test_unpaid_signature_that_is_rejected_needs_no_refund(self):
        self.order.write({"require_payment": False})
        self.order.sudo()._validate_order()
        self._reject()
        self.assertTrue(self._duties("customer"))
        self.assertFalse(self._duties("refund"))

    def test_salesperson_who_left_is_replaced_by_the_leader_then_by_an_administrator(self):
        self._settle(self._pay())
        self.order.sudo().team_id = self.env["crm.team"].create({"name": "Team", "user_id": self.sales.id})
        self.seller.active = False
        self._reject()
        self.assertEqual(self._duties("customer").user_id, self.sales)
        self.assertEqual(self.order.sudo().with_context(active_test=False)._guard_responsible(), self.sales)
        self.order.sudo().team_id.user_id = False
        self.assertTrue(self.order.sudo()._guard_responsible().has_group("quality_service_guard.group_guard_manager"))

    def test_refund_in_parts_ends_the_duty_with_the_last_one(self):
        self._settle(self._pay())
        self._reject()
        for amount, left in ((300, True), (400, False)):
            action = self.order.with_user(self.accountant).action_guard_register_refund()
            payment = (
                self.env["account.payment"]
                .with_user(self.accountant)
                .with_context(**action["context"])
                .create({"amount": amount, "journal_id": self.company_data["default_journal_bank"].id})
            )
            self.assertEqual(payment.guard_refund_order_id.id, self.order.id)
            payment.action_post()
            self.assertEqual(bool(self._duties("refund")), left)
        self.assertEqual(self.order.guard_refund_due, 0)
        self.assertTrue(self._duties("customer"), "the talk is another duty")

    def test_cancelled_refund_opens_the_duty_again(self):
        self._settle(self._pay())
        self._reject()
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": self.order.amount_total,
                "currency_id": self.currency.id,
                "guard_refund_order_id": self.order.id,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        self.assertTrue(self._duties("refund"), "a draft returns nothing")
        payment.action_post()
        self.assertFalse(self._duties("refund"))
        payment.action_draft()
        payment.action_cancel()
        self.assertTrue(self._duties("refund"))

    def test_refund_by_the_provider_ends_the_duty(self):
        tx = self._settle(self._pay())
        self._reject()
        refund = tx._create_child_transaction(tx.amount, is_refund=True)
        self.assertTrue(self._duties("refund"))
        self._settle(refund)
        self.assertFalse(self._duties("refund"))

    def test_voided_authorisation_ends_the_duty(self):
        tx = self._settle(self._pay(), "authorized")
        self._reject()
        self.assertTrue(self._duties("refund"))
        self._settle(tx, "canceled")
        self.assertFalse(self._duties("refund"))

    def test_payment_that_comes_after_the_rejection_is_to_be_returned_too(self):
        tx = self._settle(self._pay(), "authorized")
        review = self._reject()
        self._settle(tx)
        self._settle(self._pay(50))
        self.assertEqual(self.order.sudo().guard_review_id, review, "no new review by itself")
        self.assertEqual(len(self._duties("refund")), 1)
        self.assertIn("750", self._duties("refund").summary)

    def test_new_review_that_is_approved_confirms_and_ends_both_duties(self):
        self._settle(self._pay())
        self._reject()
        review = self._make_review(self.order)
        self.assertFalse(self._duties("customer"))
        self.assertTrue(self._duties("refund"), "not yet: it may be rejected again")
        self._sign(review)
        self.assertEqual(self.order.state, "sale")
        self.assertFalse(self._duties("refund"))

    def test_cancelled_order_keeps_the_duty_until_the_money_is_returned(self):
        tx = self._settle(self._pay())
        review = self.order.sudo().guard_review_id
        self.order._action_cancel()
        self.assertEqual(review.state, "superseded")
        self.assertFalse(
            self.env["mail.activity"].search([("res_model", "=", review._name), ("res_id", "=", review.id)])
        )
        self.assertTrue(self._duties("refund"))
        self._settle(tx._create_child_transaction(tx.amount, is_refund=True))
        self.assertFalse(self._duties("refund"))

    def test_payment_that_comes_after_the_cancellation_is_to_be_returned(self):
        tx = self._settle(self._pay(), "pending")
        self.order._action_cancel()
        self.assertFalse(self._duties("refund"))
        self._settle(tx)
        self.assertEqual(self.order.state, "cancel")
        self.assertTrue(self._duties("refund"))

    # while it waits

    def test_held_order_does_not_expire(self):
        self._settle(self._pay())
        self.order.validity_date = "2020-01-01"
        self.assertFalse(self.order.is_expired)
        other = self._make_order(validity_date="2020-01-01")
        self.assertTrue(other.is_expired)

    def test_edited_held_order_that_costs_more_waits_for_the_rest_of_the_money(self):
        self._settle(self._pay())
        self.order.order_line[0].product_uom_qty = 6
        self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertEqual((self.order.state, self.order.guard_is_held), ("draft", False))
        self.assertTrue(self.order._has_to_be_paid())
        self._settle(self._pay(100))
        self.assertEqual(self.order.state, "sale")

    def test_approval_stands_when_the_order_cannot_be_confirmed_for_another_reason(self):
        self._settle(self._pay())
        review = self.order.sudo().guard_review_id
        with patch.object(
            self.env.registry["sale.order"], "_confirmation_error_message", lambda order: "The warehouse is on fire."
        ):
            self._sign(review.with_env(self.env))
        self.assertEqual((review.state, self.order.state), ("approved", "draft"))
        self.assertIn("The warehouse is on fire.", self._duties("customer").summary)
        self.order.action_confirm()
        self.assertFalse(self._duties("customer"))

    def test_order_made_a_quotation_again_is_not_held(self):
        self._settle(self._pay())
        self.order._action_cancel()
        self.order.action_draft()
        self.assertFalse(self.order.guard_is_held)
        self.assertTrue(self._duties("refund"))

    def test_deviation_lets_the_salesperson_confirm_a_held_order(self):
        self._settle(self._pay())
        action = self.order.with_user(self.seller).action_guard_request_deviation()
        deviation = (
            self.env["guard.deviation"]
            .with_user(self.seller)
            .with_context(**action["context"])
            .create({"reason": "The customer waits at the gate"})
        )
        deviation.with_user(self.officer).action_grant()
        self.order.action_confirm()
        self.assertEqual((self.order.state, self.order.guard_is_held), ("sale", False))
