from odoo import api, fields, models

from .guard_inspection_characteristic import DIGITS
from .guard_sampling_plan import GRADES


class GuardInspectionReading(models.Model):
    """What was found of one characteristic on one unit (clause 2.2.3): empty, met, not met or void. Empty is not nought."""

    _name = "guard.inspection.reading"
    _description = "Inspection Reading"
    _inherit = ["guard.sealed.mixin"]
    _order = "inspection_id, id"

    inspection_id = fields.Many2one("guard.inspection", required=True, index=True, ondelete="cascade")
    unit_id = fields.Many2one("guard.inspection.unit", "Unit", required=True, index=True, ondelete="cascade")
    characteristic_id = fields.Many2one(
        "guard.inspection.characteristic", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="inspection_id.company_id")
    kind = fields.Selection(related="characteristic_id.kind")
    grade = fields.Selection(GRADES, "Class", compute="_compute_grade", store=True, precompute=True)

    # what was found
    state = fields.Selection(
        [("empty", "Missing"), ("met", "Met"), ("not_met", "Not Met"), ("void", "Void")],
        compute="_compute_state",
        store=True,
        precompute=True,
    )
    has_value = fields.Boolean("Measured")
    value = fields.Float(digits=DIGITS, aggregator="avg")
    answer = fields.Selection([("met", "Met"), ("not_met", "Not Met")])
    void_reason = fields.Char("Why Void")
    note = fields.Char()
    picture = fields.Image(max_width=1600, max_height=1600, attachment=True)

    # by what and by whom
    gauge_id = fields.Many2one("maintenance.equipment", "Gauge", ondelete="restrict", index="btree_not_null")
    is_gauge_overdue = fields.Boolean("Gauge Was Overdue", help="Its calibration had run out when it was read.")
    entered_by_id = fields.Many2one("res.users", "Entered By")
    entered_on = fields.Datetime()

    _once = models.UniqueIndex(
        "(unit_id, characteristic_id) WHERE void_reason IS NULL", "This is read once on each unit."
    )

    @api.depends("characteristic_id")
    def _compute_grade(self):
        for reading in self:
            reading.grade = reading.characteristic_id.grade

    @api.depends("has_value", "value", "answer", "void_reason")
    def _compute_state(self):
        for reading in self:
            reading.state = reading._judge()

    def _judge(self):
        """What the reading says; the specification is sealed, so its limits stay."""
        if self.void_reason:
            return "void"
        if self.kind == "attribute":
            return self.answer or "empty"
        if not self.has_value:
            return "empty"
        lower, upper, _target = self.characteristic_id._get_limits()
        is_met = (lower is None or self.value >= lower) and (upper is None or self.value <= upper)
        return "met" if is_met else "not_met"

    def _tell_not_met(self):
        """What was found, in words: unit, characteristic and value."""
        values = {"unit": self.unit_id.number, "characteristic": self.characteristic_id.display_name}
        if self.kind == "measured":
            return self.env._(
                "Unit %(unit)s, %(characteristic)s: %(value)s", value=f"{self.value:g}", **values
            )
        return self.env._("Unit %(unit)s, %(characteristic)s: not met", **values)
