from odoo import api, fields, models
from odoo.addons.quality_service_guard.tools.gates import gate


class GuardToyBox(models.Model):
    """The parent of toys: without chatter, guarded on a computed and on a true-or-false value."""

    _name = "guard.toy.box"
    _description = "Toy Box"
    _inherit = ["guard.gate.mixin"]

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    toy_ids = fields.One2many("guard.toy", "box_id")
    capacity = fields.Integer(default=3)
    has_label = fields.Boolean()
    is_sealed = fields.Boolean()
    fill = fields.Selection([("open", "Open"), ("full", "Full")], compute="_compute_fill", store=True)

    @api.depends("toy_ids", "capacity")
    def _compute_fill(self):
        for box in self:
            box.fill = "full" if len(box.toy_ids) >= box.capacity else "open"

    @gate("toy_box_full", on={"fill": "full"})
    def _obstacles_full(self):
        return {box: [f"{box.name} has no label."] for box in self if not box.has_label}

    @gate("toy_box_sealed", on={"is_sealed": True})
    def _obstacles_sealed(self):
        return {box: [f"{box.name} is sealed without a label."] for box in self if not box.has_label}
