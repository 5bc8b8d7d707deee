from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ...tools.actions import open_form
from ...tools.passage import is_open, passage

KINDS = [
    ("return", "Return to Supplier"),
    ("exchange", "Exchange"),
    ("rework", "Rework"),
    ("scrap", "Scrap"),
    ("sorting", "Sorting"),
    ("concession", "Concession"),
]
TO_SUPPLIER = ("return", "exchange")
# these leave the goods rejected; sorting and concession turn them into something else once they begin or are granted
LEAVE_REJECTED = ("return", "exchange", "rework", "scrap")
OPEN = ("draft", "in_progress")
# who carries out which kind, besides quality and the store: buying settles with suppliers, the workshop makes good
STARTERS = {
    "return": "purchase.group_purchase_user",
    "exchange": "purchase.group_purchase_user",
    "concession": "purchase.group_purchase_user",
    "rework": "mrp.group_mrp_user",
    "sorting": "mrp.group_mrp_user",
}
PLANNED = frozenset({"kind", "inspection_id", "lot_id", "quantity", "rework_product_id"})
SEALED = frozenset(
    {
        "name",
        "state",
        "company_id",
        "started_on",
        "settled_on",
        "production_id",
        "told_on",
        "answer",
        "answer_text",
        "answered_on",
        "answered_by",
        "answer_count",
        "access_token",
    }
)


