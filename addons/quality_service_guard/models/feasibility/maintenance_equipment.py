from odoo import fields, models


class MaintenanceEquipment(models.Model):
    """Where a piece of equipment stands; key equipment stops its work centre (clauses 2.1.2 and 2.3.2)."""

    _inherit = "maintenance.equipment"

    guard_workcenter_id = fields.Many2one("mrp.workcenter", "Work Center", index="btree_not_null", check_company=True)
    guard_is_key = fields.Boolean(
        "Key Equipment", help="The work center cannot work while this equipment is broken down or being maintained."
    )
