from odoo import fields, models


class GuardToyLine(models.Model):
    """What was tried on a toy."""

    _name = "guard.toy.line"
    _description = "Toy Trial"

    toy_id = fields.Many2one("guard.toy", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True)
    is_passed = fields.Boolean()
