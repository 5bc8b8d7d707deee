from markupsafe import Markup
from odoo import api, fields, models

from ...tools import operating_characteristic, switching
from ...tools.oc_chart import draw

GRADES = [("A", "A: critical"), ("B", "B: major"), ("C", "C: minor")]


class GuardSamplingPlan(models.Model):
    """The plan by which one class of characteristics of one lot is judged (ISO 2859-1; clause 2.2.3)."""

    _name = "guard.sampling.plan"
    _description = "Sampling Plan"
    _inherit = ["guard.sealed.mixin"]
    _order = "inspection_id desc, grade"

    inspection_id = fields.Many2one("guard.inspection", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="inspection_id.company_id", store=True, index=True)
    grade = fields.Selection(GRADES, "Class", required=True)
    severity = fields.Selection(
        [("normal", "Normal"), ("tightened", "Tightened"), ("reduced", "Reduced")],
        help="Empty: not by a sampling plan of the standard.",
    )
    level = fields.Char()
    aql = fields.Char("AQL")
    lot_size = fields.Integer("Lot Size", aggregator=None)
    letter = fields.Char(help="The code letter that lot size and level ask for.")
    used = fields.Char("Letter Used", help="Another one where an arrow of the table was followed.")
    size = fields.Integer("Sample Size", aggregator=None)
    acceptance = fields.Integer("Ac", aggregator=None, help="With so many nonconforming at most the lot is accepted.")
    rejection = fields.Integer("Re", aggregator=None, help="With so many nonconforming or more it is not.")
    tighter = fields.Integer("Ac One Step Tighter", aggregator=None)
    has_tighter = fields.Boolean()

    # what came out
    is_judged = fields.Boolean("Judged")
    nonconforming = fields.Integer("Nonconforming", aggregator=None)
    is_accepted = fields.Boolean("Acceptable")

    # in the history of its product, supplier and class; empty where it does not count
    state_id = fields.Many2one(
        "guard.sampling.state", "Sampling State", readonly=True, index="btree_not_null", ondelete="set null"
    )
    turn = fields.Integer(readonly=True, aggregator=None, help="Its place among the lots and notices of the state.")
    is_overtaken = fields.Boolean(
        "Begun before a Switch", readonly=True, help="Severity switched between its start and its decision: it doesn't count."
    )

    # in words
    letters = fields.Char(
        "Letters", compute="_compute_words", help="Of the lot, and of the plan where an arrow was followed."
    )
    found = fields.Char(compute="_compute_words")
    verdict = fields.Selection(
        [("open", "Open"), ("accepted", "Acceptable"), ("refused", "Not Acceptable")], compute="_compute_words"
    )
    consumer_risk = fields.Char(
        "Still Accepted Once in Ten Times", compute="_compute_risks", help="Consumer's risk quality at 10 %."
    )
    producer_risk = fields.Char("As Good as the AQL, Yet Refused", compute="_compute_risks", help="Producer's risk.")

    @api.depends("letter", "used", "is_judged", "nonconforming", "is_accepted")
    def _compute_words(self):
        for plan in self:
            plan.letters = plan.letter if plan.letter == plan.used else f"{plan.letter} → {plan.used}"
            plan.found = str(plan.nonconforming) if plan.is_judged else ""
            plan.verdict = "open" if not plan.is_judged else "accepted" if plan.is_accepted else "refused"

    @api.depends("size", "lot_size", "acceptance", "aql")
    @api.depends_context("lang")
    def _compute_risks(self):
        for plan in self:
            plan.consumer_risk, plan.producer_risk = plan._tell_risks()

    def _counts_nonconformities(self):
        """Whether nonconformities are counted and not units: only so can an AQL be above 10 (ISO 2859-1, 5)."""
        return bool(self.aql) and float(self.aql) > 10

    def _judge(self):
        """Count what does not conform in the samples, and compare with Ac."""
        by_units, by_readings = {}, {}
        for inspection, grade, units, readings in self.env["guard.inspection.reading"]._read_group(
            [("inspection_id", "in", self.inspection_id.ids), ("state", "=", "not_met")],
            ["inspection_id", "grade"],
            ["unit_id:count_distinct", "__count"],
        ):
            by_units[inspection, grade], by_readings[inspection, grade] = units, readings
        def judge(plan):
            counted = by_readings if plan._counts_nonconformities() else by_units
            found = counted.get((plan.inspection_id, plan.grade), 0)
            return found, found <= plan.acceptance

        with self._unsealed():
            for (found, is_accepted), plans in self.grouped(judge).items():
                plans.write({"is_judged": True, "nonconforming": found, "is_accepted": is_accepted})

    def _tell(self):
        """What the plan came to, in words."""
        values = {
            "grade": dict(self._fields["grade"]._description_selection(self.env))[self.grade],
            "size": self.size,
            "found": self.nonconforming,
            "acceptance": self.acceptance,
        }
        if self.is_accepted:
            return self.env._(
                "%(grade)s: %(found)s found on %(size)s units, %(acceptance)s allowed: acceptable.", **values
            )
        return self.env._(
            "%(grade)s: %(found)s found on %(size)s units, %(acceptance)s allowed: not acceptable.", **values
        )

    # Severity of the next lot

    def _get_sampling_key(self):
        """What its history is about: company, product, supplier and class."""
        return (*self.inspection_id._get_sampling_key(), self.grade)

    def _as_event(self):
        """As ``tools/switching.py`` takes it; what was conceded or sorted after the sample was refused, was refused."""
        return switching.Lot(
            self,
            self.is_accepted,
            self.acceptance,
            self.nonconforming <= self.tighter if self.has_tighter else None,
            # away from a severity and back to it is two switches, which the name of it does not tell
            severity="overtaken" if self.is_overtaken else self.severity,
        )

    def _take_turn(self, state, turn):
        """Stand in the history of a state from now on."""
        begun, switched = self.inspection_id.started_on, state.switched_on
        self.write(
            {"state_id": state.id, "turn": turn, "is_overtaken": bool(begun and switched and begun < switched)}
        )

    def _get_moment(self):
        return self.inspection_id.decided_on

    # What the plan lets through

    def _get_curve(self):
        """Its operating characteristic; None where every unit is inspected, and nothing is left to chance."""
        if not self.size or self.size >= self.lot_size:
            return None
        return operating_characteristic.Curve(self.size, self.acceptance, None, self._counts_nonconformities())

    def _tell_risks(self):
        """Consumer's risk quality and producer's risk, in words."""
        curve = self._get_curve()
        if curve is None:
            return self.env._("nothing is left to chance"), "–"
        producer = f"{curve.producer_risk(float(self.aql)):.1%}" if self.aql else "–"
        return self._tell_quality(curve.consumer_risk_quality()), producer

    def _tell_quality(self, quality):
        if quality is None:
            return self.env._("any quality")
        if self._counts_nonconformities():
            return self.env._("%(quality)s nonconformities per 100 units", quality=f"{quality:.3g}")
        return self.env._("%(quality)s %% nonconforming", quality=f"{quality:.3g}")

    def _draw_curve(self):
        """The curve as a picture with its numbers in words, for one page; nothing for no plan."""
        if not self:
            return False
        title = self.env._(
            "Class %(grade)s: %(size)s inspected of %(lot)s, accepted with %(acceptance)s nonconforming at most",
            grade=self.grade,
            size=self.size,
            lot=self.lot_size,
            acceptance=self.acceptance,
        )
        curve = self._get_curve()
        if curve is None:
            text = self.env._("Every unit is inspected: nothing is left to chance.")
            return Markup("<figure><figcaption class='fw-bold'>%s</figcaption><p class='text-muted'>%s</p></figure>") % (title, text)
        picture = draw(
            curve,
            title,
            across=self.env._("Nonconformities per 100 units")
            if self._counts_nonconformities()
            else self.env._("Nonconforming in %"),
            upward=self.env._("Chance of acceptance"),
            marks=self._get_marks(curve),
        )
        consumer, producer = self._tell_risks()
        text = self.env._(
            "Still accepted once in ten times (consumer's risk quality): %(consumer)s. As good as the AQL, yet refused "
            "(producer's risk): %(producer)s.",
            consumer=consumer,
            producer=producer,
        )
        return Markup("<figure><figcaption class='fw-bold'>%s</figcaption>%s<p class='text-muted small'>%s</p></figure>") % (
            title,
            Markup(picture),
            text,
        )

    def _get_marks(self, curve):
        """The two points that the standard tells of a plan."""
        marks = []
        if self.aql:
            aql = float(self.aql)
            share = f"{curve.accept(aql):.1%}"
            marks.append((aql, self.env._("AQL %(aql)s: accepted %(share)s", aql=self.aql, share=share)))
        quality = curve.consumer_risk_quality()
        if quality is not None:
            figure = f"{quality:.3g}" if self._counts_nonconformities() else f"{quality:.3g}%"
            marks.append((quality, self.env._("%(quality)s: accepted 10%%", quality=figure)))
        return marks
