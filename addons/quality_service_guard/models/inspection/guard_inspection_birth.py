from odoo import api, fields, models
from odoo.fields import Domain


class GuardInspection(models.Model):
    """Inspections come by themselves with the documents that bring, make or move goods (clauses 2.2.3 and 2.3.3)."""

    _inherit = "guard.inspection"

    @api.model
    def _open_for(self, lots):
        """Open what control points ask for these goods, each once.

        :param lots: ``guard_control_point_preview.Lot`` with its ``source``: a stock move or a work order
        :return: the new inspections
        """
        asked = self.env["guard.control.point"].sudo()._asking(lots)
        known = self._known([lot.source for _point, lot, _spec in asked])
        asked = [(point, lot, spec) for point, lot, spec in asked if (point, lot.source) not in known]
        due = self.env["guard.control.point"]._draw_due([(point, lot) for point, lot, _spec in asked])
        return self._open(
            [self._prepare_inspection(point, lot, spec, *due[point, lot.source]) for point, lot, spec in asked]
        )

    @api.model
    def _open(self, vals_list):
        # that it was opened stands in its reason; nobody follows it unless they want to
        quiet = self.sudo().with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        with self._unsealed():
            return quiet.create(vals_list)

    @api.model
    def _open_periodic(self, point, lots):
        """Open what a point asks of stock.

        :param lots: ``[(guard_control_point_preview.Lot, specification)]``; the source is the lot, perhaps an empty one
        """
        place = point.warehouse_id.lot_stock_id
        return self._open(
            [
                {
                    "point_id": point.id,
                    "spec_id": spec.id,
                    "occasion": "periodic",
                    "company_id": point.company_id.id,
                    "product_id": lot.product.id,
                    "lot_id": lot.source.id,
                    "location_id": place.id,
                    "expected_on": fields.Datetime.now(),
                    "quantity": lot.quantity,
                    "user_id": point.user_id.id,
                    "reason": point.sentence,
                }
                for lot, spec in lots
            ]
        )

    @api.model
    def _ask_inspectors(self):
        """Ask those responsible for what can be inspected now: the goods have come, or are due today; one mail each."""
        due = self.sudo().search(
            Domain("state", "=", "draft")
            & Domain("user_id", "!=", False)
            & Domain("is_asked", "=", False)
            & Domain("expected_on", "<=", fields.Datetime.now())
        )
        clause = self.env.ref("quality_service_guard.clause_2_2_3")
        self.env["guard.duty.mixin"]._duty_open_many(
            [
                {
                    "document": inspection,
                    "key": "inspect",
                    "user": inspection.user_id,
                    "clause": clause,
                    "summary": inspection._tell_duty(),
                    "deadline": inspection.expected_on,
                }
                for inspection in due
            ]
        )
        with self._unsealed():
            due.write({"is_asked": True})

    def _tell_duty(self):
        env = self.with_context(lang=self.user_id.lang).env
        return env._(
            "Inspect %(quantity)s %(unit)s of %(product)s",
            quantity=f"{self.quantity:g}",
            unit=self.uom_id.name,
            product=self.product_id.display_name,
        )

    @api.model
    def _known(self, sources):
        """Which points have asked about which sources already."""
        known = set()
        for name, model in (("move_id", "stock.move"), ("workorder_id", "mrp.workorder")):
            ids = [source.id for source in sources if source._name == model]
            if ids:
                found = self.sudo().search_fetch([(name, "in", ids), ("state", "!=", "cancelled")], [name, "point_id"])
                known |= {(inspection.point_id, inspection[name]) for inspection in found}
        return known

    @api.model
    def _prepare_inspection(self, point, lot, spec, is_due, reason):
        source = lot.source
        values = {
            "point_id": point.id,
            "spec_id": spec.id,
            "occasion": lot.occasion,
            "company_id": point.company_id.id,
            "product_id": lot.product.id,
            "quantity": lot.quantity,
            "user_id": point.user_id.id,
            "state": "draft" if is_due else "skipped",
            "reason": reason,
        }
        if source._name == "mrp.workorder":
            order = source.production_id
            return {**values, "workorder_id": source.id, "production_id": order.id, "expected_on": order.date_start}
        picking = source.picking_id
        return {
            **values,
            "move_id": source.id,
            "expected_on": source.date,
            "picking_id": picking.id,
            "production_id": source.production_id.id,
            "partner_id": picking.partner_id.commercial_partner_id.id,
        }
