from odoo import api, models


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
        with self._unsealed():
            return self.sudo().with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(
                [
                    self._prepare_inspection(point, lot, spec, *due[point, lot.source])
                    for point, lot, spec in asked
                ]
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
            return {**values, "workorder_id": source.id, "production_id": source.production_id.id}
        picking = source.picking_id
        return {
            **values,
            "move_id": source.id,
            "picking_id": picking.id,
            "production_id": source.production_id.id,
            "partner_id": picking.partner_id.commercial_partner_id.id,
        }
