from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .sale_order import GATE

DUTY_HOURS = 8.0  # of working time, for who has to talk to a customer
DUTIES = ("customer", "decline", "refund", "change")


class SaleOrder(models.Model):
    """A customer is never refused: what they signed or paid is kept, and the order waits for its review.

    The approval confirms it as stock Odoo would have; whatever else comes of the wait (a rejection, a review that
    nobody can be asked for, money that has to go back) is a duty of one person until the order itself says that it
    is settled (clause 2.1.1: what the review finds is settled with the customer).
    """

    _name = "sale.order"
    _inherit = ["sale.order", "guard.duty.mixin"]

    guard_is_held = fields.Boolean(
        "Held for Review",
        copy=False,
        readonly=True,
        help="The customer signed or paid; the order is confirmed by itself as soon as its review is approved.",
    )
    guard_answer_due = fields.Date(
        "Answer Due", compute="_compute_guard_answer_due", help="Until when the departments asked have to answer."
    )
    guard_refund_ids = fields.One2many(
        "account.payment",
        "guard_refund_order_id",
        "Refunds",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    guard_refund_due = fields.Monetary(
        "To Refund", compute="_compute_guard_refund_due", help="Received for an order that will not be carried out."
    )

    def _compute_guard_answer_due(self):
        """The last deadline of the steps that are asked, plus the time of those that are asked after them.

        Empty when nobody is asked, or when the answer is late already: a date that has passed promises nothing.
        """
        for order in self:
            steps = order.sudo().guard_review_id.approval_request_id.step_ids
            due = max(
                steps.filtered(lambda step: step.state == "pending" and step.deadline).mapped("deadline"), default=None
            )
            waiting = steps.filtered(lambda step: step.state == "waiting").grouped("sequence").values()
            company = order.company_id
            if due and (hours := sum(max(later.mapped("deadline_hours")) for later in waiting)):
                (due,) = company.sudo().resource_calendar_id._guard_deadlines([(due, hours)], company)
            late = not due or due < fields.Datetime.now()
            zone = order.with_context(tz=company.sudo().resource_calendar_id.tz or "UTC")
            order.guard_answer_due = not late and fields.Datetime.context_timestamp(zone, due).date()

    @api.depends("state", "amount_total", "transaction_ids.state", "guard_refund_ids.state")
    def _compute_guard_refund_due(self):
        for order in self:
            asked = order.state == "cancel" or (order.guard_is_held and order.guard_review_state == "rejected")
            order.guard_refund_due = order._guard_money_kept() if asked else 0.0

    def _compute_is_expired(self):
        """An offer that the customer accepted in time does not expire while we think it over."""
        held = self.filtered("guard_is_held")
        held.is_expired = False
        return super(SaleOrder, self - held)._compute_is_expired()

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("draft", "sale", "cancel"):
            self._guard_state_changed(vals["state"])
        return result

    # Buttons

    def action_guard_register_refund(self):
        """Open a payment that returns to the customer what was received."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register Refund"),
            "res_model": "account.payment",
            "view_mode": "form",
            "context": {
                "default_payment_type": "outbound",
                "default_partner_type": "customer",
                "default_partner_id": self.partner_invoice_id.commercial_partner_id.id,
                "default_amount": self.guard_refund_due,
                "default_currency_id": self.currency_id.id,
                "default_memo": self.name,
                "default_guard_refund_order_id": self.id,
            },
        }

    # The paths of customers

    def _has_to_be_signed(self):
        return not self.guard_is_held and super()._has_to_be_signed()

    def _has_to_be_paid(self):
        return not self.guard_is_held and super()._has_to_be_paid()

    def _validate_order(self):
        held = self._guard_hold(GATE)
        held._guard_keep_for_review()
        return super(SaleOrder, self - held)._validate_order()

    def _action_confirm(self):
        result = super()._action_confirm()
        self.filtered("guard_is_held").sudo().guard_is_held = False
        return result

    def _guard_keep_for_review(self):
        """Keep what the customer signed or paid, and open the review by itself.

        Whatever hinders the asking (nothing to review, nobody to ask) is no concern of the customer: a person
        is asked to see to it.
        """
        for order in self.sudo():
            known = order.guard_is_held
            order.guard_is_held = True
            order.guard_received_on = order.guard_received_on or fields.Datetime.now()
            state = order.guard_review_state
            if state in ("in_review", "approved") or (known and state == "rejected"):
                continue
            failure = self.env._("%(order)s was signed or paid, its review could not be asked for: %(reason)s")
            with order._guard_or_ask_responsible("customer", failure):
                if not order._approval_lines("order_line"):
                    raise UserError(self.env._("There is no line with a product to review."))
                review = self.env["guard.order.review"].sudo()._open_for(order)
                review._submit(order.user_id or self.env.ref("base.user_root"))

    def _guard_customer_declines(self, author, message):
        """Keep what the customer says; the order stays as it is until a person has talked to them."""
        self.message_post(author_id=author.id, body=message, message_type="comment", subtype_xmlid="mail.mt_comment")
        self._guard_ask_responsible(
            "decline",
            self.env._(
                "Talk to %(customer)s, who declines %(order)s after having signed or paid it",
                customer=self.partner_id.display_name,
                order=self.name,
            ),
        )

    def _guard_lacks_payment(self):
        """Whether the order waits for money that has not come, or not come in full."""
        self.ensure_one()
        order = self.sudo()
        return bool(
            order.transaction_ids
            and order.require_payment
            and order.amount_total > 0
            and not order._is_confirmation_amount_reached()
            and not order.transaction_ids.filtered(lambda tx: tx.state == "pending" and tx._guard_is_paid_on_receipt())
        )

    def _guard_money_kept(self):
        """What the customer paid for this order, or had blocked, and has not got back.

        :return: an amount in the order's currency
        """
        order = self.sudo()
        back = order.guard_refund_ids.filtered(lambda payment: payment.state in ("in_process", "paid"))
        return sum(tx._guard_amount_kept() for tx in order.transaction_ids) - sum(
            payment.currency_id._convert(payment.amount, order.currency_id, payment.company_id, payment.date)
            for payment in back
        )

    def _guard_money_moved(self):
        """A payment came, was taken back, or came too late: say what has to be done about it."""
        for order in self.sudo().filtered(lambda order: order.guard_is_held or order._guard_review_asked()):
            order.invalidate_recordset(["amount_paid"])  # it does not depend on the state of the transactions
            live = order.transaction_ids.filtered(lambda tx: tx.state in ("pending", "authorized", "done"))
            if order.guard_is_held and (order._guard_lacks_payment() or not live and not order.signature):
                order.guard_is_held = False
                order._message_log(body=self.env._("Not held any more: the payment is not there."))
            order._guard_ask_refund()
        self._guard_settle_duties()

    # What follows

    def _guard_review_approved(self):
        """What waited for the review goes on: held orders are confirmed, edits of confirmed ones ship."""
        waiting = self.filtered(lambda order: order.state == "sale" or order.guard_is_held)
        for order in waiting:
            if order.state == "sale":
                order._guard_release()
            elif order.state in ("draft", "sent"):
                order._guard_confirm_held()
        waiting._guard_settle_duties()

    def _guard_confirm_held(self):
        """Confirm, mail and invoice as stock Odoo would have when the customer signed or paid."""
        self.ensure_one()
        if self.activity_ids.filtered(lambda activity: activity.guard_key == "decline"):
            return  # the customer declined meanwhile: whoever talks to them confirms or cancels
        if self._guard_lacks_payment():
            self.guard_is_held = False
            self._message_log(body=self.env._("Approved; it is confirmed when the customer has paid the rest."))
            return
        # the approval stands, whatever else is wrong with the order
        failure = self.env._("%(order)s is approved and could not be confirmed: %(reason)s")
        with self._guard_or_ask_responsible("customer", failure):
            self._validate_order()
            self.transaction_ids.filtered(lambda tx: tx.state == "done")._guard_invoice_released()

    def _guard_review_rejected(self, comment):
        """A rejection leads to a person, who talks to the customer or takes the change back."""
        for order in self:
            if order.state == "sale":
                text = self.env._(
                    "The change of %(order)s was rejected: %(comment)s. Take it back, or settle it and ask again.",
                    order=order.name,
                    comment=comment,
                )
                order._guard_ask_responsible("change", text)
            elif order.guard_is_held:
                text = self.env._(
                    "Talk to %(customer)s: %(order)s, which they signed or paid, was rejected: %(comment)s",
                    customer=order.partner_id.display_name,
                    order=order.name,
                    comment=comment,
                )
                order._guard_ask_responsible("customer", text)
                order._guard_ask_refund()

    def _guard_state_changed(self, state):
        """Reviews and duties follow the order when it is confirmed, cancelled or made a quotation again."""
        if state == "cancel":
            # asked even where the gate is off by now: nobody shall review a cancelled order
            self._guard_live_reviews()._supersede(self.env._("The order was cancelled."))
        if not self._guard_review_asked():
            return
        if state != "sale":
            self.filtered("guard_is_held").sudo().guard_is_held = False
        if state == "cancel":
            for order in self:
                order._guard_ask_refund()
        self._guard_settle_duties()

    # Duties

    def _guard_ask_refund(self):
        """Ask for the money to be returned, if there is any; the sum is kept up to date."""
        self.ensure_one()
        # where an invoice was posted, the money is followed by accounting
        if self.guard_refund_due > 0 and not self.sudo().invoice_ids.filtered(lambda move: move.state == "posted"):
            text = self.env._(
                "Return %(amount)s to %(customer)s for %(order)s",
                amount=format_amount(self.env, self.guard_refund_due, self.currency_id),
                customer=self.partner_invoice_id.display_name,
                order=self.name,
            )
            self._guard_ask_responsible("refund", text)

    def _guard_ask_responsible(self, key, summary):
        """Ask the salesperson, the leader of the team or an administrator; who is asked already is told the news."""
        self.ensure_one()
        order = self.sudo()
        if duty := order.activity_ids.filtered(lambda activity: activity.guard_key == key):
            duty.summary = summary
            return
        user, company = order._guard_responsible(), order.company_id
        (deadline,) = company.resource_calendar_id._guard_deadlines([(fields.Datetime.now(), DUTY_HOURS)], company)
        order._duty_open(key, user, self.env.ref("quality_service_guard.clause_2_1_1"), summary, deadline)

    @contextmanager
    def _guard_or_ask_responsible(self, key, failure):
        """What is refused in the block leaves nothing behind, and a person is asked to see to it.

        :param str key: of the duty
        :param str failure: its words, with ``%(order)s`` and ``%(reason)s``
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                yield
        except UserError as error:
            self._guard_ask_responsible(key, failure % {"order": self.name, "reason": error.args[0]})

    def _guard_responsible(self):
        """Who answers for the order: a person who is there, works with us and may see it."""
        administrators = self.env.ref("quality_service_guard.group_guard_manager").all_user_ids
        order = self.with_context(allowed_company_ids=self.company_id.ids)
        for user in [self.user_id, self.team_id.user_id, *administrators.sorted("id")]:
            ours = user.active and not user.share and self.company_id in user.company_ids
            if ours and order.with_user(user).has_access("read"):
                return user
        return self.env.ref("base.user_admin")

    def _guard_settle_duties(self):
        """Close the duties that the orders ask for no more."""
        if not self.ids:
            return
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids), ("guard_key", "in", DUTIES)]
        for duty in self.env["mail.activity"].sudo().search(domain):
            order = self.sudo().browse(duty.res_id)
            if not order._duty_is_open(duty.guard_key):
                order._duty_close([duty.guard_key], self.env._("Settled."))

    def _duty_is_open(self, key):
        if key == "customer":
            return self.guard_is_held and self.state in ("draft", "sent") and self.guard_review_state != "in_review"
        if key == "decline":
            return self.guard_is_held and self.state in ("draft", "sent")
        if key == "refund":
            return self.state != "sale" and self.currency_id.compare_amounts(self._guard_money_kept(), 0) > 0
        if key == "change":
            review = self.guard_review_id
            return self.state == "sale" and (
                review.state == "draft" or (review.state == "rejected" and not review._is_as_approved())
            )
        return super()._duty_is_open(key)
