from odoo import api, fields, models

VERDICTS = [("accepted", "Accepted"), ("rejected", "Rejected"), ("conceded", "Conceded"), ("to_sort", "To Sort")]


class GuardInspectionTranche(models.Model):
    """A part of an inspected lot, and what was decided about it (clause 2.2.3)."""

    _name = "guard.inspection.tranche"
    _description = "Inspection Decision"
    _inherit = ["guard.sealed.mixin"]
    _order = "inspection_id, id"

    inspection_id = fields.Many2one("guard.inspection", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="inspection_id.company_id", store=True, index=True)
    product_id = fields.Many2one(related="inspection_id.product_id", store=True, index=True)
    partner_id = fields.Many2one(related="inspection_id.partner_id", store=True, index="btree_not_null")
    uom_id = fields.Many2one(related="inspection_id.uom_id")
    verdict = fields.Selection(VERDICTS, required=True, index=True)
    quantity = fields.Float(required=True, digits="Product Unit")
    lot_id = fields.Many2one("stock.lot", "Lot", index="btree_not_null", ondelete="restrict")
    reason = fields.Char()
    resubmission_id = fields.Many2one(
        "guard.inspection", "Taken Over By", index="btree_not_null", ondelete="restrict", help="Rejected, and inspected once more."
    )
    decided_by_id = fields.Many2one("res.users", "Decided By", required=True, default=lambda self: self.env.user)
    decided_on = fields.Datetime(required=True, default=fields.Datetime.now)

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A decision is about more than nothing.")

    @api.model
    def _open(self, decisions):
        """Write decisions down; of goods with one lot only, each part is of that lot.

        :param decisions: ``{inspection: [{"verdict", "quantity", "lot_id", "reason"}]}``
        """
        with self._unsealed():
            return self.sudo().create(
                [
                    {
                        "inspection_id": inspection.id,
                        "decided_by_id": self.env.uid,
                        **part,
                        "lot_id": part.get("lot_id") or (len(inspection.lot_ids) == 1 and inspection.lot_ids.id),
                    }
                    for inspection, parts in decisions.items()
                    for part in parts
                ]
            )

    def _take_back(self, excess):
        """Lessen decisions about goods that did not come after all; what was accepted last."""
        order = ["to_sort", "rejected", "conceded", "accepted"]
        with self._unsealed():
            for tranche in self.sorted(lambda tranche: (order.index(tranche.verdict), -tranche.id)):
                less = min(excess, tranche.quantity)
                excess -= less
                if tranche.uom_id.is_zero(tranche.quantity - less):
                    tranche.unlink()
                elif less:
                    tranche.quantity -= less

    def _hand_over(self, resubmission, quantity):
        """Let a resubmission take over so much of rejected goods; an empty one gives them back.

        What is only partly handed over is split, so that who rejected it, when and why stands with both parts.
        """
        with self._unsealed():
            for tranche in self:
                part = min(quantity, tranche.quantity)
                if tranche.uom_id.compare(part, 0) <= 0:
                    break
                if tranche.uom_id.compare(tranche.quantity, part) > 0:
                    tranche.copy({"quantity": tranche.quantity - part})
                tranche.write({"resubmission_id": resubmission.id, "quantity": part})
                quantity -= part
