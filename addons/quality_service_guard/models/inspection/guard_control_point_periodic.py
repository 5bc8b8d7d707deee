from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .guard_control_point_preview import Lot


class GuardControlPoint(models.Model):
    """Stock that is inspected from time to time (clause 2.2.3: kept under its prescribed conditions)."""

    _inherit = "guard.control.point"

    @api.model
    def _cron_open_periodic(self):
        """Open the inspections of stock whose period has come, and those of documents that were there before the gate."""
        if not self.env["stock.move"]._guard_inspects():
            return
        points = self.sudo().search([("occasion", "=", "periodic")])
        for point in points:
            point._open_periodic()
            self.env["ir.cron"]._commit_progress(1)
        self._open_forgotten()
        self.env["guard.inspection"]._ask_inspectors()

    def _open_periodic(self):
        """One inspection of each lot, or of each product that is not tracked, with its stock at the point's warehouse."""
        if self.env["guard.gate"]._mode("inspection", self.company_id) == "off":
            return
        stock = self.env["stock.quant"].sudo()._read_group(
            self._get_periodic_domain(), ["product_id", "lot_id"], ["quantity:sum"], having=[("quantity:sum", ">", 0)]
        )
        lots = [
            Lot("periodic", product, quantity, self.env["mrp.routing.workcenter"], lot)
            for product, lot, quantity in stock
        ]
        recent = self._read_recent()
        lots = [lot for lot in lots if (lot.product, lot.source) not in recent]
        specs = self.env["guard.inspection.spec"]._applying(self.company_id, [(lot.product, lot.operation) for lot in lots])
        self.env["guard.inspection"]._open_periodic(
            self, [(lot, self.spec_id or specs[lot.product, lot.operation]) for lot in lots]
        )

    def _get_periodic_domain(self):
        """Stock that the filters let through; what waits in quarantine is being inspected anyway."""
        domain = Domain("company_id", "=", self.company_id.id) & Domain("location_id.usage", "=", "internal")
        quarantines = self.env["stock.location"].sudo().search([("guard_is_quarantine", "=", True)])
        if quarantines:
            domain &= ~Domain("location_id", "child_of", quarantines.ids)
        if self.product_tmpl_id:
            domain &= Domain("product_id.product_tmpl_id", "=", self.product_tmpl_id.id)
        if self.categ_id:
            domain &= Domain("product_id.categ_id", "child_of", self.categ_id.id)
        if self.warehouse_id:
            domain &= Domain("location_id", "child_of", self.warehouse_id.view_location_id.id)
        return domain

    def _read_recent(self):
        """What has been inspected in this period, or is being inspected: ``{(product, lot)}``."""
        domain = Domain("point_id", "=", self.id) & Domain("state", "!=", "cancelled")
        domain &= Domain("create_date", ">", self._get_period_begin()) | Domain("state", "in", ("draft", "in_progress"))
        return set(self.env["guard.inspection"].sudo()._read_group(domain, ["product_id", "lot_id"]))

    @api.model
    def _open_forgotten(self):
        """Documents that were confirmed before the gate was closed, or before a control point was written."""
        moves = self.env["stock.move"].sudo().search(
            [
                ("state", "not in", ("draft", "done", "cancel")),
                ("date", "<=", fields.Datetime.now() + timedelta(days=1)),
                ("company_id", "in", self.env["guard.gate"]._companies("inspection").ids),
            ]
        )
        moves._guard_open_inspections()
