from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.actions import open_form
from .guard_inspection import OPEN


class GuardInspection(models.Model):
    """What was refused may be sorted or reworked, and is then inspected once more (ISO 2859-1, 7.4; clause 2.2.3).

    The new inspection takes the refused goods over: they stand in it and no longer in the first one, so that the parts of
    both make up what was received. It counts for no switching.
    """

    _inherit = "guard.inspection"

    resubmission_ids = fields.One2many("guard.inspection", "resubmission_of_id", "Resubmissions", readonly=True)
    taken_over_ids = fields.One2many("guard.inspection.tranche", "resubmission_id", "Goods Taken Over", readonly=True)

    @api.depends("taken_over_ids.lot_id")
    def _compute_lot_ids(self):
        res = super()._compute_lot_ids()
        for inspection in self.filtered("taken_over_ids.lot_id"):
            inspection.lot_ids = inspection.taken_over_ids.lot_id
        return res

    def action_resubmit(self):
        """Inspect once more what was refused, now that it has been sorted or reworked."""
        self.ensure_one()
        self._check_may_resubmit()
        quantity = self._get_resubmittable()
        if self.uom_id.compare(quantity, 0) <= 0:
            raise UserError(
                self.env._(
                    "%(inspection)s: nothing is left to resubmit. Only goods that were rejected and lie in quarantine, or have "
                    "not been received yet, can be inspected once more.",
                    inspection=self.name,
                )
            )
        return open_form("guard.inspection", self._resubmit(quantity).id)

    # The work

    def _check_may_resubmit(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("quality_service_guard.group_review_quality"):
            raise AccessError(
                self.env._(
                    "%(inspection)s: whoever signs for quality decides that goods are inspected once more (group “%(group)s”).",
                    inspection=self.name,
                    group=self.env.ref("quality_service_guard.group_review_quality").sudo().full_name,
                )
            )
        if self.state != "failed":
            raise UserError(
                self.env._("%(inspection)s has not failed: only what was refused is resubmitted.", inspection=self.name)
            )

    def _get_resubmittable(self):
        """How much was rejected and can still be got at."""
        moves = self.sudo().move_id or self.sudo().production_id.move_finished_ids.filtered(
            lambda move: move.product_id == self.product_id
        )
        if moves and all(move.state == "cancel" for move in moves):
            return 0.0
        if "done" not in moves.mapped("state"):
            return self.rejected
        places = moves.move_line_ids.location_dest_id._guard_in_quarantine()
        lots = self._get_rejected().lot_id
        domain = Domain("product_id", "=", self.product_id.id) & Domain("location_id", "in", places.ids)
        if lots:
            domain &= Domain("lot_id", "in", lots.ids)
        ((lying,),) = self.env["stock.quant"].sudo()._read_group(domain, [], ["quantity:sum"])
        return min(self.rejected, lying)

    def _get_rejected(self):
        """The parts that were rejected and have not been resubmitted."""
        return self.sudo().tranche_ids.filtered(
            lambda tranche: tranche.verdict == "rejected" and not tranche.resubmission_id
        )

    def _resubmit(self, quantity):
        with self._unsealed():
            inspection = self.sudo().create(self._prepare_resubmission(quantity))
        self._get_rejected()._hand_over(inspection, quantity)
        self._message_log(
            body=self.env._(
                "%(quantity)s %(unit)s resubmitted as %(inspection)s by %(user)s.",
                quantity=f"{quantity:g}",
                unit=self.uom_id.name,
                inspection=inspection.name,
                user=self.env.user.name,
            )
        )
        return inspection

    def _prepare_resubmission(self, quantity):
        same = ("point_id", "company_id", "product_id", "partner_id", "move_id", "picking_id", "production_id", "workorder_id",
                "location_id", "lot_id", "user_id")  # fmt: skip
        return {
            **{name: self[name].id for name in same},
            "spec_id": (self.point_id.spec_id or self._get_current_spec()).id,
            "occasion": self.occasion,
            "quantity": quantity,
            "reason": self.env._("Resubmission of %(inspection)s", inspection=self.name),
            "resubmission_of_id": self.id,
        }

    def _get_current_spec(self):
        """The specification that applies today, by which corrected goods are judged."""
        operation = self.workorder_id.operation_id
        specs = self.env["guard.inspection.spec"].sudo()._applying(self.company_id, [(self.product_id, operation)])
        return specs[self.product_id, operation] or self.spec_id

    def _follow(self):
        """What has gone back to its supplier since is given back, and is merely rejected again."""
        for inspection in self.filtered(lambda inspection: inspection._takes_over() and inspection.state in OPEN):
            inspection.taken_over_ids._hand_over(inspection.browse(), inspection._count_gone())
        return super()._follow()

    def _takes_over(self):
        """Whether it inspects once more goods of another one; what was made anew of them has a move of its own."""
        return bool(self.resubmission_of_id) and self.resubmission_of_id.move_id == self.move_id

    def _get_first(self):
        """The inspection that it all began with: itself, where nothing was resubmitted."""
        first = self
        while first._takes_over():
            first = first.resubmission_of_id
        return first

    def _get_goods_quantity(self):
        """A resubmission has what it took over; what was reworked has what was made."""
        if not self._takes_over():
            return super()._get_goods_quantity()
        return sum(self.taken_over_ids.mapped("quantity"))

    def _count_gone(self):
        """How much of what waits here has gone back to its supplier: what was merely rejected went first."""
        back = self.move_id.returned_move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id.usage == "supplier"
        )
        if not back:
            return 0.0
        returned = sum(line.quantity_product_uom for line in back.move_line_ids)
        received = sum(line.quantity_product_uom for line in self.move_id.move_line_ids)
        undecided = received - self._get_first().quantity
        return min(self.waiting, max(0.0, returned - undecided - sum(self._get_chain().mapped("rejected"))))

    def _get_chain(self):
        """The first inspection with all its resubmissions, those of resubmissions too."""
        chain = step = self._get_first()
        while step := step.resubmission_ids.filtered(lambda inspection: inspection._takes_over()):
            chain |= step
        return chain

    def _get_lot_quantities(self):
        if self.taken_over_ids.lot_id:
            quantities = {}
            for tranche in self.taken_over_ids:
                quantities[tranche.lot_id.id] = quantities.get(tranche.lot_id.id, 0.0) + tranche.quantity
            return quantities
        return super()._get_lot_quantities()

    def _follow_done(self):
        """The first inspections learn first what did not come: their resubmissions have what is left."""
        return super(GuardInspection, self.sorted("id"))._follow_done()

    def _cancel(self):
        """What a cancelled resubmission had taken over is rejected as before."""
        res = super()._cancel()
        cancelled = self.sudo().filtered(lambda inspection: inspection.state == "cancelled")
        for inspection in cancelled:
            inspection.taken_over_ids._hand_over(inspection.browse(), inspection.quantity)
        return res
