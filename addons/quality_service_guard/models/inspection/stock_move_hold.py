from contextlib import nullcontext

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.gates import gate
from ...tools.passage import is_open, passage


class StockMove(models.Model):
    """What is not released is moved by nobody, through whatever document (clause 2.2.3)."""

    _inherit = "stock.move"

    guard_release_of_id = fields.Many2one(
        "stock.move",
        "Releases",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="This move carries goods of that one out of quarantine, after they were released.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A move that releases is born of own methods only, whatever values or defaults say."""
        if not is_open(self.browse(), "release"):
            for vals in vals_list:
                self._guard_check_release_seal(vals.get("guard_release_of_id"))
            vals_list = [{**vals, "guard_release_of_id": False} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        self._guard_check_release_seal("guard_release_of_id" in vals)
        return super().write(vals)

    def _guard_check_release_seal(self, is_named):
        if is_named and not is_open(self.browse(), "release"):
            raise UserError(
                self.env._("Goods are released by the decision about them; a transfer can't say it of itself.")
            )

    # The gate

    @gate("inspection", on={"state": "done"})
    def _obstacles_inspection_held(self):
        """What of these moves is held and may not go where they bring it.

        :return: sentences by move
        """
        return self._guard_hold_obstacles()

    def _guard_hold_obstacles(self):
        """See ``_obstacles_inspection_held``; heirs may know of more that holds goods."""
        return self.move_line_ids._guard_tell()

    def _guard_frees(self):
        """Those of these moves that may take held goods: they carry what was released. Heirs add theirs."""
        return self.filtered("guard_release_of_id")

    @api.model
    def _guard_open_domain(self, asked, company):
        """Only moves on which held goods stand already are told of before the gate is closed."""
        domain = super()._guard_open_domain(asked, company)
        if asked.method != "_obstacles_inspection_held":
            return domain
        lines = Domain("lot_id.guard_is_held", "=", True)
        if places := self.env["stock.quant"]._guard_holds().places:
            lines |= Domain("location_id", "child_of", places)
        return domain & Domain("state", "!=", "cancel") & Domain("move_line_ids", "any", lines)

    @api.model
    def _guard_hold_gate(self):
        """The declaration of the gate before held goods where it is in force somewhere; no query."""
        if "inspection" not in self.env["guard.gate"]._modes():
            return None
        return next(asked for asked in self._guard_closed() if asked.method == "_obstacles_inspection_held")

    @api.model
    def _guard_pass_told(self, told):
        """Let the moves through that may pass with these obstacles: for goods that move without their move being done.

        :param told: ``{move: [sentence, ...]}``
        """
        asked, gates = self._guard_hold_gate(), self.env["guard.gate"]
        by_mode = {"warn": {}, "block": {}, "off": {}}
        for move, texts in told.items():
            by_mode[gates._mode(asked.code, move._guard_company())][move.with_env(self.env)] = texts
        if warned := by_mode["warn"]:
            self.browse().union(*warned)._guard_warn(asked, warned)
        if stopped := by_mode["block"]:
            permitted = self.env["guard.deviation"]._use(asked.code, self.browse().union(*stopped))
            if blocked := {move: {asked.code: texts} for move, texts in stopped.items() if move not in permitted}:
                self._guard_refuse(blocked, born=False)

    # The work of others

    def _action_done(self, cancel_backorder=False):
        """The goods move before the state does: a caller that swallows the refusal finds both undone."""
        with self._guard_undoable() if self and self._guard_hold_gate() else nullcontext():
            return super()._action_done(cancel_backorder=cancel_backorder)

    def _create_backorder(self):
        """What is left of a release is one as well; it may carry no more than was released, however often split."""
        with passage(self.browse(), "release") if self.guard_release_of_id else nullcontext():
            return super()._create_backorder()

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        if self.guard_release_of_id and is_open(self.browse(), "release"):
            vals["guard_release_of_id"] = self.guard_release_of_id.id
        return vals

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [*super()._prepare_merge_moves_distinct_fields(), "guard_release_of_id"]

    # Reserving

    def _action_assign(self, force_qty=False):
        """What is reserved was not offered held goods: its lines need not be looked at one by one."""
        late = self._guard_hold_gate() and passage(self.env["stock.move.line"].browse(), "late")
        with late or nullcontext():
            return super()._action_assign(force_qty=force_qty)

    def _guard_reserving(self):
        """Context manager: a move that may take held goods is offered them, no other."""
        if self._guard_hold_gate() and (self._guard_frees() or self.location_dest_id._guard_takes_in_held()):
            return passage(self.env["stock.quant"].browse(), "reserve_held")
        return nullcontext()

    def _update_reserved_quantity_vals(
        self, need, location_id, lot_id=None, package_id=None, owner_id=None, strict=True
    ):
        with self._guard_reserving():
            return super()._update_reserved_quantity_vals(need, location_id, lot_id, package_id, owner_id, strict)

    def _set_quantity_done_prepare_vals(self, qty):
        with self._guard_reserving():
            return super()._set_quantity_done_prepare_vals(qty)

    def _set_lot_ids(self):
        if not self._guard_hold_gate():
            return super()._set_lot_ids()
        for move in self:
            with move._guard_reserving():
                super(StockMove, move)._set_lot_ids()
        return None
