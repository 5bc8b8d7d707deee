from odoo import models
from odoo.fields import Domain


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "guard.inspected.mixin"]

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
