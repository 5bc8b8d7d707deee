from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .guard_feasibility_what_if import VARIANTS


class GuardFeasibilityWhatIfLine(models.TransientModel):
    """An order line in both variants: the quantities tried, and what comes out for it."""

    _name = "guard.feasibility.what.if.line"
    _description = "What If: Line"

    what_if_id = fields.Many2one("guard.feasibility.what.if", required=True, readonly=True, ondelete="cascade")
    order_line_id = fields.Many2one("sale.order.line", required=True, readonly=True, ondelete="cascade")
    # copied, not related: what is related is read as superuser, and a forged line would tell of others' orders
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    quantity = fields.Float("Ordered", digits="Product Unit", readonly=True)
    quantity_a = fields.Float("Quantity A", digits="Product Unit")
    quantity_b = fields.Float("Quantity B", digits="Product Unit")
    product_uom_id = fields.Many2one("uom.uom", "Unit", readonly=True, ondelete="cascade")
    answer_a = fields.Text(compute="_compute_answers")
    answer_b = fields.Text(compute="_compute_answers")

    @api.depends("what_if_id.answers", "order_line_id")
    def _compute_answers(self):
        for line in self:
            for letter in VARIANTS:
                found = (line.what_if_id.answers or {}).get(letter, {})
                line[f"answer_{letter}"] = found.get("lines", {}).get(str(line.order_line_id.id))

    @api.constrains("what_if_id", "order_line_id")
    def _check_order(self):
        self.what_if_id.sudo(False).check_access("write")
        for line in self:
            if line.order_line_id.order_id != line.what_if_id.review_id.order_id:
                raise ValidationError(self.env._("What is tried are the lines of the reviewed order."))
