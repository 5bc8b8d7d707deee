from odoo import api, fields, models

from ...tools.passage import passage


class GuardOrderReviewLine(models.Model):
    """Beside the question of the delivery date stands what was reckoned; with the answer it is kept as evidence."""

    _inherit = "guard.order.review.line"

    feasibility_line_id = fields.Many2one(
        "guard.feasibility.line", "Feasibility", compute="_compute_feasibility_line"
    )
    feasibility_sentence = fields.Char("Can It Be Kept?", compute="_compute_feasibility_line")
    feasibility_verdict = fields.Char(compute="_compute_feasibility_line")
    delivery_feasibility_line_id = fields.Many2one(
        "guard.feasibility.line",
        "Answered On",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="What was reckoned when the delivery date was answered.",
    )

    @api.depends("delivery_feasibility_line_id", "review_id.feasibility_ids")
    @api.depends_context("lang", "tz")
    def _compute_feasibility_line(self):
        for line in self:
            latest = {found.order_line_id: found for found in line.review_id.feasibility_line_ids}
            found = line.delivery_feasibility_line_id or latest.get(line.order_line_id, latest.get(None))
            line.feasibility_line_id = found
            line.feasibility_sentence = found.sentence if found else False
            line.feasibility_verdict = found.verdict if found else False

    def write(self, vals):
        result = super().write(vals)
        if "delivery_answer" in vals:
            self._keep_evidence(vals)
        return result

    def _keep_evidence(self, vals):
        """The answer rests on what was reckoned last; where that speaks against it, people give their reason."""
        for line in self:
            evidence = line.review_id.sudo().feasibility_line_ids.filtered(
                lambda found, line=line: found.order_line_id == line.order_line_id
            )
            kept = {"delivery_feasibility_line_id": evidence.id if vals["delivery_answer"] else False}
            if vals["delivery_answer"] and not line.delivery_evidence and evidence.verdict == "kept":
                kept["delivery_evidence"] = evidence.sentence
            if kept["delivery_feasibility_line_id"] != line.delivery_feasibility_line_id.id or len(kept) > 1:
                with passage(line, "answer"):
                    line.write(kept)
