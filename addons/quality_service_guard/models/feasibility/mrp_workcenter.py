from odoo import api, fields, models
from odoo.fields import Domain

# those who may read reserved time
READERS = "mrp.group_mrp_user,quality_service_guard.group_guard_user,sales_team.group_sale_salesman"


class MrpWorkcenter(models.Model):
    """Who works at a work centre, and with what: Community links neither (clause 2.1.2)."""

    _inherit = "mrp.workcenter"

    guard_operator_ids = fields.Many2many(
        "hr.employee",
        "guard_workcenter_operator_rel",
        "workcenter_id",
        "employee_id",
        "Operators",
        check_company=True,
        help="Who may work here. With nobody named, everybody who holds the skill of the operation; where the operation "
        "asks for none either, people are not reckoned with.",
    )
    guard_equipment_ids = fields.One2many("maintenance.equipment", "guard_workcenter_id", "Equipment")
    guard_reservation_ids = fields.One2many("guard.capacity.reservation", "workcenter_id", "Reserved Slots")
    guard_reservation_count = fields.Integer("Slots Reserved Now", compute="_compute_guard_reservations", groups=READERS)
    guard_reservation_hours = fields.Float("Hours Reserved Now", compute="_compute_guard_reservations", groups=READERS)
    # counted up by every reservation: two that are made at once meet here, and the later one reckons again
    guard_reserved = fields.Integer(default=0, copy=False, export_string_translation=False)

    @api.depends("guard_reservation_ids.state", "guard_reservation_ids.hours")
    @api.depends_context("uid")
    def _compute_guard_reservations(self):
        """What is reserved and not yet taken over, as far as who asks may read it."""
        found = {
            centre: totals
            for centre, *totals in self.env["guard.capacity.reservation"]._read_group(
                Domain("workcenter_id", "in", self.ids) & Domain("state", "=", "active"),
                ["workcenter_id"],
                ["__count", "hours:sum"],
            )
        }
        for centre in self:
            centre.guard_reservation_count, centre.guard_reservation_hours = found.get(centre._origin, (0, 0.0))
