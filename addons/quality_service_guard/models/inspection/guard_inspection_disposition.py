from odoo import api, fields, models


class GuardInspection(models.Model):
    """What becomes of the goods that an inspection rejected (clause 2.2.3)."""

    _inherit = "guard.inspection"

    disposition_ids = fields.One2many("guard.disposition", "inspection_id", "Dispositions")
    disposition_count = fields.Integer(compute="_compute_disposition_count")
    rework_of_id = fields.Many2one(
        "guard.inspection",
        "Rework Of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The inspection that rejected the goods before they were reworked; reworked goods count for no switching.",
    )
    undisposed = fields.Float(
        compute="_compute_undisposed",
        digits="Product Unit",
        help="Rejected, and nobody has said yet what becomes of it.",
    )

    def _compute_disposition_count(self):
        counts = dict(
            self.env["guard.disposition"]._read_group(
                [("inspection_id", "in", self.ids), ("state", "!=", "cancelled")], ["inspection_id"], ["__count"]
            )
        )
        for inspection in self:
            inspection.disposition_count = counts.get(inspection._origin, 0)

    @api.depends("rejected", "disposition_ids.state", "disposition_ids.quantity", "disposition_ids.kind")
    def _compute_undisposed(self):
        for inspection in self:
            inspection.undisposed = inspection.sudo()._get_undisposed(self.env["stock.lot"])

    @api.depends("rework_of_id")
    def _compute_is_resubmitted(self):
        res = super()._compute_is_resubmitted()
        for inspection in self.filtered("rework_of_id"):
            inspection.is_resubmitted = True
        return res

    def action_dispose(self):
        """Begin a disposition of what is rejected."""
        self.ensure_one()
        self.check_access("read")
        lot = self.sudo()._get_parts("rejected", self.env["stock.lot"]).lot_id[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispose of Rejected Goods"),
            "res_model": "guard.disposition",
            "view_mode": "form",
            "context": {
                "default_inspection_id": self.id,
                "default_lot_id": lot.id,
                "default_quantity": self.sudo()._get_undisposed(lot),
                "default_kind": "return" if self.sudo().move_id.location_id.usage == "supplier" else "rework",
                "default_reason": self.sudo()._tell_rejected() or self.sudo()._propose_reason(),
            },
        }

    def action_open_dispositions(self):
        """The dispositions of these goods."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_disposition_action"),
            "domain": [("inspection_id", "in", self.ids)],
            "context": {"default_inspection_id": self.id},
        }

    # The work

    def _get_undisposed(self, lot, besides=None):
        """How much is rejected, in all or of a lot, and not planned to become anything yet."""
        others = (self.disposition_ids - (besides or self.env["guard.disposition"]))._occupies()

        def count(lot):
            rejected = sum(self._get_parts("rejected", lot).mapped("quantity"))
            taken = others.filtered(lambda other: not lot or not other.lot_id or other.lot_id == lot)
            return rejected - sum(taken.mapped("quantity"))

        return max(0.0, min(count(lot), count(self.env["stock.lot"])))

    def _tell_rejected(self):
        reasons = self._get_parts("rejected", self.env["stock.lot"]).mapped("reason")
        return "\n".join(dict.fromkeys(filter(None, reasons)))

    def _get_resubmittable(self):
        """What is disposed of otherwise is not resubmitted."""
        return min(super()._get_resubmittable(), self.sudo()._get_undisposed(self.env["stock.lot"]))

    # Rework

    def _inspect_again(self, moves):
        """What was reworked is inspected again by the same point, unless another one asks for it anyway.

        It is no resubmission: those go on with the document that brought the goods, these with the order
        that remade them.
        """
        asked = self.search([("move_id", "in", moves.ids), ("state", "!=", "cancelled")])
        with self._unsealed():
            asked.rework_of_id = self
            for move in moves.filtered(lambda move: move.product_id == move.production_id.product_id) - asked.move_id:
                self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(
                    self._prepare_inspection_again(move)
                )

    def _prepare_inspection_again(self, move):
        same = move.product_id == self.product_id
        return {
            "point_id": self.point_id.id,
            "spec_id": (self.spec_id if same else self._get_spec_of(move)).id,
            "occasion": "finished",
            "company_id": self.company_id.id,
            "product_id": move.product_id.id,
            "quantity": move.product_qty,
            "user_id": self.user_id.id,
            "reason": self.env._("Reworked after %(inspection)s", inspection=self.name),
            "move_id": move.id,
            "production_id": move.production_id.id,
            "partner_id": self.partner_id.id,
            "rework_of_id": self.id,
        }

    def _get_spec_of(self, move):
        none = self.env["mrp.routing.workcenter"]
        specs = self.env["guard.inspection.spec"]._applying(self.company_id, [(move.product_id, none)])
        return specs[move.product_id, none]
