from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

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
    concession_id = fields.Many2one("guard.concession", "Concession", index="btree_not_null", ondelete="restrict")
    disposition_id = fields.Many2one(
        "guard.disposition", "Sorted By", index="btree_not_null", ondelete="restrict", help="What asked for the sorting."
    )

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
                        "company_id": inspection.company_id.id,
                        "product_id": inspection.product_id.id,
                        "partner_id": inspection.partner_id.id,
                        "decided_by_id": self.env.uid,
                        **part,
                        "lot_id": part.get("lot_id") or (len(inspection.lot_ids) == 1 and inspection.lot_ids.id),
                    }
                    for inspection, parts in decisions.items()
                    for part in parts
                ]
            )

    def action_sort(self):
        """Ask how many of what was to be sorted are good, and how many are not."""
        self.ensure_one()
        self.inspection_id._check_may_inspect()
        self._check_to_sort()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Sorting"),
            "res_model": "guard.inspection.sort",
            "view_mode": "form",
            "target": "new",
            "context": {"default_tranche_id": self.id, "default_good": self.quantity},
        }

    def _check_to_sort(self):
        if self.verdict != "to_sort":
            raise UserError(
                self.env._(
                    "%(inspection)s: this part is not to be sorted, or has been sorted already.",
                    inspection=self.inspection_id.name,
                )
            )

    def _sort(self, good, bad, reason):
        """Split what was sorted piece by piece into good and bad; what was not looked at is still to be sorted."""
        self.ensure_one()
        self._check_to_sort()
        tranche = self.sudo()
        inspection, lot, disposition = tranche.inspection_id, tranche.lot_id, tranche.disposition_id
        inspection._check_sorting(tranche, good, bad)
        tranche._lessen(good + bad)
        self._open(
            {
                inspection: [
                    {"verdict": verdict, "quantity": quantity, "lot_id": lot.id, "reason": reason}
                    for verdict, quantity in (("accepted", good), ("rejected", bad))
                    if inspection.uom_id.compare(quantity, 0) > 0
                ]
            }
        )
        inspection._resettle()
        disposition._follow_sorting()

    @api.model
    def _get_released_domain(self):
        """What may go on: accepted, or conceded as long as the concession holds."""
        holds = Domain("concession_id.used_on", "!=", False) | Domain(
            "concession_id.valid_until", ">=", fields.Datetime.now()
        )
        return Domain("verdict", "=", "accepted") | (
            Domain("verdict", "=", "conceded") & (Domain("concession_id", "=", False) | holds)
        )

    def _take_back(self, excess):
        """Lessen decisions about goods that did not come after all; what was accepted last."""
        order = ["to_sort", "rejected", "conceded", "accepted"]
        self.sorted(lambda tranche: (order.index(tranche.verdict), -tranche.id))._lessen(excess)

    def _lessen(self, quantity):
        """Take so much out of these decisions, from the first to the last.

        :return: what was taken of each lot, ``{lot: quantity}``
        """
        taken = defaultdict(float)
        with self._unsealed():
            for tranche in self:
                less = min(quantity, tranche.quantity)
                if tranche.uom_id.is_zero(less):
                    continue
                quantity -= less
                taken[tranche.lot_id] += less
                if tranche.uom_id.is_zero(tranche.quantity - less):
                    tranche.unlink()
                else:
                    tranche.quantity -= less
        return taken

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
