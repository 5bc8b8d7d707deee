from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.passage import is_open, passage
from .stock_location import QUALITY

SEALED = frozenset({"guard_is_held", "guard_hold_reason"})


class StockLot(models.Model):
    """A lot that quality holds is held wherever it lies (clause 2.2.3)."""

    _name = "stock.lot"
    _inherit = ["stock.lot", "guard.inspected.mixin"]

    guard_is_held = fields.Boolean("Held", readonly=True, copy=False)
    guard_hold_reason = fields.Char("Reason of the Hold", readonly=True, copy=False)

    _guard_held_index = models.Index("(id) WHERE guard_is_held")

    @api.model_create_multi
    def create(self, vals_list):
        """A lot is born free, whatever values or defaults say."""
        if not is_open(self.browse(), "hold"):
            for vals in vals_list:
                self._guard_check_seal({name for name in SEALED if vals.get(name)})
            vals_list = [{**vals, **dict.fromkeys(SEALED, False)} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        self._guard_check_seal(vals.keys())
        return super().write(vals)

    # Buttons

    def action_guard_hold(self):
        """Ask for the reason, then hold these lots."""
        return self._guard_ask_reason("hold", self.env._("Hold"))

    def action_guard_release(self):
        """Ask for the reason, then release these lots."""
        return self._guard_ask_reason("release", self.env._("Release"))

    # The work

    def _guard_ask_reason(self, kind, name):
        self.check_access("read")
        self._guard_check_may_hold()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "guard.lot.hold",
            "view_mode": "form",
            "target": "new",
            "context": {"default_lot_ids": self.ids, "default_kind": kind},
        }

    def _guard_hold_lots(self, reason):
        """Hold these lots; what is reserved of them is given back and had elsewhere.

        For own methods: whoever calls has seen to it that the present user may.
        """
        lots = self.filtered(lambda lot: not lot.guard_is_held)
        lots._guard_keep_hold(True, reason, self.env._("Held: %(reason)s", reason=reason))
        self.env["stock.move.line"]._guard_give_back(Domain("lot_id", "in", lots.ids))
        return lots

    def _guard_release_lots(self, reason):
        """Release these lots; places in quarantine stay what they are."""
        lots = self.filtered("guard_is_held")
        lots._guard_keep_hold(False, False, self.env._("Released: %(reason)s", reason=reason))
        return lots

    def _guard_keep_hold(self, held, reason, message):
        if not self:
            return
        lots = self.sudo()
        with passage(lots, "hold"):
            lots.write({"guard_is_held": held, "guard_hold_reason": reason})
        lots._message_log_batch({lot.id: message for lot in lots}, author_id=self.env.user.partner_id.id)
        self.env["stock.quant"]._guard_refresh_holds()

    def _guard_check_seal(self, names):
        if SEALED & set(names) and not is_open(self, "hold"):
            raise UserError(self.env._("A lot is held and released by its buttons only, each time with a reason."))

    def _guard_check_may_hold(self):
        if not any(self.env.user.has_group(group) for group in QUALITY):
            raise AccessError(
                self.env._(
                    "Lots are held and released by the groups “%(groups)s”.",
                    groups="”, “".join(self.env.ref(group).sudo().full_name for group in QUALITY),
                )
            )

    # Inspections

    def _guard_count_inspections(self):
        """A lot is inspected with the moves that brought it, so each is counted by itself."""
        inspections = self.env["guard.inspection"]
        if not inspections.has_access("read"):
            return {}
        moves = self.env["stock.move.line"].sudo()._read_group(
            [("lot_id", "in", self._origin.ids)], ["lot_id"], ["move_id:array_agg"]
        )
        lots_of = {}
        for lot, ids in moves:
            for move_id in ids:
                lots_of.setdefault(move_id, set()).add(lot.id)
        counts = dict.fromkeys(self._origin.ids, 0)
        domain = self._guard_inspection_domain() & Domain("state", "!=", "skipped")
        for inspection in inspections.search_fetch(domain, ["move_id", "lot_id"]):
            for lot_id in lots_of.get(inspection.move_id.id, set()) | set(inspection.lot_id.ids):
                if lot_id in counts:
                    counts[lot_id] += 1
        return counts

    def _guard_inspection_domain(self):
        ids = self._origin.ids
        return Domain("lot_id", "in", ids) | Domain("move_id.move_line_ids.lot_id", "in", ids)
