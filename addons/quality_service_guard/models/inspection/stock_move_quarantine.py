from collections import defaultdict

from odoo import models
from odoo.fields import Command

from ...tools.passage import passage
from .stock_move import NOT_ASKED


class StockMove(models.Model):
    """What is not released is booked into quarantine, and carried out of it once it is (clause 2.2.3)."""

    _inherit = "stock.move"

    def _guard_route_held(self):
        """Book what is not released into quarantine: where it is received so, and what was decided against."""
        inspections = self._guard_search_inspections([("occasion", "in", ("receipt", "finished")), ("state", "not in", NOT_ASKED)])
        if not inspections:
            return
        released = inspections.move_id._guard_released()
        needed = inspections.move_id._guard_needed()
        for move, some in inspections.grouped("move_id").items():
            undecided = some.filtered(lambda inspection: inspection.state in ("draft", "in_progress"))
            if all(inspection.point_id.hold == "quarantine" for inspection in undecided):
                if move._guard_short(needed.get(move, {}), released[move]):
                    move._guard_route(released[move])

    def _guard_route(self, released):
        """Send what goes beyond the released quantities to quarantine, line by line."""
        place = (self.location_dest_id.warehouse_id or self.picking_type_id.warehouse_id)._guard_get_quarantine()
        none, left = self.env["stock.lot"], dict(released)
        for line in self.move_line_ids:
            if line.location_dest_id == place:
                continue
            allowed = min(left[none], left.get(line.lot_id, 0.0) if len(released) > 1 else left[none])
            allowed = max(0.0, min(allowed, line.quantity_product_uom))
            for key in {none, line.lot_id} & left.keys():
                left[key] -= allowed
            rest = line.quantity_product_uom - allowed
            if self.product_id.uom_id.is_zero(rest):
                continue
            if self.product_id.uom_id.is_zero(allowed):
                line.location_dest_id = place
                continue
            convert = self.product_id.uom_id._compute_quantity
            line.copy({"quantity": convert(rest, line.product_uom_id), "location_dest_id": place.id, "picked": line.picked})
            line.quantity = convert(allowed, line.product_uom_id)

    def _guard_follow_done(self):
        """Inspections learn how much really came; what goes back undecided is not waited for any more."""
        self._guard_search_inspections([("state", "not in", NOT_ASKED)])._follow_done()
        back = self.filtered(lambda move: move.origin_returned_move_id and move.location_dest_id.usage == "supplier")
        back.origin_returned_move_id._guard_search_inspections([("state", "in", ("draft", "in_progress"))])._follow()

    def _guard_follow_decision(self):
        """Carry what was released out of quarantine; what is not done yet is checked when it is."""
        moves = self.sudo().filtered(lambda move: move.state == "done")
        if moves:
            moves._guard_release()

    def _guard_release(self):
        """Move released goods from quarantine to where they were meant to go, and on to whoever waits for them."""
        released = self._guard_released()
        carried = self._guard_carried()
        values = []
        for move, limits in released.items():
            values += move._prepare_releases(limits, carried)
        if values:
            with passage(self.browse(), "release"):
                moves = self.create(values)
                moves._action_confirm(merge=False)
                moves.picked = True
                moves._action_done()

    def _guard_carried(self):
        """What has been carried out of quarantine for each of these moves.

        :return: ``{(move, lot): quantity}`` in the product's unit; with the empty lot: all together
        """
        carried = defaultdict(float)
        for origin, lot, quantity in self.env["stock.move.line"]._read_group(
            [("move_id.guard_release_of_id", "in", self.ids), ("state", "=", "done")],
            ["move_id.guard_release_of_id", "lot_id"],
            ["quantity_product_uom:sum"],
        ):
            carried[origin, lot] += quantity
            if lot:
                carried[origin, lot.browse()] += quantity
        return carried

    def _prepare_releases(self, limits, carried):
        """Values of the move that carries what this one brought into quarantine and may go on now."""
        none = self.env["stock.lot"]
        held = self.move_line_ids.location_dest_id._guard_in_quarantine()
        gone = sum(line.quantity_product_uom for line in self.move_line_ids if line.location_dest_id not in held)
        left = limits[none] - gone - carried[self, none]
        lines = []
        for line in self.move_line_ids.filtered(lambda line: line.location_dest_id in held):
            allowed = min(left, line.quantity_product_uom)
            if len(limits) > 1:
                allowed = min(allowed, limits.get(line.lot_id, 0.0) - carried[self, line.lot_id])
            if self.product_id.uom_id.compare(allowed, 0) > 0:
                lines.append(self._prepare_release_line(line, allowed))
                left -= allowed
                carried[self, line.lot_id] += allowed
        if not lines:
            return []
        return [
            {
                "product_id": self.product_id.id,
                "product_uom": self.product_id.uom_id.id,
                "product_uom_qty": sum(line["quantity"] for line in lines),
                "location_id": lines[0]["location_id"],
                "location_dest_id": self.location_dest_id.id,
                "company_id": self.company_id.id,
                "origin": self.reference or self.origin,
                "guard_release_of_id": self.id,
                "move_dest_ids": [Command.link(move.id) for move in self.move_dest_ids if move.state not in ("done", "cancel")],
                "move_line_ids": [Command.create(line) for line in lines],
            }
        ]

    def _prepare_release_line(self, line, quantity):
        return {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "quantity": quantity,
            "location_id": line.location_dest_id.id,
            "location_dest_id": self.location_dest_id.id,
            "lot_id": line.lot_id.id,
            "package_id": line.result_package_id.id,
            "owner_id": line.owner_id.id,
            "company_id": self.company_id.id,
        }
