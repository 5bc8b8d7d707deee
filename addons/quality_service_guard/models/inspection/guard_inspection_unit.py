from odoo import fields, models


class GuardInspectionUnit(models.Model):
    """One unit of the sample: drawn by the system, and another one in its place only for a reason (clause 2.2.3)."""

    _name = "guard.inspection.unit"
    _description = "Sample Unit"
    _inherit = ["guard.sealed.mixin"]
    _order = "inspection_id, number, id"
    _rec_name = "number"

    inspection_id = fields.Many2one("guard.inspection", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="inspection_id.company_id")
    number = fields.Integer("Unit", required=True, aggregator=None, help="Counted from the first to the last of the lot.")
    rank = fields.Integer("Drawn As", required=True, aggregator=None, help="A smaller sample takes the first so many.")
    lot_id = fields.Many2one("stock.lot", "Serial Number", ondelete="restrict", index="btree_not_null")
    replaced_number = fields.Integer("In Place Of", aggregator=None)
    replace_reason = fields.Char("Why Another One")
    reading_ids = fields.One2many("guard.inspection.reading", "unit_id", "Readings")

    _number_unique = models.UniqueIndex("(inspection_id, number)", "This unit has been drawn already.")
