from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.passage import is_open, passage


class StockLot(models.Model):
    """A lot that was let go on by a concession says so for life (clause 2.2.3)."""

    _inherit = "stock.lot"

    guard_concession_ids = fields.Many2many(
        "guard.concession",
        "guard_concession_lot_marked_rel",
        string="Concessions",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="quality_service_guard.group_guard_user,stock.group_stock_user,mrp.group_mrp_user,"
        "purchase.group_purchase_user",
    )
    guard_is_conceded = fields.Boolean(
        "Conceded",
        compute="_compute_guard_is_conceded",
        store=True,
        compute_sudo=True,
        help="It goes on by a concession.",
    )

    @api.depends("guard_concession_ids.state")
    def _compute_guard_is_conceded(self):
        for lot in self:
            lot.guard_is_conceded = any(concession.state == "granted" for concession in lot.guard_concession_ids)

    @api.model_create_multi
    def create(self, vals_list):
        lots = super().create(vals_list)
        # a default of a user or a context is no concession either
        if not is_open(self.browse(), "concession") and any(lot.guard_concession_ids for lot in lots.sudo()):
            self._guard_refuse_mark()
        return lots

    def write(self, vals):
        if {"guard_concession_ids", "guard_is_conceded"} & vals.keys() and not is_open(self.browse(), "concession"):
            self._guard_refuse_mark()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_not_conceded(self):
        for lot in self:
            if lot.sudo().guard_concession_ids:
                raise UserError(
                    self.env._("%(lot)s is marked by a concession for life and stays on record.", lot=lot.display_name)
                )

    def _guard_refuse_mark(self):
        raise UserError(self.env._("Lots are marked by a granted concession only, and for life."))

    def _guard_mark_conceded(self, concession):
        with passage(self.browse(), "concession"):
            self.sudo().write({"guard_concession_ids": [Command.link(concession.id)]})

    def action_guard_open_concessions(self):
        """The concessions by which this lot goes on."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_concession_action"),
            "domain": [("id", "in", self.guard_concession_ids.ids)],
            "context": {"create": False},
        }
