from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _timesheet_service_generation(self):
        """Begin only what is reviewed: edits of a confirmed order wait here until they are approved (clause 2.1.1)."""
        services = self.filtered("is_service")
        return super(SaleOrderLine, services._guard_filter_released())._timesheet_service_generation()
