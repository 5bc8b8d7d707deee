from odoo import fields, models

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
        with self._unsealed():
            for plan in self:
                counted = by_readings if plan._counts_nonconformities() else by_units
                found = counted.get((plan.inspection_id, plan.grade), 0)
                plan.write({"is_judged": True, "nonconforming": found, "is_accepted": found <= plan.acceptance})

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
