from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .guard_inspection_tranche import VERDICTS


class GuardInspection(models.Model):
    """What is decided about a lot, part by part, and what follows from it (clause 2.2.3)."""

    _inherit = "guard.inspection"

    def action_pass(self):
        """Accept what waits, as far as the readings allow it; several at once."""
        self._check_may_inspect()
        self._judge()
        return self._decide(
            {
                inspection: [{"verdict": "accepted", "quantity": inspection.waiting}]
                for inspection in self
            }
        )

    # The work

    def _judge(self):
        """Compare the readings with the plans, where nothing has been decided yet.

        :raises UserError: for inspections that cannot be decided: nothing asked, or not all read
        """
        for inspection in self:
            if inspection.state != "in_progress":
                raise UserError(
                    self.env._(
                        "%(inspection)s is not in progress: its state is %(state)s. Start it and enter its readings first.",
                        inspection=inspection.name,
                        state=dict(inspection._fields["state"]._description_selection(self.env))[inspection.state],
                    )
                )
        undecided = self.sudo().filtered(lambda inspection: not inspection.tranche_ids)
        undecided._follow_lot_size()
        counts = {
            (inspection.id, state): count
            for inspection, state, count in self.env["guard.inspection.reading"]
            .sudo()
            ._read_group([("inspection_id", "in", undecided.ids)], ["inspection_id", "state"], ["__count"])
        }
        for inspection in undecided:
            missing = counts.get((inspection.id, "empty"), 0)
            if missing:
                raise UserError(
                    self.env._(
                        "%(inspection)s: %(missing)s readings are missing. What has not been read has not passed; enter them, "
                        "or void a unit with the reason and read another one.",
                        inspection=inspection.name,
                        missing=missing,
                    )
                )
            if not any(counts.get((inspection.id, state)) for state in ("met", "not_met")):
                raise UserError(
                    self.env._(
                        "%(inspection)s asks for nothing, and what was not inspected has not passed. "
                        "Quality adds characteristics of the sampled classes to %(spec)s.",
                        inspection=inspection.name,
                        spec=inspection.spec_id.display_name,
                    )
                )
        undecided.plan_ids._judge()

    def _follow_lot_size(self):
        """Another quantity may need another plan, and a larger sample."""
        before = {inspection: inspection._lot_size() for inspection in self}
        self._follow()
        changed = self.filtered(lambda inspection: inspection._lot_size() != before[inspection])
        if changed:
            changed._plan({inspection: inspection._get_planned_severities() for inspection in changed})
            changed._draw()

    def _get_planned_severities(self):
        """A lot that was begun under one severity is finished under it."""
        return {plan.grade: plan.severity for plan in self.plan_ids if plan.severity}

    def _is_acceptable(self):
        return all(plan.is_accepted for plan in self.plan_ids)

    def _is_full(self):
        """Whether every unit was inspected in every class."""
        return all(plan.size >= plan.lot_size for plan in self.plan_ids)

    def _count_bad_units(self):
        """How many units of its sample do not conform, see below."""
        return self._get_bad_units().get(self, 0)

    def _get_bad_units(self):
        """How many units of each sample do not conform, whatever the class; they are never accepted with their lot.

        :return: ``{inspection: number}``; those without any are absent
        """
        return dict(
            self.env["guard.inspection.reading"]._read_group(
                [("inspection_id", "in", self.ids), ("state", "=", "not_met")], ["inspection_id"], ["unit_id:count_distinct"]
            )
        )

    def _decide(self, decisions):
        """Decide about parts of lots whose readings have been judged.

        :param decisions: ``{inspection: [{"verdict", "quantity", "lot_id", "reason"}]}``
        """
        self.sudo()._check_decisions(decisions)
        self.env["guard.inspection.tranche"]._open(decisions)
        self.sudo()._settle()

    def _check_decisions(self, decisions):
        """Refuse what the readings or the quantity do not bear out."""
        bad = self._get_bad_units()
        for inspection in self:
            complaint = inspection._complain(decisions[inspection], bad.get(inspection, 0))
            if complaint:
                raise UserError(
                    self.env._("%(inspection)s: %(complaint)s", inspection=inspection.name, complaint=complaint)
                )

    def _complain(self, parts, bad):
        """What is wrong with a decision, in words; False if nothing is.

        :param bad: how many units of the sample do not conform
        """
        total = sum(part["quantity"] for part in parts)
        compare = self.uom_id.compare
        if not parts or any(compare(part["quantity"], 0) <= 0 for part in parts):
            return self.env._("there is nothing to decide, or a part of it is not more than nothing.")
        if compare(total, self.waiting) > 0:
            return self.env._(
                "%(total)s are decided, but only %(waiting)s %(unit)s wait for a decision.",
                total=total,
                waiting=self.waiting,
                unit=self.uom_id.name,
            )
        accepted = sum(part["quantity"] for part in parts if part["verdict"] == "accepted")
        if accepted:
            if not self._is_acceptable() and not self._is_full():
                return self.env._(
                    "the sample does not allow to accept the lot (%(found)s). It is rejected, sorted, or conceded by approval.",
                    found=self._tell_plans(),
                )
            good = self.quantity - bad
            if compare(accepted + self.accepted, good) > 0:
                return self.env._(
                    "%(bad)s units do not conform, so at most %(good)s %(unit)s are accepted; decide about these units apart.",
                    bad=bad,
                    good=good,
                    unit=self.uom_id.name,
                )
        return self._complain_about_lots(parts)

    def _complain_about_lots(self, parts):
        """Of several lots it must be said which one is meant, and no more of each than there is."""
        if self.product_id.tracking == "none" or len(self.lot_ids) < 2:
            return False
        if any(not part.get("lot_id") for part in parts):
            return self.env._("the goods have several lots or serial numbers: say which ones each part is.")
        there = self._get_lot_quantities()
        for lot_id in {part["lot_id"] for part in parts}:
            decided = sum(part["quantity"] for part in parts if part["lot_id"] == lot_id)
            decided += sum(self.tranche_ids.filtered(lambda tranche, lot_id=lot_id: tranche.lot_id.id == lot_id).mapped("quantity"))
            if self.uom_id.compare(decided, there.get(lot_id, 0.0)) > 0:
                return self.env._(
                    "of %(lot)s there are only %(quantity)s.",
                    lot=self.env["stock.lot"].browse(lot_id).name,
                    quantity=there.get(lot_id, 0.0),
                )
        return False

    def _get_lot_quantities(self):
        """``{lot id: quantity}`` of the goods, in the product's unit."""
        quantities = {}
        for line in self.move_id.move_line_ids:
            quantities[line.lot_id.id] = quantities.get(line.lot_id.id, 0.0) + line.quantity_product_uom
        return quantities

    def _tell_plans(self):
        return ", ".join(
            self.env._("class %(grade)s: %(found)s found, Ac %(acceptance)s", grade=plan.grade, found=plan.nonconforming, acceptance=plan.acceptance)
            for plan in self.plan_ids
            if not plan.is_accepted
        )

    def _settle(self):
        """Note what has been decided in full, and let the goods go on as far as they may."""
        decided = self.filtered(
            lambda inspection: inspection.state == "in_progress"
            and not inspection.uom_id.compare(inspection.waiting, 0)
            and not inspection.uom_id.compare(inspection.to_sort, 0)
        )
        now = fields.Datetime.now()
        for outcome, some in decided.grouped(lambda inspection: inspection._get_outcome()).items():
            some._step({"state": outcome, "decided_on": now, "decided_by_id": self.env.uid})
        if decided:
            decided._duty_close(feedback=self.env._("Decided."))
            decided._message_log_batch({inspection.id: inspection._tell_decision() for inspection in decided})
            decided._learn()
            decided._seize()
        self.move_id._guard_follow_decision()

    def _get_outcome(self):
        """What is rejected fails; what needed a concession was conceded."""
        if self.uom_id.compare(self.rejected, 0) > 0:
            return "failed"
        return "conceded" if self.uom_id.compare(self.conceded, 0) > 0 else "passed"

    def _tell_decision(self):
        names = dict(self.env["guard.inspection.tranche"]._fields["verdict"]._description_selection(self.env))
        return "; ".join(
            f"{names[verdict]}: {self[verdict]:g} {self.uom_id.name}"
            for verdict, _name in VERDICTS
            if self.uom_id.compare(self[verdict], 0) > 0
        )

    def _learn(self):
        """Lots that have been decided change how severely the next ones are inspected; for the room of sampling."""

    def _seize(self):
        """What was rejected in stock goes into quarantine, even from under a reservation."""
        values = [vals for inspection in self if not inspection.move_id for vals in inspection._prepare_seizures()]
        if values:
            moves = self.env["stock.move"].create(values)
            moves._action_confirm(merge=False)
            moves.picked = True
            moves._action_done()

    def _prepare_seizures(self):
        """Values of the moves that take the rejected quantity out of stock, the oldest first."""
        left, values = self.rejected, []
        if self.occasion != "periodic" or self.uom_id.compare(left, 0) <= 0:
            return values
        quants = self.env["stock.quant"].search(
            self.point_id._get_periodic_domain()
            & Domain("product_id", "=", self.product_id.id)
            & Domain("lot_id", "=", self.lot_id.id)
            & Domain("quantity", ">", 0),
            order="in_date, id",
        )
        for quant in quants:
            quantity = min(left, quant.quantity)
            left -= quantity
            if self.uom_id.compare(quantity, 0) > 0:
                values.append(self._prepare_seizure(quant, quantity))
        return values

    def _prepare_seizure(self, quant, quantity):
        place = quant.location_id.warehouse_id._guard_get_quarantine()
        goods = {
            "product_id": quant.product_id.id,
            "location_id": quant.location_id.id,
            "location_dest_id": place.id,
            "company_id": quant.company_id.id,
        }
        line = {
            **goods,
            "product_uom_id": self.uom_id.id,
            "quantity": quantity,
            "lot_id": quant.lot_id.id,
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
        }
        return {
            **goods,
            "product_uom": self.uom_id.id,
            "product_uom_qty": quantity,
            "origin": self.name,
            "move_line_ids": [Command.create(line)],
        }
