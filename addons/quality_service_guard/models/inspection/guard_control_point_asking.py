import secrets
from collections import defaultdict

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools import sampling

CHANCES = 10000


class GuardControlPoint(models.Model):
    """Which goods a control point asks about, when it is their turn, and how much of them it wants to see."""

    _inherit = "guard.control.point"

    @api.model
    def _asking(self, lots):
        """The points that ask about goods, with the specification that applies.

        :param lots: of any companies and documents
        :return: ``[(point, lot, specification)]``
        """
        asked = []
        by_company = defaultdict(list)
        for lot in lots:
            by_company[lot.source.company_id].append(lot)
        for company, some in by_company.items():
            points = self.search(self._asking_domain(company, some))
            if not points:
                continue
            specs = self.env["guard.inspection.spec"]._applying(company, [(lot.product, lot.operation) for lot in some])
            by_template = points._by_template(some)
            for lot in some:
                document = lot.source.picking_id if "picking_id" in lot.source else lot.source.production_id
                document = document or lot.source.production_id
                asked += [
                    (point, lot, point.spec_id or specs[lot.product, lot.operation])
                    for point in by_template[lot.product.product_tmpl_id.id]
                    if point._asks_about(lot, document)
                ]
        return asked

    def _by_template(self, lots):
        """Those of these points that could ask about each product, in their order: most are about one of them only.

        :return: ``{id of a product template: points}``
        """
        found = {lot.product.product_tmpl_id.id: [] for lot in lots}
        for point in self:
            for template_id in point.product_tmpl_id.ids or found:
                found[template_id].append(point)
        return found

    @api.model
    def _asking_domain(self, company, lots):
        templates = {lot.product.product_tmpl_id.id for lot in lots}
        return (
            Domain("company_id", "=", company.id)
            & Domain("occasion", "in", list({lot.occasion for lot in lots}))
            & Domain("product_tmpl_id", "in", [False, *templates])
        )

    @api.model
    def _draw_due(self, asked):
        """Whether it is the turn of these goods, and why.

        :param asked: ``[(point, lot)]``
        :return: ``{(point, source): (is due, reason)}``
        """
        last = self._read_last([pair for pair in asked if pair[0].frequency == "period"])
        return {(point, lot.source): point._take_turn(lot, last) for point, lot in asked}

    def _take_turn(self, lot, last):
        if self.frequency == "nth":
            self.taken += 1  # a column of the point: who counts at the same time waits, and counts on
            place = (self.taken - 1) % self.nth
            return place == 0, self.env._("number %(place)s of %(number)s", place=place + 1, number=self.nth)
        if self.frequency == "random":
            drawn, limit = secrets.randbelow(CHANCES), round(self.share * CHANCES / 100)
            return drawn < limit, self.env._(
                "drawn %(drawn)s of %(chances)s; due below %(limit)s", drawn=drawn, chances=CHANCES, limit=limit
            )
        if self.frequency == "period":
            before = last.get((self, lot.product))
            if before and before > self._get_period_begin():
                return False, self.env._(
                    "inspected in this period already, on %(day)s", day=fields.Date.to_string(before)
                )
            last[self, lot.product] = fields.Datetime.now()
        return True, self.sentence

    def _get_period_begin(self):
        """What was inspected after this was inspected in this period."""
        unit = {"day": "days", "week": "weeks", "month": "months"}[self.period_unit]
        return fields.Datetime.now() - relativedelta(**{unit: self.period_number})

    @api.model
    def _read_last(self, asked):
        """When each point has last asked for an inspection of a product."""
        points = self.browse({point.id for point, _lot in asked})
        if not points:
            return {}
        return {
            (point, product): created
            for point, product, created in self.env["guard.inspection"]
            .sudo()
            ._read_group(
                [("point_id", "in", points.ids), ("state", "not in", ("skipped", "cancelled"))],
                ["point_id", "product_id"],
                ["create_date:max"],
            )
        }

    def _prepare_plans(self, inspection, severities):
        """Values of the sampling plans of an inspection, one for each class that is sampled.

        :param dict severities: ``{class: severity}``
        :raises UserError: where inspection has been discontinued, or the tables have no answer
        """
        lot_size = inspection._lot_size()
        if self.frequency != "aql":
            size = min(self.sample_size or lot_size, lot_size)
            grades = sorted(set(inspection.spec_id.characteristic_ids.mapped("grade")))
            return [self._prepare_whole(grade, lot_size, size) for grade in grades]
        return [
            self._prepare_plan(inspection, grade, aql, lot_size, severities.get(grade) or "normal")
            for grade, aql in self._get_aqls().items()
        ]

    @api.model
    def _prepare_whole(self, grade, lot_size, size):
        """Every unit that is looked at has to be good."""
        return {"grade": grade, "lot_size": lot_size, "size": size, "acceptance": 0, "rejection": 1}

    def _prepare_plan(self, inspection, grade, aql, lot_size, severity):
        if severity == "discontinued":
            raise UserError(self._tell_discontinued(inspection, grade))
        if lot_size < sampling.SMALLEST_LOT:
            plan = self._prepare_whole(grade, lot_size, lot_size)
            return {**plan, "severity": severity, "level": self.level, "aql": aql}
        try:
            plan = sampling.plan(lot_size, self.level, aql, severity, unchecked=severity == "reduced")
        except sampling.SamplingError as error:
            raise UserError(self._explain(error)) from error
        return {
            "grade": grade,
            "severity": severity,
            "level": self.level,
            "aql": aql,
            "lot_size": lot_size,
            "letter": plan.letter,
            "used": plan.used,
            "size": plan.size,
            "acceptance": plan.acceptance,
            "rejection": plan.rejection,
            "tighter": plan.tighter or 0,
            "has_tighter": plan.tighter is not None,
        }

    def _tell_discontinued(self, inspection, grade):
        return self.env._(
            "%(inspection)s: sampling of %(product)s from %(partner)s, class %(grade)s, has been discontinued. Quality resumes it "
            "once what was wrong has been put right and that has been verified.",
            inspection=inspection.name,
            product=inspection.product_id.display_name,
            partner=inspection.partner_id.display_name or "–",
            grade=grade,
        )
