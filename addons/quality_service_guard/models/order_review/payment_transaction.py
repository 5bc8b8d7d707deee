from odoo import models
from odoo.tools import str2bool

from .sale_order import GATE


class PaymentTransaction(models.Model):
    """A customer who pays is never refused: the payment is kept, the order waits for its review."""

    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        held = self.browse()
        for transaction in self:
            orders = transaction.sale_order_ids.filtered(lambda order: order.state in ("draft", "sent"))
            if len(orders) == 1 and orders._is_confirmation_amount_reached() and orders._guard_hold(GATE):
                orders._guard_keep_for_review()
                held |= transaction
        return super(PaymentTransaction, self - held)._check_amount_and_confirm_order()

    def _guard_invoice_released(self):
        """Invoice what was paid while the order was held, if the company invoices by itself."""
        parameter = self.env["ir.config_parameter"].sudo().get_param("sale.automatic_invoice")
        if self and str2bool(parameter):
            self._invoice_sale_orders()
