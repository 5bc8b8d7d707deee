from odoo import fields, models
from odoo.addons.quality_service_guard.tools.gates import gate


class GuardToy(models.Model):
    """A document with two gates on one step and one whose gate nobody has made a record of."""

    _name = "guard.toy"
    _description = "Toy"
    _inherit = ["guard.gate.mixin", "mail.thread"]

    name = fields.Char(required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("released", "Released"), ("lost", "Lost")], default="draft", tracking=True
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    box_id = fields.Many2one("guard.toy.box", index=True)
    quantity = fields.Float(default=1.0)
    is_painted = fields.Boolean()
    line_ids = fields.One2many("guard.toy.line", "toy_id", copy=True)

    @gate("toy_painted", on={"state": "released"})
    def _obstacles_painted(self):
        return {toy: [f"{toy.name} is not painted."] for toy in self if not toy.is_painted}

    @gate("toy_tested", on={"state": "released"})
    def _obstacles_tested(self):
        obstacles = {}
        for toy in self:
            failed = toy.line_ids.filtered(lambda line: not line.is_passed)
            if failed or not toy.line_ids:
                obstacles[toy] = [f"{toy.name}: {line.name} has not passed." for line in failed] or [
                    f"{toy.name} was not tested."
                ]
        return obstacles

    @gate("toy_nobody_knows", on={"state": "lost"})
    def _obstacles_unknown(self):
        return {toy: ["This gate has no record and asks nothing."] for toy in self}

    def _guard_quantity(self, code):
        return self.quantity if code == "toy_painted" else super()._guard_quantity(code)
