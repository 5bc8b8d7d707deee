from contextlib import nullcontext

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.gates import gate
from ...tools.passage import is_open, passage


class StockMove(models.Model):
    """Moves that carry out a disposition of rejected goods, and no more of them than it says (clause 2.2.3)."""

    _inherit = "stock.move"

    guard_disposition_id = fields.Many2one(
        "guard.disposition", "Carries Out", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    @gate("inspection", on={"state": "done"})
    def _obstacles_inspection_disposition(self):
        """Documents that would take more of the rejected goods than their disposition says, or another lot.

        :return: sentences by move
        """
        found = {}
        for disposition in self.guard_disposition_id:
            moves = (self & disposition.move_ids) & disposition._get_taking_moves()
            text = moves and disposition._tell_exceeded(moves)
            for move in moves if text else ():
                found[move] = [text]
        return found

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # also a default of a user or a context
        if any(move.guard_disposition_id for move in moves) and not is_open(self.browse(), "disposition"):
            self._guard_refuse_disposition()
        return moves

    def write(self, vals):
        if "guard_disposition_id" in vals and not is_open(self.browse(), "disposition"):
            self._guard_refuse_disposition()
        return super().write(vals)

    def _guard_refuse_disposition(self):
        raise UserError(self.env._("Which disposition a move carries out is said by the disposition only."))

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [*super()._prepare_merge_moves_distinct_fields(), "guard_disposition_id"]

    def _prepare_move_split_vals(self, qty):
        return {**super()._prepare_move_split_vals(qty), "guard_disposition_id": self.guard_disposition_id.id}

    def _create_backorder(self):
        with self._guard_same_disposition():
            return super()._create_backorder()

    def _get_backorder_move_vals(self):
        return {**super()._get_backorder_move_vals(), "guard_disposition_id": self.guard_disposition_id.id}

    def _guard_same_disposition(self):
        """What is split off carries out the same disposition."""
        carrying = any(move.guard_disposition_id for move in self)
        return passage(self.browse(), "disposition") if carrying else nullcontext()

    def _action_done(self, cancel_backorder=False):
        done = super()._action_done(cancel_backorder=cancel_backorder)
        if self._guard_inspects():
            (self | done).exists().guard_disposition_id._follow_documents()
            done._guard_note_concessions()
        return done

    def _action_cancel(self):
        res = super()._action_cancel()
        if self._guard_inspects():
            self.guard_disposition_id._follow_documents()
        return res

    def _guard_frees(self):
        """What carries out a disposition may take what is held: only so much, which the gate looks after."""
        return super()._guard_frees() | self.filtered("guard_disposition_id")

    # Concessions

    def _guard_note_concessions(self):
        """Which concessions goods have gone on by; their lots, known by now, are marked."""
        moves = self.filtered(lambda move: move.state == "done")
        moves |= moves.guard_release_of_id
        concessions = (
            self.env["guard.concession"]
            .sudo()
            .search([("inspection_id.move_id", "in", moves.ids), ("state", "=", "granted")])
        )
        if not concessions:
            return
        gone = concessions.inspection_id.move_id._guard_gone()
        for concession in concessions:
            inspection = concession.inspection_id
            accepted = sum(inspection._get_chain().mapped("accepted"))
            if inspection.uom_id.compare(gone[inspection.move_id], accepted) > 0:
                concession._note_use()
            concession._mark_lots()

    def _guard_gone(self):
        """How much of each move has gone on: never was in quarantine, or was carried out of it."""
        carried, none = self._guard_carried(), self.env["stock.lot"]
        held = self.move_line_ids.location_dest_id._guard_in_quarantine()
        return {
            move: carried[move, none]
            + sum(line.quantity_product_uom for line in move.move_line_ids if line.location_dest_id not in held)
            for move in self
        }