class GuardDisposition(models.Model):
    """What becomes of goods that were rejected: settled with the supplier or by ourselves (clause 2.2.3).

    It makes the stock documents itself and is settled when they are done; until then it is the duty of one person.
    """

    _name = "guard.disposition"
    _description = "Disposition"
    _inherit = ["portal.mixin", "guard.duty.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    # identity
    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/", index="trigram")
    state = fields.Selection(
        [("draft", "Draft"), ("in_progress", "In Progress"), ("settled", "Settled"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    kind = fields.Selection(KINDS, "What Is Done", required=True, default="return", tracking=True)

    # which goods
    inspection_id = fields.Many2one(
        "guard.inspection", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="inspection_id.company_id", store=True, index=True, precompute=True)
    product_id = fields.Many2one(related="inspection_id.product_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="inspection_id.partner_id", string="Supplier", store=True, index="btree_not_null"
    )
    uom_id = fields.Many2one(related="inspection_id.uom_id")
    lot_id = fields.Many2one("stock.lot", "Lot", index="btree_not_null", ondelete="restrict", check_company=True)
    lot_ids = fields.Many2many(related="inspection_id.lot_ids", export_string_translation=False)
    quantity = fields.Float(required=True, digits="Product Unit", tracking=True)
    rework_product_id = fields.Many2one(
        "product.product",
        "Reworked Into",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="What comes out of the rework; empty: the same product.",
    )
    reason = fields.Text("What Was Found", help="What is wrong with the goods, as the supplier reads it.")
    note = fields.Text("Internal Note")

    # cost
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost = fields.Monetary(
        "Value", compute="_compute_cost", store=True, help="The goods at the cost of the product when this was planned."
    )

    # until when, and whose duty it is
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    deadline = fields.Datetime(
        "Settle Until",
        required=True,
        default=lambda self: fields.Datetime.add(fields.Datetime.now(), days=7),
        tracking=True,
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    started_on = fields.Datetime(readonly=True, copy=False)
    settled_on = fields.Datetime(readonly=True, copy=False)

    # its documents
    move_ids = fields.One2many("stock.move", "guard_disposition_id", "Stock Moves", readonly=True)
    picking_ids = fields.Many2many("stock.picking", compute="_compute_documents", compute_sudo=True, string="Transfers")
    picking_count = fields.Integer(compute="_compute_documents", compute_sudo=True)
    scrap_ids = fields.Many2many("stock.scrap", compute="_compute_documents", compute_sudo=True, string="Scraps")
    production_id = fields.Many2one(
        "mrp.production", "Rework Order", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    concession_ids = fields.One2many("guard.concession", "disposition_id", "Concessions", readonly=True)
    tranche_ids = fields.One2many("guard.inspection.tranche", "disposition_id", "To Sort", readonly=True)

    # what the supplier says
    told_on = fields.Datetime("Supplier Told On", readonly=True, copy=False)
    answer = fields.Selection(
        [("accepted", "Accepts"), ("disputed", "Disputes"), ("proposed", "Proposes")],
        "Supplier's Answer",
        readonly=True,
        copy=False,
    )
    answer_text = fields.Text("What the Supplier Says", readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    answered_by = fields.Char(readonly=True, copy=False)
    answer_count = fields.Integer(readonly=True, copy=False)

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A disposition is about more than nothing.")
    _overdue_index = models.Index("(deadline) WHERE state IN ('draft', 'in_progress')")

    def _compute_access_url(self):
        res = super()._compute_access_url()
        for disposition in self:
            disposition.access_url = f"/my/dispositions/{disposition.id}"
        return res

    @api.depends("quantity", "inspection_id")
    def _compute_cost(self):
        for disposition in self:
            product = disposition.product_id.sudo().with_company(disposition.company_id)
            disposition.cost = disposition.quantity * product.standard_price

    @api.depends("state", "deadline")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for disposition in self:
            disposition.is_overdue = (
                disposition.state in OPEN and bool(disposition.deadline) and disposition.deadline < now
            )

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "in", OPEN), ("deadline", "<", fields.Datetime.now())]

    @api.depends("move_ids.picking_id", "move_ids.scrap_id")
    def _compute_documents(self):
        for disposition in self:
            disposition.picking_ids = disposition.move_ids.picking_id
            disposition.picking_count = len(disposition.picking_ids)
            disposition.scrap_ids = disposition.move_ids.scrap_id

    @api.depends("name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["kind"]._description_selection(self.env))
        for disposition in self:
            disposition.display_name = f"{disposition.name} ({names.get(disposition.kind, '')})"

    @api.constrains("inspection_id", "lot_id", "quantity", "kind")
    def _check_quantity(self):
        for disposition in self.sudo():
            complaint = disposition.state in OPEN and disposition._complain()
            if complaint:
                raise ValidationError(
                    self.env._("%(disposition)s: %(complaint)s", disposition=disposition.name, complaint=complaint)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if (SEALED & vals.keys()) - {"name"}:
                self._refuse_write()
            vals["name"] = self.env["ir.sequence"].next_by_code("guard.disposition") or "/"
            vals.update(self._prepare_goods(vals))
        dispositions = super().create(vals_list)
        dispositions._born_as_draft()
        dispositions._open_duties()
        return dispositions

    @api.model
    def _prepare_goods(self, vals):
        """The lot and what was found, where nothing was said: of one lot only, it is that one."""
        inspection = self.env["guard.inspection"].browse(vals.get("inspection_id"))
        inspection.check_access("read")
        inspection, values = inspection.sudo(), {}
        if not vals.get("lot_id") and len(inspection.lot_ids) == 1:
            values["lot_id"] = inspection.lot_ids.id
        if not vals.get("reason"):
            values["reason"] = inspection._tell_rejected() or inspection._propose_reason()
        return values

    def _born_as_draft(self):
        """Whatever defaults were sent: it begins as a draft, and nobody has answered it."""
        for name in SEALED - {"name", "company_id", "state", "answer_count"}:
            if strays := self.filtered(name):
                strays._set_state("draft", **{name: False})
        if strays := self.filtered(lambda disposition: disposition.state != "draft" or disposition.answer_count):
            strays._set_state("draft", answer_count=0)

    def write(self, vals):
        inside = is_open(self, "state")
        if not inside:
            if SEALED & vals.keys():
                self._refuse_write()
            if PLANNED & vals.keys():
                self._check_draft()
        res = super().write(vals)
        if {"user_id", "deadline"} & vals.keys() and not is_open(self, "duty"):
            self._duty_close(["disposition"])
            self.filtered(lambda disposition: disposition.state in OPEN)._open_duties()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        for disposition in self:
            if disposition.state != "draft" or disposition.sudo().move_ids or disposition.told_on:
                raise UserError(
                    self.env._(
                        "%(disposition)s has begun and stays on record; cancel it.", disposition=disposition.name
                    )
                )

    def _refuse_write(self):
        raise UserError(self.env._("A disposition is moved on by its buttons and documents only."))

    def _check_draft(self):
        for disposition in self:
            if disposition.state != "draft":
                raise UserError(
                    self.env._(
                        "%(disposition)s has begun. Cancel its documents first, then change what is done.",
                        disposition=disposition.name,
                    )
                )

    # Buttons

    def action_start(self):
        """Make the documents that carry it out."""
        self.check_access("write")
        self._claim_goods()
        for disposition in self:
            if disposition.state != "draft":
                raise UserError(self.env._("%(disposition)s has begun already.", disposition=disposition.name))
            disposition._check_may_start()
            if complaint := disposition.sudo()._complain():
                raise UserError(
                    self.env._("%(disposition)s: %(complaint)s", disposition=disposition.name, complaint=complaint)
                )
        self._start()
        return self._get_next_page() if len(self) == 1 else None

    def action_cancel(self):
        """Give it up before its documents are done; the goods wait for another one."""
        self.check_access("write")
        for disposition in self:
            if disposition.state not in OPEN:
                raise UserError(self.env._("%(disposition)s is settled.", disposition=disposition.name))
            if disposition.state == "in_progress" and disposition.sudo()._has_live_documents():
                raise UserError(
                    self.env._(
                        "%(disposition)s: %(documents)s are under way. Cancel them first, "
                        "whoever keeps the store does that.",
                        disposition=disposition.name,
                        documents=disposition.sudo()._tell_documents(),
                    )
                )
        self._set_state("cancelled")
        self._duty_close(["disposition"])

    def action_open_inspection(self):
        """Open the inspection that rejected the goods."""
        self.ensure_one()
        return open_form("guard.inspection", self.inspection_id.id)

    def action_open_pickings(self):
        """Open the transfers."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("stock.action_picking_tree_all"),
            "domain": [("id", "in", self.picking_ids.ids)],
            "context": {"create": False},
        }

    def action_open_production(self):
        """Open the order that reworks the goods."""
        self.ensure_one()
        return open_form("mrp.production", self.production_id.id)

    def action_open_concession(self):
        """Open the concession that was asked for."""
        self.ensure_one()
        return open_form("guard.concession", self.concession_ids[:1].id)

    # The work

    def _claim_goods(self):
        """Whoever decides about the same goods at this moment looks again: both write the row of their inspection."""
        inspections = self.sudo().inspection_id
        if inspections:
            self.env.cr.execute(
                SQL(
                    "UPDATE guard_inspection SET write_date = write_date WHERE id IN %s", tuple(sorted(inspections.ids))
                )
            )

    def _check_may_start(self):
        """Whoever signs for quality or keeps the store carries out all; buying and the workshop what is theirs."""
        groups = ["quality_service_guard.group_review_quality", "quality_service_guard.group_guard_manager"]
        groups += ["stock.group_stock_user", *filter(None, [STARTERS.get(self.kind)])]
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(
                self.env._(
                    "%(disposition)s is carried out by these groups: %(groups)s.",
                    disposition=self.display_name,
                    groups=", ".join(self.env.ref(group).sudo().full_name for group in groups),
                )
            )

    def _set_state(self, state, **values):
        with passage(self, "state"):
            self.sudo().write({"state": state, **values})

    def _portal_ensure_token(self):
        with passage(self, "state"):
            return super()._portal_ensure_token()

    def _occupies(self):
        """Those that are about goods which are still rejected, so that nothing else can be done with these."""
        return self.filtered(
            lambda disposition: (
                disposition.state != "cancelled"
                and (
                    disposition.kind in LEAVE_REJECTED
                    or disposition.state == "draft"
                    or (disposition.kind == "concession" and disposition.state == "in_progress")
                )
            )
        )

    def _complain(self):
        """Why it cannot be done as planned, in words; False if it can."""
        inspection, unit = self.inspection_id, self.uom_id.name
        if self.kind in TO_SUPPLIER and inspection.move_id.location_id.usage != "supplier":
            return self.env._(
                "%(inspection)s is not about goods received from a supplier, so they cannot go back to one.",
                inspection=inspection.name,
            )
        if self.lot_id and self.lot_id not in inspection.lot_ids:
            return self.env._(
                "%(lot)s is not a lot of %(inspection)s.", lot=self.lot_id.name, inspection=inspection.name
            )
        if not self.lot_id and self.product_id.tracking != "none" and len(inspection.lot_ids) > 1:
            return self.env._("the goods have several lots or serial numbers: say which one is meant.")
        there = inspection._get_undisposed(self.lot_id, self)
        if self.uom_id.compare(self.quantity, there) > 0:
            return self.env._(
                "only %(there)s %(unit)s are rejected and not disposed of yet.", there=f"{there:g}", unit=unit
            )
        return False

    def _settle(self, feedback):
        """Nothing is left to do."""
        open_ones = self.filtered(lambda disposition: disposition.state == "in_progress")
        if open_ones:
            open_ones._set_state("settled", settled_on=fields.Datetime.now())
            open_ones._duty_close(["disposition"], feedback)

    def _reopen(self, why):
        """What carried it out has come to nothing; it is to be planned anew."""
        for disposition in self.filtered(lambda disposition: disposition.state == "in_progress"):
            disposition._set_state("draft", started_on=False, production_id=False)
            disposition._message_log(body=why)

    # Duties

    def _open_duties(self):
        """It is the duty of the responsible until it is settled."""
        clause = self.env.ref("quality_service_guard.clause_2_2_3")
        self._duty_open_many(
            [
                {
                    "document": disposition,
                    "key": "disposition",
                    "user": disposition.user_id,
                    "clause": clause,
                    "summary": self.env._(
                        "Settle %(quantity)s %(unit)s of %(product)s that were rejected",
                        quantity=f"{disposition.quantity:g}",
                        unit=disposition.uom_id.name,
                        product=disposition.product_id.display_name,
                    ),
                    "deadline": disposition.deadline,
                }
                for disposition in self.sudo()
            ]
        )

    def _duty_is_open(self, key):
        return self.state in OPEN

    def _duty_moved(self, key, user, behalf, escalated):
        with passage(self, "duty"):
            self.sudo().user_id = user
        return super()._duty_moved(key, user, behalf, escalated)
