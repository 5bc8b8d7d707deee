import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.actions import open_form
from ...tools.passage import is_open, passage

# moved on by buttons and sign-offs only
SEALED = frozenset(
    {"name", "state", "company_id", "asked_on", "decided_on", "used_on", "consent_digest", "disposition_id"}
)
# what the departments judge
CONTENT = frozenset(
    {
        "inspection_id",
        "quantity",
        "lot_ids",
        "valid_until",
        "reason",
        "use",
        "order_id",
        "customer_id",
        "customer_consents",
        "consent_proof",
        "consent_proof_name",
    }
)
ASKED_ABOUT = frozenset({"inspection_id", "order_id", "customer_id"})


class GuardConcession(models.Model):
    """Leave to use goods that do not conform: so many, of these lots, for this use, until then (clause 2.2.3).

    Quality and engineering sign it, and sales where a customer is concerned; never who asked, who read the goods or who
    bought them. Granted, it is a part of the inspection's decision, and its lots are marked for life.
    """

    _name = "guard.concession"
    _description = "Concession"
    _inherit = ["guard.approval.mixin", "guard.duty.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _approval_aspects = {
        "quality": ("inspection_id", "quantity", "lot_ids", "valid_until", "reason", "use"),
        "engineering": ("inspection_id", "quantity", "lot_ids", "valid_until", "reason", "use"),
        "sales": ("quantity", "valid_until", "use", "order_id", "customer_id", "customer_consents", "consent_digest"),
    }

    # identity
    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/", index="trigram")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Asked"),
            ("granted", "Granted"),
            ("refused", "Refused"),
            ("expired", "Expired"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )

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
    quantity = fields.Float(required=True, digits="Product Unit", tracking=True)
    lot_ids = fields.Many2many("stock.lot", "guard_concession_lot_asked_rel", string="Lots")
    has_lots = fields.Boolean(compute="_compute_has_lots", export_string_translation=False)

    # what is allowed
    valid_until = fields.Datetime(
        required=True,
        default=lambda self: fields.Datetime.add(fields.Datetime.now(), days=30),
        tracking=True,
        help="Goods that have not gone on by then do not go on by this concession.",
    )
    reason = fields.Text(required=True, help="Why the goods can be used though they do not conform.")
    use = fields.Text("Use Restricted To", help="For what they may be used: an order, a machine, a purpose.")
    order_id = fields.Many2one(
        "sale.order", "Sales Order", index="btree_not_null", ondelete="restrict", check_company=True
    )
    customer_id = fields.Many2one(
        "res.partner",
        "Customer Concerned",
        compute="_compute_customer_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        help="With a customer, sales is asked as well.",
    )
    customer_consents = fields.Boolean("Customer Consents", tracking=True)
    consent_proof = fields.Binary("Proof of Consent", attachment=True, copy=False)
    consent_proof_name = fields.Char(copy=False)
    consent_digest = fields.Char("Digest of the Proof", readonly=True, copy=False)

    # result
    asked_on = fields.Datetime(readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    used_on = fields.Datetime(
        "Goods Went On",
        readonly=True,
        copy=False,
        help="When goods first went on by it; from then on it does not expire.",
    )
    disposition_id = fields.Many2one(
        "guard.disposition", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    tranche_ids = fields.One2many("guard.inspection.tranche", "concession_id", "Decisions", readonly=True)

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A concession is about more than nothing.")

    @api.depends("inspection_id")
    def _compute_has_lots(self):
        for concession in self:
            concession.has_lots = bool(concession.inspection_id.sudo().lot_ids)

    @api.depends("order_id")
    def _compute_customer_id(self):
        for concession in self:
            if concession.order_id:
                concession.customer_id = concession.order_id.sudo().partner_id.commercial_partner_id

    @api.constrains("customer_consents", "consent_proof")
    def _check_consent(self):
        for concession in self.with_context(bin_size=True):
            if concession.customer_consents and not concession.consent_proof:
                raise ValidationError(
                    self.env._(
                        "%(concession)s: attach the customer's letter or mail; a consent without proof is none.",
                        concession=concession.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        inside = is_open(self, "state")
        for vals in vals_list:
            if not inside and (SEALED & vals.keys()) - {"name"}:
                self._refuse_write()
            vals["name"] = self.env["ir.sequence"].next_by_code("guard.concession") or "/"
            self._digest_proof(vals)
        concessions = super().create(vals_list)
        if not inside:
            concessions._born_as_draft()
        return concessions

    def _born_as_draft(self):
        """Whatever defaults were sent: it begins as a draft that nobody has asked for."""
        for name in ("asked_on", "decided_on", "used_on", "disposition_id"):
            if strays := self.filtered(name):
                strays._set_state("draft", **{name: False})
        if strays := self.filtered(lambda concession: concession.state != "draft"):
            strays._set_state("draft")
        for concession in self:
            concession.inspection_id.check_access("read")

    def write(self, vals):
        inside = is_open(self, "state")
        if not inside:
            if SEALED & vals.keys():
                self._refuse_write()
            if CONTENT & vals.keys():
                self._check_open(vals)
        vals = self._digest_proof(dict(vals))
        res = super().write(vals)
        if not inside and CONTENT & vals.keys():
            self._approval_refresh()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        for concession in self:
            if concession.state != "draft" or concession.approval_request_ids:
                raise UserError(
                    self.env._("%(concession)s has been asked for and stays on record.", concession=concession.name)
                )

    def _refuse_write(self):
        raise UserError(self.env._("A concession is moved on by its buttons and sign-offs only."))

    def _check_open(self, vals):
        """What it is about and whose customer is concerned decides who is asked, so it stays once somebody is."""
        for concession in self:
            if concession.state == "asked" and ASKED_ABOUT & vals.keys():
                raise UserError(
                    self.env._(
                        "%(concession)s is being asked for. Take it back to change its inspection or customer.",
                        concession=concession.name,
                    )
                )
            if concession.state not in ("draft", "asked"):
                raise UserError(
                    self.env._(
                        "%(concession)s has been decided and stays as it is; ask for a new one.",
                        concession=concession.name,
                    )
                )

    @api.model
    def _digest_proof(self, vals):
        """The proof is judged by its digest: another file of the same name is another proof."""
        if "consent_proof" in vals:
            content = vals["consent_proof"]
            vals["consent_digest"] = content and hashlib.sha256(base64.b64decode(content)).hexdigest()
        return vals

    # Buttons

    def action_ask(self):
        """Ask the departments."""
        self.check_access("write")
        for concession in self:
            if concession.state != "draft":
                raise UserError(
                    self.env._("%(concession)s has been asked for already.", concession=concession.display_name)
                )
        self._check_can_be_conceded()
        self._set_state("asked", asked_on=fields.Datetime.now())
        self._approval_ask()

    def action_withdraw(self):
        """Take the question back; it may be changed and asked again."""
        self.check_access("write")
        for concession in self:
            if concession.state != "asked":
                raise UserError(
                    self.env._("%(concession)s is not being asked for.", concession=concession.display_name)
                )
            if not concession._is_own(self.env.user):
                raise UserError(
                    self.env._(
                        "%(concession)s is taken back by %(user)s, who asked for it, or an administrator of assurance.",
                        concession=concession.display_name,
                        user=concession.sudo().approval_request_id.requester_id.name,
                    )
                )
        self._approval_withdraw(self.env._("Taken back by %(user)s.", user=self.env.user.name))
        self._set_state("draft", asked_on=False)

    def action_open_inspection(self):
        """Open the inspection of the goods."""
        self.ensure_one()
        return open_form("guard.inspection", self.inspection_id.id)

    # The work

    def _is_own(self, user):
        return (
            self.env.su
            or user in self.sudo().approval_request_id.requester_id | self.create_uid
            or user.has_group("quality_service_guard.group_guard_manager")
        )

    def _set_state(self, state, **values):
        with passage(self, "state"):
            self.sudo().write({"state": state, **values})

    def _check_can_be_conceded(self):
        """Refuse what could not be granted as it stands: too many, not read, too late, of unnamed lots."""
        for concession in self:
            complaint = concession._complain()
            if complaint:
                raise UserError(
                    self.env._("%(concession)s: %(complaint)s", concession=concession.display_name, complaint=complaint)
                )

    def _complain(self):
        """Why the concession cannot be granted as it stands, in words; False if it can."""
        if self.valid_until <= fields.Datetime.now():
            return self.env._("its date is past. Choose a later one.")
        return self.sudo().inspection_id._complain_about_concession(self.sudo())

    def _complain_about_consent(self):
        """Why sales cannot speak for the customer yet, in words; False if it can."""
        if self.customer_id and not self.customer_consents:
            return self.env._(
                "%(customer)s is concerned and has not consented. Note the consent and attach the proof.",
                customer=self.customer_id.sudo().display_name,
            )
        return False

    def _concede(self):
        """Make the conceded part of the decision, mark its lots, and let the goods go on."""
        for concession in self.sudo():
            parts = concession.inspection_id._take_for_concession(concession)
            concession.env["guard.inspection.tranche"]._open(
                {
                    concession.inspection_id: [
                        {
                            "verdict": "conceded",
                            "quantity": quantity,
                            "lot_id": lot.id,
                            "reason": concession.reason,
                            "concession_id": concession.id,
                        }
                        for lot, quantity in parts.items()
                    ]
                }
            )
            concession._mark_lots()

    def _mark_lots(self):
        """Mark the lots for life. Where it is not known which of a receipt's lots were meant, all are."""
        for concession in self.sudo():
            lots = concession.tranche_ids.lot_id
            if concession.tranche_ids.filtered(lambda tranche: not tranche.lot_id):
                lots |= concession.inspection_id.lot_ids
            lots._guard_mark_conceded(concession)

    # Use and end

    def _is_over(self):
        """Whether it lets nothing go on any more: nothing went on by it in time."""
        return not self.used_on and self.valid_until < fields.Datetime.now()

    def _note_use(self):
        """Goods went on by these."""
        fresh = self.filtered(lambda concession: not concession.used_on and not concession._is_over())
        if fresh:
            fresh._set_state("granted", used_on=fields.Datetime.now())

    @api.model
    def _cron_expire(self):
        """End the concessions by which nothing went on in time."""
        self.search(
            [("state", "=", "granted"), ("used_on", "=", False), ("valid_until", "<", fields.Datetime.now())]
        )._expire()

    def _expire(self):
        """The goods are rejected again, since they do not conform and nobody lets them go on."""
        concessions = self.sudo()
        conceded = concessions.tranche_ids.filtered(lambda tranche: tranche.verdict == "conceded")
        with conceded._unsealed():
            conceded.write({"verdict": "rejected"})
        concessions._set_state("expired")
        concessions.inspection_id._resettle()
        texts = {
            concession: self.env._(
                "%(concession)s has ended without use; its goods are rejected again.", concession=concession.name
            )
            for concession in concessions
        }
        concessions._message_log_batch({concession.id: text for concession, text in texts.items()})
        concessions.inspection_id._message_log_batch(
            {
                inspection.id: " ".join(texts[concession] for concession in some)
                for inspection, some in concessions.grouped("inspection_id").items()
            }
        )
        concessions.disposition_id._reopen(self.env._("The concession has ended without use."))
