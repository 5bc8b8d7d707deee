from odoo import api, fields, models


class AccountPayment(models.Model):
    """A payment may return what a customer paid for an order that will not be carried out."""

    _inherit = "account.payment"

    guard_refund_order_id = fields.Many2one(
        "sale.order",
        "Refund of Sales Order",
        index="btree_not_null",
        copy=False,
        check_company=True,
        domain="[('transaction_ids', '!=', False), ('state', '!=', 'sale')]",
        help="The order whose money this payment returns; the duty to refund it ends when all is returned.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments.guard_refund_order_id._guard_money_moved()
        return payments

    def write(self, vals):
        if not {"state", "amount", "guard_refund_order_id", "currency_id"} & vals.keys():
            return super().write(vals)
        before = self.guard_refund_order_id
        result = super().write(vals)
        (before | self.guard_refund_order_id)._guard_money_moved()
        return result
