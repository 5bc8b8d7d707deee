from odoo import fields, models


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
    # counted up by every reservation: two that are made at once meet here, and the later one reckons again
    guard_reserved = fields.Integer(default=0, copy=False, export_string_translation=False)
