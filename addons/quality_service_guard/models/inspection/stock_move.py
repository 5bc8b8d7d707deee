from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ...tools.gates import gate
from .guard_control_point import TYPE_CODES
from .guard_control_point_preview import Lot

OCCASION_OF_TYPE = {code: occasion for occasion, code in TYPE_CODES.items() if code != "mrp_operation"}
NOT_ASKED = ("skipped", "cancelled")


class StockMove(models.Model):
    """Goods go on when what is asked of them has been inspected and released (clauses 2.2.3 and 2.3.3)."""

    _inherit = "stock.move"

    @gate("inspection", on={"state": "done"})
    def _obstacles_inspection_undecided(self):
        """What goes to a place outside quarantine though it has not been inspected, or more than was released.

        :return: sentences by move
        """
        going = {move: needed for move, needed in self._guard_needed().items() if needed}
        moves = self.browse().union(*going)
        if not moves:
            return {}
        found = moves._guard_unasked()
        inspections = moves._guard_inspections()
        released = moves._guard_released(inspections)
        for move, needed in going.items():
            if move in released:
                short = move._guard_short(needed, released[move])
                if short:
                    found.setdefault(move, []).extend(
                        move._guard_tell_short(short, released[move], inspections[move])
                    )
        return found

    @gate("inspection", on={"state": "done"})
    def _obstacles_inspection_discontinued(self):
        """Goods whose sampling has been discontinued are not received, not even into quarantine (ISO 2859-1, 9.4).

        :return: sentences by move
        """
        # what goes elsewhere is short of what was released, and told so above
        held = self.browse().union(*(move for move, needed in self._guard_needed().items() if not needed))
        waiting = held._guard_search_inspections([("state", "=", "draft"), ("point_id.frequency", "=", "aql")])
        found = {}
        for inspection in waiting.filtered("is_discontinued"):
            move = inspection.move_id.with_env(self.env)
            found.setdefault(move, []).append(inspection._tell_not_received())
        return found

    @api.model
    def _guard_open_domain(self, asked, company):
        domain = super()._guard_open_domain(asked, company)
        if asked.method == "_obstacles_inspection_undecided":
            domain &= Domain("state", "not in", ("draft", "cancel"))
        return domain

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        if self._guard_inspects():
            # backorders of manufacturing orders are born confirmed and never pass _action_confirm
            moves.filtered(lambda move: move.state not in ("draft", "done", "cancel"))._guard_open_inspections()
        return moves

    def write(self, vals):
        res = super().write(vals)
        followed = {"picking_id": "picking_id", "date": "expected_on"}
        if {"product_uom_qty", *followed} & vals.keys() and self._guard_inspects():
            inspections = self._guard_search_inspections()
            if "product_uom_qty" in vals:
                inspections._follow()
            inspections._follow_document({name: vals[given] for given, name in followed.items() if given in vals})
        return res

    def unlink(self):
        if self._guard_inspects():
            self._guard_search_inspections()._cancel()
        return super().unlink()

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        moves = super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)
        moves._guard_open_inspections()
        return moves

    def _update_candidate_moves_list(self, candidate_moves_set):
        """What is being inspected, or has been decided, is a lot of its own and takes in no other goods."""
        res = super()._update_candidate_moves_list(candidate_moves_set)
        if self._guard_inspects():
            moves = self.browse().union(*candidate_moves_set)
            apart = moves._guard_search_inspections([("state", "not in", ("draft", *NOT_ASKED))]).move_id
            candidates = [some - apart for some in candidate_moves_set]
            candidate_moves_set.clear()
            candidate_moves_set.update(candidates)
        return res

    def _action_cancel(self):
        res = super()._action_cancel()
        if self._guard_inspects():
            self.filtered(lambda move: move.state == "cancel")._guard_search_inspections()._cancel()
        return res

    def _action_done(self, cancel_backorder=False):
        if not self._guard_inspects():
            return super()._action_done(cancel_backorder=cancel_backorder)
        self._guard_route_held()
        done = super()._action_done(cancel_backorder=cancel_backorder)
        done._guard_follow_done()
        return done

    # Birth

    @api.model
    def _guard_inspects(self):
        """Whether anybody inspects at all; no query."""
        return "inspection" in self.env["guard.gate"]._modes()

    def _guard_open_inspections(self):
        """Open the inspections that control points ask for; those of companies that inspect."""
        if not self._guard_inspects():
            return
        if lots := self._guard_lots():
            self.env["guard.inspection"]._open_for(lots)

    def _guard_lots(self):
        """The goods of these moves that a control point could ask about."""
        nothing = self.env["mrp.routing.workcenter"]
        return [
            Lot(occasion, move.product_id, move.product_qty, nothing, move)
            for move, occasion in self._guard_occasions().items()
        ]

    def _guard_occasions(self):
        """On which occasion a control point could ask about each move.

        :return: ``{move: occasion}``; moves that nobody asks about are absent
        """
        gates = self.env["guard.gate"]
        occasions = {
            move: move._guard_occasion()
            for move in self.sudo()
            if gates._mode("inspection", move.company_id) != "off" and not move.guard_release_of_id
        }
        return {move: occasion for move, occasion in occasions.items() if occasion}

    def _guard_occasion(self):
        if self.production_id:
            # what a subcontractor makes is inspected when it is received
            return self.location_dest_id.usage == "internal" and "finished"
        if self.scrap_id or self.raw_material_production_id or self.location_dest_id.usage == "supplier":
            return False
        kind = self.picking_type_id.code
        return "receipt" if kind == "dropship" else OCCASION_OF_TYPE.get(kind)

    # What was released

    def _guard_search_inspections(self, domain=()):
        return self.env["guard.inspection"].sudo().search(Domain("move_id", "in", self.ids) & Domain(list(domain)))

    def _guard_inspections(self):
        """The inspections that have to let each move go: its own, and of goods made those of their operations.

        :return: ``{move: inspections}``, for moves that have some
        """
        productions = self.sudo().filtered(
            lambda move: move.production_id and move.product_id == move.production_id.product_id
        ).production_id
        found = self.env["guard.inspection"].sudo().search(
            (Domain("move_id", "in", self.ids) | Domain("production_id", "in", productions.ids) & Domain("workorder_id", "!=", False))
            & Domain("state", "not in", NOT_ASKED)
        )
        by_move, by_production = found.grouped("move_id"), found.filtered("workorder_id").grouped("production_id")
        asked = {}
        for move in self:
            inspections = by_move.get(move.sudo(), found.browse())
            if move.product_id == move.sudo().production_id.product_id:
                inspections |= by_production.get(move.sudo().production_id, found.browse())
            if inspections:
                asked[move] = inspections
        return asked

    def _guard_released(self, asked=None):
        """How much of each move has been accepted or conceded, by all its inspections.

        :param asked: what ``_guard_inspections`` says, where it is known already
        :return: ``{move: {lot: quantity}}`` in the product's unit; the empty lot stands for all together. Moves that no
            inspection was asked for are absent
        """
        asked = self._guard_inspections() if asked is None else asked
        parts = defaultdict(dict)
        for inspection, lot, quantity in self.env["guard.inspection.tranche"].sudo()._read_group(
            Domain("inspection_id", "in", [inspection.id for some in asked.values() for inspection in some])
            & self.env["guard.inspection.tranche"]._get_released_domain(),
            ["inspection_id", "lot_id"],
            ["quantity:sum"],
        ):
            some = parts[inspection._get_first()]  # with what was released by its resubmissions
            some[lot] = some.get(lot, 0.0) + quantity
        none = self.env["stock.lot"]
        released = {}
        for move, asking in asked.items():
            inspections = {inspection._get_first() for inspection in asking}
            limits = {none: min(sum(parts[inspection].values()) for inspection in inspections)}
            tell_lots = [parts[inspection] for inspection in inspections if any(parts[inspection])]
            for lot in {lot for told in tell_lots for lot in told if lot}:
                limits[lot] = min(told.get(lot, 0.0) for told in tell_lots)
            released[move] = limits
        return released

    def _guard_needed(self):
        """How much of each move goes to a place outside quarantine.

        :return: ``{move: {lot: quantity}}`` in the product's unit, the lines that are going to be done
        """
        held = self.move_line_ids.location_dest_id._guard_in_quarantine()
        needed = {move: defaultdict(float) for move in self._guard_occasions()}
        for move, by_lot in needed.items():
            for line in move.move_line_ids:
                if line.location_dest_id not in held and line.quantity:
                    by_lot[line.lot_id] += line.quantity_product_uom
        return needed

    def _guard_short(self, needed, released):
        """By how much more is needed than was released, in all or of some lot."""
        compare = self.product_id.uom_id.compare
        none = self.env["stock.lot"]
        if compare(sum(needed.values()), released[none]) > 0:
            return sum(needed.values()) - released[none]
        told = len(released) > 1
        return sum(
            quantity - released.get(lot, 0.0)
            for lot, quantity in needed.items()
            if told and compare(quantity, released.get(lot, 0.0)) > 0
        )

    def _guard_tell_short(self, short, released, inspections):
        """Why goods may not go on, by inspection."""
        unit, none = self.product_id.uom_id.name, self.env["stock.lot"]
        lacking = inspections.filtered(
            lambda inspection: inspection.state in ("draft", "in_progress")
            or inspection.accepted + inspection.conceded < inspection.quantity - inspection.resubmitted
        )
        for inspection in lacking or inspections[:1]:  # where more goes than was inspected, none of them lacks anything
            if inspection.is_discontinued:
                yield inspection._tell_not_received()
            elif inspection.state in ("draft", "in_progress"):
                yield self.env._(
                    "%(inspection)s: %(product)s is not inspected yet; %(waiting)s %(unit)s wait for %(user)s.",
                    inspection=inspection.name,
                    product=inspection.product_id.display_name,
                    waiting=f"{inspection.waiting + inspection.to_sort:g}",
                    unit=unit,
                    user=inspection.user_id.name or self.env._("an inspector"),
                )
            else:
                yield self.env._(
                    "%(inspection)s: only %(released)s %(unit)s of %(product)s were released, %(short)s too few. "
                    "Take the rest off the document, or have it inspected.",
                    inspection=inspection.name,
                    released=f"{released[none]:g}",
                    unit=unit,
                    product=inspection.product_id.display_name,
                    short=f"{short:g}",
                )

    def _guard_unasked(self):
        """Control points that ask about moves though no inspection was opened, because the gate was open by then.

        :return: ``{move: [sentence, ...]}``
        """
        asked = self.env["guard.control.point"].sudo()._asking(self._guard_lots())
        known = self.env["guard.inspection"]._known([lot.source for _point, lot, _spec in asked]) if asked else ()
        found = {}
        for point, lot, _spec in asked:
            if (point, lot.source) not in known:
                found.setdefault(lot.source.with_env(self.env), []).append(
                    self.env._(
                        "%(product)s: control point %(point)s asks for an inspection that has not been opened. "
                        "Open it with the button Inspections of the document.",
                        product=lot.product.display_name,
                        point=point.name,
                    )
                )
        return found
