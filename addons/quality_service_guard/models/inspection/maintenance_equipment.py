from odoo import api, fields, models


class MaintenanceEquipment(models.Model):
    """Equipment that measures, and until when it may be believed (clause 2.2.3)."""

    _inherit = "maintenance.equipment"

    guard_calibrated_until = fields.Date(
        "Calibrated Until", help="The last day on which what this gauge measures may be relied on.", tracking=True
    )
    guard_reading_ids = fields.One2many("guard.inspection.reading", "gauge_id", "Readings")
    guard_reading_count = fields.Integer(compute="_compute_guard_reading_count", compute_sudo=True)

    @api.depends("guard_reading_ids.state")
    def _compute_guard_reading_count(self):
        counts = dict(
            self.env["guard.inspection.reading"]._read_group(
                [
                    ("gauge_id", "in", self.ids),
                    ("state", "!=", "empty"),
                    ("inspection_id.company_id", "in", self.env.companies.ids),
                ],
                ["gauge_id"],
                ["__count"],
            )
        )
        for equipment in self:
            equipment.guard_reading_count = counts.get(equipment._origin, 0)

    def action_guard_found_bad(self):
        """Ask since when the gauge is doubtful."""
        self.ensure_one()
        wizard = self.env["guard.gauge.bad"]
        wizard._check_may_find_bad()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Found Bad"),
            "res_model": wizard._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_equipment_id": self.id},
        }
