from odoo import fields, models


class GuardInspection(models.Model):
    """What of a lot can be conceded, and from which parts of its decision it is taken (clause 2.2.3)."""

    _inherit = "guard.inspection"

    concession_ids = fields.One2many("guard.concession", "inspection_id", "Concessions")
    concession_count = fields.Integer(compute="_compute_concession_count")

    def _compute_concession_count(self):
        counts = dict(
            self.env["guard.concession"]._read_group(
                [("inspection_id", "in", self.ids)], ["inspection_id"], ["__count"]
            )
        )
        for inspection in self:
            inspection.concession_count = counts.get(inspection._origin, 0)

    def action_ask_concession(self):
        """Begin a concession about what is not accepted."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a Concession"),
            "res_model": "guard.concession",
            "view_mode": "form",
            "context": {
                "default_inspection_id": self.id,
                "default_quantity": self.sudo()._get_concedable(),
                "default_lot_ids": len(self.lot_ids) == 1 and self.lot_ids.ids,
            },
        }

    def action_open_concessions(self):
        """The concessions about these goods."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_concession_action"),
            "domain": [("inspection_id", "in", self.ids)],
            "context": {"default_inspection_id": self.id},
        }

    def _count_released(self):
        """How much goes on: accepted, or conceded as long as the concession holds."""
        return sum(self.tranche_ids.filtered_domain(self.tranche_ids._get_released_domain()).mapped("quantity"))

    # What can be conceded

    def _complain_about_concession(self, concession):
        """Why so many cannot be conceded, in words; False if they can."""
        if self.state not in ("in_progress", "passed", "failed", "conceded"):
            return self.env._(
                "%(inspection)s has not been started. What was not looked at is not conceded; "
                "start it and enter its readings.",
                inspection=self.name,
            )
        lots, unit = concession.lot_ids, self.uom_id.name
        if complaint := self._complain_about_unread(concession) or self._complain_about_conceded_lots(lots):
            return complaint
        there = self._get_concedable(lots, concession.disposition_id)
        if self.uom_id.compare(concession.quantity, there) > 0:
            return self.env._(
                "only %(there)s %(unit)s are rejected, to be sorted or undecided, and not disposed of otherwise.",
                there=f"{there:g}",
                unit=unit,
            )
        if len(lots) > 1 and self.uom_id.compare(concession.quantity, there) < 0:
            return self.env._(
                "of several lots all is conceded (%(there)s %(unit)s), or it is not known which. Name fewer lots, "
                "or ask for each lot by itself.",
                there=f"{there:g}",
                unit=unit,
            )
        return False

    def _complain_about_unread(self, concession):
        """What is undecided must have been read: a concession is about what was found."""
        if self.waiting and not self.tranche_ids and self._count_missing():
            return self.env._(
                "readings of %(inspection)s are missing. What was not looked at is not conceded; enter them.",
                inspection=self.name,
            )
        return False

    def _count_missing(self):
        return len(self.reading_ids.filtered(lambda reading: reading.state == "empty"))

    def _complain_about_conceded_lots(self, lots):
        if lots - self.lot_ids:
            return self.env._(
                "%(lots)s are not lots of %(inspection)s.",
                lots=", ".join((lots - self.lot_ids).mapped("name")),
                inspection=self.name,
            )
        if not lots and self.product_id.tracking != "none" and len(self.lot_ids) > 1:
            return self.env._("the goods have several lots or serial numbers: say which ones are meant.")
        return False

    def _get_concedable(self, lots=None, disposition=None):
        """How much is rejected, to be sorted or undecided, and free to be conceded."""
        return sum(sum(parts.values()) for parts in self._get_sources(lots, disposition).values())

    def _get_sources(self, lots, disposition):
        """From which parts a concession can be taken.

        :return: ``{lot: {"rejected", "to_sort", "waiting": quantity}}``; the empty lot stands for all together
        """
        none = self.env["stock.lot"]
        sources = {}
        for lot in lots or none:
            sources[lot] = self._get_source(lot, disposition)
        return sources or {none: self._get_source(none, disposition)}

    def _get_source(self, lot, disposition):
        waiting = dict(self._get_waiting_lots())
        return {
            "rejected": self._get_undisposed(lot, disposition),
            "to_sort": sum(self._get_parts("to_sort", lot).mapped("quantity")),
            "waiting": max(0.0, waiting.get(lot, 0.0) if lot and lot in waiting else self._get_waiting(lot, waiting)),
        }

    def _get_waiting(self, lot, waiting):
        """Of a lot that is the only one all that waits; of one of several, none if none is told."""
        return 0.0 if lot and len(self.lot_ids) > 1 else self.waiting

    def _get_parts(self, verdict, lot):
        """The parts with a verdict: of a lot those that are, or may be, of it."""
        return self.tranche_ids.filtered(
            lambda tranche: (
                tranche.verdict == verdict
                and not tranche.resubmission_id  # these stand in another inspection now
                and (not lot or not tranche.lot_id or tranche.lot_id == lot)
            )
        )

    def _take_for_concession(self, concession):
        """Take so much out of the parts that were decided against, then of what waits.

        :return: ``{lot: quantity}`` that is conceded
        """
        left, taken, sortings = concession.quantity, {}, self.tranche_ids.disposition_id
        for lot, parts in self._get_sources(concession.lot_ids, concession.disposition_id).items():
            for verdict, there in parts.items():
                less = min(left, there)
                if self.uom_id.compare(less, 0) <= 0:
                    continue
                left -= less
                taken_lots = {lot: less} if verdict == "waiting" else self._get_parts(verdict, lot)._lessen(less)
                for some, quantity in taken_lots.items():
                    some = some or lot
                    taken[some] = taken.get(some, 0.0) + quantity
        sortings._follow_sorting()
        return taken
