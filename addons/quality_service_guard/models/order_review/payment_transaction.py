from odoo import models
from odoo.tools import str2bool

from .sale_order import GATE

# providers of payment_custom that stock Odoo confirms an order for while the money has yet to come
PAID_ON_RECEIPT = ("cash_on_delivery", "on_site")


class PaymentTransaction(models.Model):
    """A customer who pays is never refused: the payment is kept, the order waits for its review."""

    _inherit = "payment.transaction"

    def _set_pending(self, **kwargs):
        """Who pays on receipt has done their part; stock Odoo confirms what is still a draft afterwards."""
        transactions = super()._set_pending(**kwargs)
        on_receipt = transactions.filtered(lambda tx: tx._guard_is_paid_on_receipt())
        if held := on_receipt.sale_order_ids.filtered(lambda order: order.state == "draft")._guard_hold(GATE):
            held._guard_keep_for_review()
            drafts = held.filtered(lambda order: order.state == "draft")
            drafts.with_context(tracking_disable=True).action_quotation_sent()
        return transactions

    def _check_amount_and_confirm_order(self):
        held = self.browse()
        for transaction in self:
            orders = transaction.sale_order_ids.filtered(lambda order: order.state in ("draft", "sent"))
            if len(orders) == 1 and orders._is_confirmation_amount_reached() and orders._guard_hold(GATE):
                orders._guard_keep_for_review()
                held |= transaction
        return super(PaymentTransaction, self - held)._check_amount_and_confirm_order()

    def _post_process(self):
        result = super()._post_process()
        source = self.source_transaction_id
        orders = (self | source | source.source_transaction_id).sale_order_ids
        orders.filtered(lambda order: order.state != "sale")._guard_money_moved()
        return result

    def _guard_is_paid_on_receipt(self):
        """Whether the customer pays when they get the goods; the field comes with payment_custom."""
        return "custom_mode" in self.provider_id._fields and self.provider_id.custom_mode in PAID_ON_RECEIPT

    def _guard_amount_kept(self):
        """What we hold of this transaction: received or blocked, less what was voided or returned."""
        self.ensure_one()
        if self.state not in ("authorized", "done"):
            return 0.0
        children = self.child_transaction_ids | self.child_transaction_ids.child_transaction_ids
        voided = children.filtered(lambda tx: tx.operation != "refund" and tx.state == "cancel")
        returned = children.filtered(lambda tx: tx.operation == "refund" and tx.state == "done")
        return self.amount - sum(voided.mapped("amount")) - sum(abs(tx.amount) for tx in returned)

    def _guard_invoice_released(self):
        """Invoice what was paid while the order was held, if the company invoices by itself.

        Stock Odoo does this while it processes the transaction; by now the payments exist, so they are
        matched with the invoice here. One transaction stands for all: the invoice covers what was paid.
        """
        parameter = self.env["ir.config_parameter"].sudo().get_param
        if not self or not str2bool(parameter("sale.automatic_invoice") or "False"):
            return
        last = self.sorted("id")[-1:]
        last._invoice_sale_orders()
        invoices = last.invoice_ids
        invoices.filtered(lambda move: move.state == "draft").action_post()
        (self - last).invoice_ids = invoices
        for payment in self.payment_id:
            lines = payment.move_id.line_ids + invoices.filtered(lambda move: move.state == "posted").line_ids
            lines.filtered(
                lambda line, account=payment.destination_account_id: line.account_id == account and not line.reconciled
            ).reconcile()
        cron = self.env.ref("sale.send_invoice_cron", raise_if_not_found=False)
        if cron and str2bool(parameter("sale.async_emails") or "False"):
            cron._trigger()
        else:
            last._send_invoice()
