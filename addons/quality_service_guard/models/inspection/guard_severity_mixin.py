from odoo import api, fields, models

from .guard_sampling_state import SEVERITIES

RANKS = ["reduced", "normal", "tightened", "discontinued"]  # the worst last


class GuardSeverityMixin(models.AbstractModel):
    """A product or supplier that shows how severely it is inspected.

    An heir says in ``_guard_severity_path`` by which field of a sampling state it is found.
    """

    _name = "guard.severity.mixin"
    _description = "Shows Inspection Severity"

    _guard_severity_path = None

    guard_severity = fields.Selection(SEVERITIES, "Inspection Severity", compute="_compute_guard_severity")

    @api.depends_context("uid", "su", "allowed_company_ids")
    def _compute_guard_severity(self):
        """The worst of its classes; empty where nothing was sampled, or for who may not know."""
        worst = {}
        for state in self._guard_search_states():
            record = state.mapped(self._guard_severity_path)
            if record not in worst or RANKS.index(state.severity) > RANKS.index(worst[record]):
                worst[record] = state.severity
        for record in self:
            record.guard_severity = worst.get(record._guard_severity_record(), False)

    def action_guard_open_sampling_states(self):
        """How severely it is inspected, class by class."""
        self.check_access("read")
        self.env["guard.sampling.state"].check_access("read")
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_sampling_state_action"),
            "domain": self._guard_severity_domain(),
            "context": {},
        }

    def _guard_search_states(self):
        states = self.env["guard.sampling.state"]
        if not self.env["stock.move"]._guard_inspects() or not states.has_access("read"):
            return states
        return states.search([("company_id", "in", self.env.companies.ids), *self._guard_severity_domain()])

    def _guard_severity_domain(self):
        # what is only being typed has no states; without an id it would find those without a supplier
        records = self.browse().union(*(record._guard_severity_record() for record in self))
        return [(self._guard_severity_path, "in", records.ids)]

    # For heirs

    def _guard_severity_record(self):
        """The record that sampling states know in place of this one."""
        return self._origin
