from odoo import api, fields, models

from .guard_feasibility import VERDICTS
from .outcome import MINIMUM


class GuardFeasibilityLine(models.Model):
    """What was reckoned for one order line: the earliest date, what binds it, and how it came about."""

    _name = "guard.feasibility.line"
    _description = "Feasibility of a Line"
    _inherit = ["guard.sealed.mixin"]
    _order = "feasibility_id desc, id"
    _rec_name = "product_id"

    feasibility_id = fields.Many2one("guard.feasibility", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="feasibility_id.company_id", store=True, index=True)
    order_id = fields.Many2one(related="feasibility_id.order_id", store=True, index=True)
    computed_on = fields.Datetime(related="feasibility_id.computed_on", store=True)
    order_line_id = fields.Many2one("sale.order.line", index="btree_not_null", ondelete="set null")
    product_id = fields.Many2one("product.product", ondelete="restrict")
    quantity = fields.Float(digits="Product Unit", help="Still needed, in the product's own unit.")
    product_uom_id = fields.Many2one(related="product_id.uom_id")

    verdict = fields.Selection(VERDICTS, required=True)
    date_promised = fields.Datetime("Promised Date")
    date_earliest = fields.Datetime("Earliest Date")
    date_first = fields.Datetime("Earliest Date Before Others")
    slack_hours = fields.Float(
        "Slack", aggregator="avg", help="Working hours between the earliest date and the promise; below zero it comes too late."
    )
    sentence = fields.Char("Can It Be Kept?", compute="_compute_sentence")
    reason = fields.Json()
    steps = fields.Json()

    # from the product's own lateness
    date_p50 = fields.Datetime("Half the Time By", help="Half of the product's last deliveries were no later than this would be.")
    date_p90 = fields.Datetime("Nine Times of Ten By", help="Nine of ten deliveries were no later than this would be.")
    basis_count = fields.Integer("Deliveries Seen")
    basis = fields.Char("As a Rule", compute="_compute_basis")

    @api.depends("verdict", "reason", "date_earliest", "slack_hours")
    @api.depends_context("lang", "tz")
    def _compute_sentence(self):
        for line in self:
            line.sentence = " ".join(filter(None, (line._tell_date(), line._tell_why(), line._tell_held())))

    @api.depends("date_p50", "date_p90", "basis_count")
    @api.depends_context("lang", "tz")
    def _compute_basis(self):
        for line in self:
            if line.date_p50:
                line.basis = self.env._(
                    "half the time by %(half)s, nine times of ten by %(most)s (%(count)s deliveries)",
                    half=line._day(line.date_p50),
                    most=line._day(line.date_p90),
                    count=line.basis_count,
                )
            else:
                line.basis = self.env._(
                    "no basis: %(count)s deliveries, %(minimum)s are needed", count=line.basis_count, minimum=MINIMUM
                )

    def _tell_date(self):
        """The date in words."""
        values = {"date": self._day(self.date_earliest), "hours": f"{abs(self.slack_hours):.1f}"}
        if self.verdict == "kept":
            return self.env._("Can be kept by %(date)s.", **values)
        if self.verdict == "displaces":
            return self.env._(
                "Not before %(date)s, %(hours)s working hours late; in time only before other orders.", **values
            )
        if self.verdict == "late":
            return self.env._("Not before %(date)s, %(hours)s working hours late.", **values)
        if self.verdict == "unknown":
            return self.env._("No date can be said.")
        return ""

    def _tell_why(self):
        """What binds, in words."""
        reason = self.reason or {}
        values = {
            "product": _name(reason.get("product")),
            "machine": _name(reason.get("machine")),
            "operation": _name(reason.get("operation")),
            "until": self._day(fields.Datetime.to_datetime(reason.get("until"))),
            "skills": ", ".join(reason.get("skills") or ()),
            "unit": reason.get("unit"),
            "other": reason.get("other"),
            "path": " → ".join(reason.get("path") or ()),
        }
        texts = {
            "machine": self.env._("%(machine)s is the bottleneck until %(until)s."),
            "equipment": self.env._("%(machine)s waits for its equipment until %(until)s."),
            "people": self.env._("Nobody qualified is free for %(operation)s at %(machine)s until %(until)s."),
            "material": self.env._("%(product)s is there on %(until)s."),
            "lead": self.env._("%(product)s takes its manufacturing lead time, until %(until)s."),
            "work": self.env._("Nothing stands in the way but the work itself."),
            "service": self.env._("Nothing to make, buy or take from stock."),
            "no_source": self.env._(
                "%(product)s: more is needed than there is, and no route says how to have it. Set a route on the product."
            ),
            "no_vendor": self.env._("%(product)s is bought and has no vendor. Add one with a lead time."),
            "no_bom": self.env._("%(product)s is manufactured and has no bill of materials. Engineering adds one."),
            "no_routing": self.env._(
                "%(product)s: its bill of materials has no operations and no manufacturing lead time. Engineering adds them."
            ),
            "no_unit": self.env._(
                "%(product)s: units of measure without a common reference (%(unit)s, %(other)s). Choose one that can be converted."
            )
            if reason.get("unit")
            else self.env._("%(product)s: its bill of materials uses units of measure without a common reference."),
            "cycle": self.env._("%(product)s: the bills of materials go round in a circle: %(path)s."),
            "no_calendar": self.env._("%(machine)s has no working time in the coming year. Give it a calendar."),
            "no_machine": self.env._("%(machine)s is blocked, or has no time left in the coming year."),
            "no_equipment": self.env._(
                "%(machine)s: its key equipment is broken down, and its repair has no end. Maintenance schedules it."
            ),
            "no_people": self.env._(
                "Nobody qualified for %(operation)s at %(machine)s (%(skills)s) is there in the coming year."
            ),
        }
        text = texts.get(reason.get("code"))
        return text % values if text else ""

    def _tell_held(self):
        """How much of what is missing lies in the warehouse and waits for inspection, in words."""
        reason = self.reason or {}
        if not reason.get("held"):
            return ""
        return self.env._(
            "%(quantity)s %(unit)s held by inspection.", quantity=f"{reason['held']:g}", unit=reason.get("held_unit")
        )

    def _day(self, value):
        return fields.Datetime.context_timestamp(self, value).strftime("%Y-%m-%d %H:%M") if value else "–"


def _name(pair):
    return pair[1] if pair else "–"
