from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.passage import passage
from .guard_inspection import DECIDED


class GuardInspection(models.Model):
    """The dialog of a decision: what the readings say, what follows from it, and what is decided (clause 2.2.3)."""

    _inherit = "guard.inspection"

    def action_decide(self):
        """Show what the readings say, and ask what becomes of what waits; what is missing is told instead."""
        self.ensure_one()
        self._check_may_inspect()
        self._judge()
        dialog = self.env["guard.inspection.decide"].create(self._prepare_decide())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide %(inspection)s", inspection=self.name),
            "res_model": "guard.inspection.decide",
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }

    # What the readings say

    def _prepare_decide(self):
        inspection = self.sudo()
        return {
            "inspection_id": self.id,
            "is_acceptable": inspection._is_acceptable(),
            "result": inspection._tell_result(),
            "findings": inspection._tell_findings(),
            "line_ids": [Command.create(part) for part in inspection._propose()],
        }

    def _tell_result(self):
        """What each plan came to, in words."""
        return "\n".join(plan._tell() for plan in self.plan_ids)

    def _tell_findings(self):
        """What was not met, and on which unit."""
        return "\n".join(reading._tell_not_met() for reading in self._get_not_met())

    def _get_not_met(self):
        return self.reading_ids.filtered(lambda reading: reading.state == "not_met")

    # What is proposed

    def _propose(self):
        """A sensible decision about what waits: good lots are accepted but for the units that do not conform.

        :return: ``[{"verdict", "quantity", "lot_id", "reason"}]``
        """
        may_accept = self._is_acceptable() or self._is_full()
        if not may_accept:
            verdict = "rejected" if self._is_critical() else "to_sort"
            parts = [(verdict, lot, quantity) for lot, quantity in self._get_waiting_lots()]
        else:
            parts = self._propose_accepted()
        return [
            {
                "verdict": verdict,
                "quantity": self.uom_id.round(quantity),
                "lot_id": lot.id,
                "reason": verdict != "accepted" and self._propose_reason(),
            }
            for verdict, lot, quantity in parts
            if self.uom_id.compare(quantity, 0) > 0
        ]

    def _propose_accepted(self):
        """Accept all but the units that do not conform: their own lots or serial numbers, where they are known."""
        spoilt = defaultdict(int)
        for unit in self._get_not_met().unit_id:
            spoilt[unit.lot_id] += 1
        left = max(0.0, self._count_bad_units() - (self.rejected + self.conceded))
        parts = []
        for lot, quantity in self._get_waiting_lots():
            bad = spoilt.pop(lot, 0) if lot else 0
            bad = min(left, quantity, bad)
            left -= bad
            parts += [("accepted", lot, quantity - bad), ("rejected", lot, bad)]
        return self._set_apart(parts, left)

    def _set_apart(self, parts, left):
        """Reject so many more; of several lots people say of which, so that no lot is named by guess."""
        several = len(parts) > 2
        for index, (verdict, lot, quantity) in enumerate(parts):
            less = min(left, quantity) if verdict == "accepted" else 0.0
            if less:
                left -= less
                parts[index] = (verdict, lot, quantity - less)
                parts.append(("rejected", self.env["stock.lot"] if several else lot, less))
        return parts

    def _get_waiting_lots(self):
        """What waits, lot by lot where there are several.

        :return: ``[(lot, quantity)]``; without lots ``[(no lot, quantity)]``
        """
        if self.product_id.tracking == "none" or len(self.lot_ids) < 2:
            return [(self.env["stock.lot"], self.waiting)]
        there = self._get_lot_quantities()
        for tranche in self.tranche_ids:
            if tranche.lot_id.id in there:
                there[tranche.lot_id.id] -= tranche.quantity
        return [(lot, there[lot.id]) for lot in self.lot_ids if self.uom_id.compare(there.get(lot.id, 0.0), 0) > 0]

    def _is_critical(self):
        """Whether a class that may not fail has failed: nobody looks for the good ones among them."""
        return any(plan.grade == "A" and not plan.is_accepted for plan in self.plan_ids)

    def _propose_reason(self):
        names = dict.fromkeys(self._get_not_met().characteristic_id.mapped("display_name"))
        return self.env._("Not met: %(characteristics)s", characteristics=", ".join(names)) if names else False

    # The work

    def _check_sorting(self, tranche, good, bad):
        """Refuse a sorting that does not fit what was to be sorted, or what the sample has found."""
        compare, unit = self.uom_id.compare, self.uom_id.name
        if compare(good, 0) < 0 or compare(bad, 0) < 0 or compare(good + bad, 0) <= 0:
            raise UserError(
                self.env._("%(inspection)s: tell how many are good and how many are not.", inspection=self.name)
            )
        if compare(good + bad, tranche.quantity) > 0:
            raise UserError(
                self.env._(
                    "%(inspection)s: %(sorted)s are told, but only %(quantity)s %(unit)s are to be sorted.",
                    inspection=self.name,
                    sorted=f"{good + bad:g}",
                    quantity=f"{tranche.quantity:g}",
                    unit=unit,
                )
            )
        most = self.quantity - self._count_bad_units() - self.accepted
        if compare(good, most) > 0:
            raise UserError(
                self.env._(
                    "%(inspection)s: the sample alone has %(bad)s units that do not conform, so at most "
                    "%(good)s %(unit)s are good.",
                    inspection=self.name,
                    bad=self._count_bad_units(),
                    good=f"{max(0.0, most):g}",
                    unit=unit,
                )
            )

    def _resettle(self):
        """Decisions have changed after the lot was decided: note the outcome, and let go on what may go on now.

        A lot teaches the sampling of the next ones once, when it is decided: what is conceded or sorted later
        does not make it a better lot.
        """
        inspections = self.sudo()
        with self._unsealed():
            for inspection in inspections.filtered(lambda inspection: inspection.state in DECIDED):
                is_sorted = not inspection.uom_id.compare(inspection.to_sort, 0)
                outcome = inspection._get_outcome() if is_sorted else "failed"
                if outcome != inspection.state:
                    inspection.state = outcome
        inspections._settle()
        inspections._give_back()

    def _give_back(self):
        """What periodic inspection took out of stock goes back there, once it is conceded or found good."""
        for inspection in self.filtered(lambda inspection: inspection.occasion == "periodic"):
            seizures = inspection._get_seizures()
            carried, none = seizures._guard_carried(), self.env["stock.lot"]
            there = {move: move.quantity - carried[move, none] for move in seizures}
            left = sum(there.values()) - inspection.rejected - inspection.to_sort - inspection.resubmitted
            values = []
            for move, quantity in there.items():
                part = min(left, quantity)
                if inspection.uom_id.compare(part, 0) > 0:
                    values.append(inspection._prepare_return_of_seizure(move, part))
                    left -= part
            if values:
                with passage(seizures.browse(), "release"):
                    moves = seizures.create(values)
                    moves._action_confirm(merge=False)
                    moves.picked = True
                    moves._action_done()

    def _get_seizures(self):
        """The moves by which goods were taken into quarantine for this inspection, in the product's unit."""
        moves = self.env["stock.move"].search(
            [
                ("origin", "=", self.name),
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
                ("picking_id", "=", False),
                ("state", "=", "done"),
            ]
        )
        return moves.filtered(
            lambda move: not move.guard_release_of_id and move.location_dest_id._guard_in_quarantine()
        )

    def _prepare_return_of_seizure(self, move, quantity):
        line = move.move_line_ids[:1]
        goods = {
            "product_id": move.product_id.id,
            "location_id": move.location_dest_id.id,
            "location_dest_id": move.location_id.id,
            "company_id": move.company_id.id,
        }
        return {
            **goods,
            "product_uom": self.uom_id.id,
            "product_uom_qty": quantity,
            "origin": self.name,
            "guard_release_of_id": move.id,
            "move_line_ids": [
                Command.create(
                    {
                        **goods,
                        "product_uom_id": self.uom_id.id,
                        "quantity": quantity,
                        "lot_id": line.lot_id.id,
                        "owner_id": line.owner_id.id,
                    }
                )
            ],
        }
