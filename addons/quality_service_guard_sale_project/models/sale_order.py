from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _guard_release(self):
        """Projects and tasks of services that were added to a confirmed order begin with the approval, too."""
        for order in self:
            lines = order.order_line.filtered(lambda line: not line.is_expense)
            lines.sudo().with_company(order.company_id)._timesheet_service_generation()
        return super()._guard_release()
