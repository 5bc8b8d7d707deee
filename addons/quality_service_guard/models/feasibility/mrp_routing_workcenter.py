from odoo import fields, models


class MrpRoutingWorkcenter(models.Model):
    _inherit = "mrp.routing.workcenter"

    guard_skill_ids = fields.Many2many(
        "hr.skill",
        "guard_operation_skill_rel",
        "operation_id",
        "skill_id",
        "Required Skills",
        help="An operator needs all of them, certified and not expired (clauses 2.1.2 and 2.3.4).",
    )
