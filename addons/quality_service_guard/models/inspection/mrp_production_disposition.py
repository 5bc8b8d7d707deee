from odoo import models


class MrpProduction(models.Model):
    """What is left of a rework order carries out the same disposition, and is inspected as well (clause 2.2.3)."""

    _inherit = "mrp.production"

    def _split_productions(self, amounts=False, cancel_remaining_qty=False, set_consumed_qty=False):
        with self.move_raw_ids._guard_same_disposition():
            productions = super()._split_productions(amounts, cancel_remaining_qty, set_consumed_qty)
        for production in productions - self:
            for disposition in production.sudo().move_raw_ids.guard_disposition_id:
                disposition.inspection_id._inspect_again(production.sudo().move_finished_ids)
        return productions
