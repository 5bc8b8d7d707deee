from odoo import fields, models


class GuardInspectionPreview(models.TransientModel):
    """Which inspections a document would have, and why (clause 2.3.3); only looked at."""

    _name = "guard.inspection.preview"
    _description = "Preview of Inspections"

    name = fields.Char("Document", readonly=True)
    line_ids = fields.One2many("guard.inspection.preview.line", "preview_id", readonly=True)


class GuardInspectionPreviewLine(models.TransientModel):
    """One inspection that a document would have."""

    _name = "guard.inspection.preview.line"
    _description = "Line of a Preview of Inspections"

    preview_id = fields.Many2one("guard.inspection.preview", required=True, index=True, ondelete="cascade")
    point_id = fields.Many2one("guard.control.point", "Control Point", ondelete="cascade")
    product_id = fields.Many2one("product.product", ondelete="cascade")
    operation_id = fields.Many2one("mrp.routing.workcenter", "Operation", ondelete="cascade")
    spec_id = fields.Many2one("guard.inspection.spec", "Specification", ondelete="cascade")
    quantity = fields.Float(digits="Product Unit")
    sample = fields.Integer(help="Units to inspect, in normal inspection.")
    is_certain = fields.Boolean("Certain", help="Otherwise it is decided when the document is confirmed.")
    reason = fields.Text()
