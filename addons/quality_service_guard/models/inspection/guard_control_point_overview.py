from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .guard_inspection import DECIDED, OPEN

DAYS = 90


class GuardControlPoint(models.Model):
    """What waits at each control point and how its goods fared lately, for whoever leads quality (clause 2.3.3)."""

    _inherit = "guard.control.point"

    todo_count = fields.Integer("To Do", compute="_compute_inspection_counts")
    progress_count = fields.Integer("In Progress", compute="_compute_inspection_counts")
    late_count = fields.Integer("Late", compute="_compute_inspection_counts", help="Its goods are there already.")
    decided_count = fields.Integer("Decided", compute="_compute_inspection_counts", help="In the last 90 days.")
    failed_count = fields.Integer("Failed", compute="_compute_inspection_counts", help="In the last 90 days.")
    conceded_count = fields.Integer("Conceded", compute="_compute_inspection_counts", help="In the last 90 days.")
    passed_share = fields.Float(
        "Passed in %",
        compute="_compute_inspection_counts",
        aggregator=None,
        help="Lots of the last 90 days that were accepted whole. Without any decided lot there is no share.",
    )

    def _compute_inspection_counts(self):
        since = fields.Datetime.now() - timedelta(days=DAYS)
        open_, late = self._count_inspections(Domain.TRUE, OPEN), self._count_inspections(self._late_domain(), OPEN)
        decided = self._count_inspections(Domain("decided_on", ">=", since), DECIDED)
        for point in self:
            counts = {state: decided.get((point._origin.id, state), 0) for state in DECIDED}
            total = sum(counts.values())
            point.todo_count = open_.get((point._origin.id, "draft"), 0)
            point.progress_count = open_.get((point._origin.id, "in_progress"), 0)
            point.late_count = sum(late.get((point._origin.id, state), 0) for state in OPEN)
            point.decided_count, point.failed_count, point.conceded_count = total, counts["failed"], counts["conceded"]
            point.passed_share = 100 * counts["passed"] / total if total else 0.0

    @api.model
    def _late_domain(self):
        """Goods that are there, or should be."""
        return Domain("expected_on", "<", fields.Datetime.now())

    def _count_inspections(self, domain, states):
        """``{(point id, state): how many}``"""
        domain &= Domain("point_id", "in", self._origin.ids) & Domain("state", "in", states)
        groups = self.env["guard.inspection"]._read_group(domain, ["point_id", "state"], ["__count"])
        return {(point.id, state): count for point, state, count in groups}

    def action_open_inspections(self):
        """Show the inspections of this point; which of them the pressed number says in its context."""
        self.ensure_one()
        wanted = self.env.context.get("guard_show")
        domain = Domain("point_id", "=", self.id)
        if wanted == "late":
            domain &= Domain("state", "in", OPEN) & self._late_domain()
        elif wanted in (*OPEN, *DECIDED):
            domain &= Domain("state", "=", wanted)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_inspection_action"),
            "name": self.name,
            "domain": list(domain),
            "context": {},
            "view_mode": "list,kanban,form",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
        }
