from odoo import api, fields, models
from odoo.tools import SQL

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
    grade = fields.Selection(GRADES, "Class", compute="_compute_grade", store=True)

    # what was found
    state = fields.Selection(
        [("empty", "Missing"), ("met", "Met"), ("not_met", "Not Met"), ("void", "Void")],
        compute="_compute_state",
        store=True,
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
        for characteristic, readings in self.grouped("characteristic_id").items():
            kind, limits = characteristic.kind, characteristic._get_limits()
            for reading in readings:
                reading.state = reading._judge(kind, *limits)

    def _judge(self, kind, lower, upper, _target):
        """What the reading says; the specification is sealed, so its limits stay."""
        if self.void_reason:
            return "void"
        if kind == "attribute":
            return self.answer or "empty"
        if not self.has_value:
            return "empty"
        is_met = (lower is None or self.value >= lower) and (upper is None or self.value <= upper)
        return "met" if is_met else "not_met"

    @api.model
    def _open(self, inspections):
        """Open an empty reading of each characteristic on each unit that its class samples; what is there already stays.

        All by one query: a large sample has thousands of readings, and there is nothing in them to be worked out.
        """
        for name in ("guard.inspection", "guard.inspection.characteristic", "guard.inspection.unit", "guard.sampling.plan"):
            self.env[name].flush_model()
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO guard_inspection_reading
                    (inspection_id, unit_id, characteristic_id, grade, gauge_id, state,
                     create_uid, write_uid, create_date, write_date)
                SELECT unit.inspection_id, unit.id, line.id, line.grade, line.gauge_id, 'empty',
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM guard_inspection inspection
                  JOIN guard_inspection_characteristic line ON line.spec_id = inspection.spec_id
                  JOIN guard_sampling_plan plan ON plan.inspection_id = inspection.id AND plan.grade = line.grade
                  JOIN guard_inspection_unit unit ON unit.inspection_id = inspection.id AND unit."rank" <= plan.size
                 WHERE inspection.id = ANY(%(ids)s)
                   AND NOT EXISTS (
                        SELECT FROM guard_inspection_reading known
                         WHERE known.unit_id = unit.id AND known.characteristic_id = line.id AND known.state <> 'void'
                       )
                 ORDER BY inspection.id, line.sequence, line.id, unit.number
                RETURNING id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=list(inspections.ids),
            )
        )
        self.env["guard.inspection"].invalidate_model(["reading_ids", "missing"], flush=False)
        self.env["guard.inspection.unit"].invalidate_model(["reading_ids"], flush=False)

    def _tell_not_met(self):
        """What was found, in words: unit, characteristic and value."""
        values = {"unit": self.unit_id.number, "characteristic": self.characteristic_id.display_name}
        if self.kind == "measured":
            return self.env._(
                "Unit %(unit)s, %(characteristic)s: %(value)s", value=f"{self.value:g}", **values
            )
        return self.env._("Unit %(unit)s, %(characteristic)s: not met", **values)
