import math

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr

DIGITS = (16, 6)


class GuardInspectionCharacteristic(models.Model):
    """One thing that is looked at or measured, and when it is good (clause 2.2.3).

    Nought is a limit like any other, so whether there is a limit is kept beside it.
    """

    _name = "guard.inspection.characteristic"
    _description = "Inspection Characteristic"
    _order = "sequence, id"
    _check_company_auto = True

    # identity
    name = fields.Char("Characteristic", required=True)
    sequence = fields.Integer(default=10)
    spec_id = fields.Many2one(
        "guard.inspection.spec", "Inspection Specification", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="spec_id.company_id")

    # what is asked
    kind = fields.Selection([("attribute", "Attribute"), ("measured", "Measured")], required=True, default="attribute")
    grade = fields.Selection(
        [("A", "A: critical"), ("B", "B: major"), ("C", "C: minor")],
        "Class",
        required=True,
        default="B",
        help="How bad it is when it is not met. Each class is judged by its own AQL.",
    )
    has_lower_limit = fields.Boolean("Has Lower Limit")
    lower_limit = fields.Float(digits=DIGITS, aggregator=None)
    has_upper_limit = fields.Boolean("Has Upper Limit")
    upper_limit = fields.Float(digits=DIGITS, aggregator=None)
    has_target = fields.Boolean("Has Target")
    target = fields.Float(digits=DIGITS, aggregator=None)
    uom_id = fields.Many2one("uom.uom", "Unit", ondelete="restrict", index="btree_not_null")
    requirement = fields.Char(compute="_compute_requirement")

    # how
    method = fields.Char(help="How it is tested, or the standard that says how.")
    gauge_id = fields.Many2one(
        "maintenance.equipment", "Gauge", check_company=True, ondelete="restrict", index="btree_not_null"
    )
    gauge_calibrated_until = fields.Date("Calibrated Until", related="gauge_id.guard_calibrated_until")
    is_gauge_overdue = fields.Boolean("Calibration Has Run Out", compute="_compute_is_gauge_overdue", compute_sudo=True)

    @api.depends(
        "kind", "has_lower_limit", "lower_limit", "has_upper_limit", "upper_limit", "has_target", "target", "uom_id"
    )
    @api.depends_context("lang")
    def _compute_requirement(self):
        for line in self:
            line.requirement = line._describe()

    @api.depends("gauge_id.guard_calibrated_until")
    def _compute_is_gauge_overdue(self):
        for line in self:
            until = line.gauge_id.guard_calibrated_until
            line.is_gauge_overdue = bool(until) and until < fields.Date.context_today(self)

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind == "attribute":
            self.has_lower_limit = self.has_upper_limit = self.has_target = self.uom_id = False

    @api.constrains("kind", "has_lower_limit", "lower_limit", "has_upper_limit", "upper_limit", "has_target", "target")
    def _check_limits(self):
        for line in self:
            complaint = line._complain()
            if complaint:
                raise ValidationError(self.env._("%(name)s: %(complaint)s", name=line.name, complaint=complaint))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create([self._note_what_is_given(vals) for vals in vals_list])
        lines.spec_id._check_draft()
        return lines

    def write(self, vals):
        self.spec_id._check_draft()
        result = super().write(self._note_what_is_given(vals))
        self.spec_id._check_draft()  # nor is a line moved into one in force
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_draft(self):
        self.spec_id._check_draft()

    @api.model
    def _note_what_is_given(self, vals):
        """An imported file has a column for the limit only: an empty cell is no limit, and nought is one."""
        noted = dict(vals)
        for name in ("lower_limit", "upper_limit", "target"):
            if name in vals and f"has_{name}" not in vals:
                noted[f"has_{name}"] = vals[name] not in (None, "") and vals[name] is not False
        return noted

    def _get_limits(self):
        """Lower limit, upper limit and target; None where there is none."""
        return tuple(self[name] if self[f"has_{name}"] else None for name in ("lower_limit", "upper_limit", "target"))

    def _complain(self):
        """What is wrong with the limits, in words."""
        lower, upper, target = given = self._get_limits()
        if self.kind == "attribute":
            return given != (None, None, None) and self.env._(
                "an attribute is met or not; it has no limits and no target."
            )
        if lower is None and upper is None:
            return self.env._("what is measured needs a lower or an upper limit.")
        if not all(math.isfinite(value) for value in given if value is not None):
            return self.env._("limits and target are numbers.")
        if lower is not None and upper is not None and lower >= upper:
            return self.env._(
                "the lower limit %(lower)s must be below the upper limit %(upper)s.",
                lower=_tell(lower),
                upper=_tell(upper),
            )
        if target is not None and ((lower is not None and target < lower) or (upper is not None and target > upper)):
            return self.env._("the target %(target)s is not within the limits.", target=_tell(target))
        return False

    def _describe(self):
        """What is asked, in words."""
        lower, upper, target = (value if value is None else _tell(value) for value in self._get_limits())
        if self.kind == "attribute":
            return self.env._("met or not")
        if lower is not None and upper is not None:
            told = self.env._("%(lower)s to %(upper)s", lower=lower, upper=upper)
        elif lower is not None:
            told = self.env._("at least %(lower)s", lower=lower)
        elif upper is not None:
            told = self.env._("at most %(upper)s", upper=upper)
        else:
            return ""
        if self.uom_id:
            told = f"{told} {self.uom_id.name}"
        if target is not None:
            told = self.env._("%(limits)s, target %(target)s", limits=told, target=target)
        return told


def _tell(number):
    """A limit as it was typed, without the noughts that a database adds."""
    text = float_repr(number, DIGITS[1]).rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
