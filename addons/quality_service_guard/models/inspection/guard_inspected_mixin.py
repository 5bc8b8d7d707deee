from odoo import fields, models
from odoo.fields import Domain


class GuardInspectedMixin(models.AbstractModel):
    """Something whose inspections are a press away: product, lot, document, partner (clause 2.3.3: traceable)."""

    _name = "guard.inspected.mixin"
    _description = "Inspected"

    # the way from an inspection to a record of the heir
    _guard_inspected_path = None

    guard_inspection_count = fields.Integer("Inspection Count", compute="_compute_guard_inspection_count")

    def _compute_guard_inspection_count(self):
        counts = self._guard_count_inspections()
        for record in self:
            record.guard_inspection_count = counts.get(record._origin.id, 0)

    def action_guard_inspections(self):
        """Show the inspections, those that are not due left out until asked for."""
        self.check_access("read")
        self.env["guard.inspection"].check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_inspection_action"),
            "domain": list(self._guard_inspection_domain()),
            "context": {},
        }

    # For heirs

    def _guard_count_inspections(self):
        """``{id: how many that were or are asked for}``; nothing where the reader may not read inspections."""
        inspections = self.env["guard.inspection"]
        if not inspections.has_access("read"):
            return {}
        domain = self._guard_inspection_domain() & Domain("state", "!=", "skipped")
        groups = inspections._read_group(domain, [self._guard_inspected_path], ["__count"])
        return {record.id: count for record, count in groups}

    def _guard_inspection_domain(self):
        return Domain(self._guard_inspected_path, "in", self._origin.ids)
