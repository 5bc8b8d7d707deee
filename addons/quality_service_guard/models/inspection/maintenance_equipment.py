from odoo import fields, models


class MaintenanceEquipment(models.Model):
    """Equipment that measures, and until when it may be believed (clause 2.2.3)."""

    _inherit = "maintenance.equipment"

    guard_calibrated_until = fields.Date(
        "Calibrated Until", help="The last day on which what this gauge measures may be relied on.", tracking=True
    )
