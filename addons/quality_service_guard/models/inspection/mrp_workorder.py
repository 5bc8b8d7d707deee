from odoo import api, models

from ...tools.gates import gate
from .guard_control_point_preview import Lot
from .stock_move import NOT_ASKED


class MrpWorkorder(models.Model):
    """A work order is finished when what it made has been inspected, where a control point asks for it (clause 2.3.3)."""

    _name = "mrp.workorder"
    _inherit = ["mrp.workorder", "guard.gate.mixin", "guard.inspected.mixin"]

    _guard_inspected_path = "workorder_id"

    @gate("inspection", on={"state": "done"})
    def _obstacles_inspection_undecided(self):
        """Inspections of the operation that are not decided, or let nothing go on.

        :return: sentences by work order
        """
        found = {}
        asked = self._guard_lots()
        if not asked:
            return found
        inspections = self.env["guard.inspection"].sudo().search(
            [("workorder_id", "in", self.ids), ("state", "not in", NOT_ASKED)]
        )
        for inspection in inspections:
            if inspection.is_discontinued:
                text = inspection._tell_not_received()
            elif inspection.state in ("draft", "in_progress"):
                text = self.env._(
                    "%(inspection)s: %(point)s is not decided; it waits for %(user)s.",
                    inspection=inspection.name,
                    point=inspection.point_id.name,
                    user=inspection.user_id.name or self.env._("an inspector"),
                )
            elif not any(some._count_released() for some in inspection._get_chain()):
                text = self.env._("%(inspection)s: nothing of it was released.", inspection=inspection.name)
            else:
                continue
            found.setdefault(inspection.workorder_id.with_env(self.env), []).append(text)
        points = self.env["guard.control.point"].sudo()._asking(asked)
        known = self.env["guard.inspection"]._known(self) if points else ()
        for point, lot, _spec in points:
            if (point, lot.source) not in known:
                found.setdefault(lot.source.with_env(self.env), []).append(
                    self.env._(
                        "Control point %(point)s asks for an inspection that has not been opened. "
                        "Open it with the button Inspections of the manufacturing order.",
                        point=point.name,
                    )
                )
        return found

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._guard_open_inspections()
        return orders

    def _guard_open_inspections(self):
        """Open the inspections that control points ask for, of orders that are confirmed."""
        if not self.env["stock.move"]._guard_inspects():
            return
        orders = self.filtered(
            lambda order: order.state not in ("done", "cancel")
            and order.production_id.state not in ("draft", "done", "cancel")
        )
        if lots := orders._guard_lots():
            self.env["guard.inspection"]._open_for(lots)

    def _guard_lots(self):
        """What these work orders make, where their company inspects."""
        gates = self.env["guard.gate"]
        return [
            Lot("operation", order.product_id, order.production_id.product_uom_qty, order.operation_id, order)
            for order in self.sudo()
            if order.operation_id and gates._mode("inspection", order.company_id) != "off"
        ]
