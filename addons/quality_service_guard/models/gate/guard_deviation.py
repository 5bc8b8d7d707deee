from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...tools.actions import open_form
from ...tools.passage import is_open, passage

OWN_FIELDS = frozenset(
    {
        "name",
        "state",
        "kind",
        "obstacles",
        "document",
        "gate_id",
        "clause_id",
        "res_model",
        "res_id",
        "company_id",
        "requester_id",
        "granted_by_id",
        "granted_on",
        "used_quantity",
        "used_on",
        "used_by_id",
    }
)


class GuardDeviation(models.Model):
    """The lawful way past a closed gate, and the log of what passed an open-eyed warning.

    Somebody asks for one document and gate, with a reason and limits; somebody else with the right to
    grants it; it is used once, or within its quantity, until its date; afterwards it is reviewed. It
    works only through this record: no context key or flag opens a gate.
    """

    _name = "guard.deviation"
    _description = "Deviation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    # identity
    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    kind = fields.Selection(
        [("permit", "Permit"), ("warned", "Passed with Warning")], required=True, default="permit", readonly=True
    )
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("granted", "Granted"),
            ("used", "Used"),
            ("reviewed", "Reviewed"),
            ("refused", "Refused"),
        ],
        required=True,
        default="requested",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)

    # subject
    gate_id = fields.Many2one("guard.gate", required=True, index=True, ondelete="restrict")
    clause_id = fields.Many2one(related="gate_id.clause_id", store=True, index=True)
    res_model = fields.Char("Document Model", related="gate_id.model", store=True)
    res_id = fields.Many2oneReference("Document ID", model_field="res_model", required=True, copy=False)
    document = fields.Char(compute="_compute_document", store=True)
    obstacles = fields.Text(readonly=True, copy=False, help="What stood in the way when this was asked or passed.")

    # scope
    reason = fields.Text(required=True)
    requester_id = fields.Many2one(
        "res.users", "Requested By", required=True, readonly=True, default=lambda self: self.env.user
    )
    valid_until = fields.Datetime(
        required=True, default=lambda self: fields.Datetime.add(fields.Datetime.now(), days=7), tracking=True
    )
    quantity = fields.Float(
        "Up To", tracking=True, help="How much may pass, in the measure of the document. 0: this document once."
    )
    measure = fields.Char(compute="_compute_measure", help="What the quantity counts for this kind of document.")

    # result
    granted_by_id = fields.Many2one("res.users", "Granted By", readonly=True, copy=False)
    granted_on = fields.Datetime(readonly=True, copy=False)
    used_quantity = fields.Float("Used", readonly=True, copy=False)
    used_on = fields.Datetime("Last Used On", readonly=True, copy=False)
    used_by_id = fields.Many2one("res.users", "Last Used By", readonly=True, copy=False)
    review_note = fields.Text("What the Review Found", copy=False)
    is_expired = fields.Boolean(compute="_compute_is_expired")

    _subject_index = models.Index("(res_model, res_id, gate_id)")
    _positive = models.Constraint("CHECK (quantity >= 0)", "A deviation cannot allow a negative quantity.")

    @api.depends("res_model", "res_id")
    def _compute_document(self):
        for deviation in self:
            record = deviation._get_document()
            deviation.document = record.sudo().display_name if record else False

    @api.depends("res_model")
    def _compute_measure(self):
        for deviation in self:
            # who decides a deviation need not be allowed to read the document
            record = deviation.sudo()._get_document()
            deviation.measure = record._guard_measure(deviation.gate_id.code) if record else False

    @api.depends("valid_until")
    def _compute_is_expired(self):
        now = fields.Datetime.now()
        for deviation in self:
            deviation.is_expired = bool(deviation.valid_until and deviation.valid_until < now)

    @api.constrains("res_id", "gate_id")
    def _check_document(self):
        for deviation in self:
            if not deviation._get_document():
                raise ValidationError(
                    self.env._(
                        "Deviation %(deviation)s: there is no document %(model)s with number %(number)s. "
                        "Ask for the deviation from the document itself.",
                        deviation=deviation.name,
                        model=deviation.gate_id.model_name,
                        number=deviation.res_id,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        inside = is_open(self, "log")
        for vals in vals_list:
            vals["name"] = self.env["ir.sequence"].next_by_code("guard.deviation") or "/"
            if not inside:
                vals["requester_id"] = self.env.uid
        deviations = super().create(vals_list)
        if not inside:
            deviations._born_as_request()
        return deviations

    def _born_as_request(self):
        """Whatever values or defaults were sent: a deviation begins as a request that nobody granted."""
        for deviation in self:
            document = deviation._get_document()
            document.check_access("read")
            obstacles = document._guard_obstacles([deviation.gate_id.code]).get(document, [])
            with passage(deviation, "state"):
                deviation.write(
                    {
                        "state": "requested",
                        "obstacles": "\n".join(obstacles),
                        "kind": "permit",
                        "granted_by_id": False,
                        "granted_on": False,
                        "used_quantity": 0,
                        "used_on": False,
                        "used_by_id": False,
                        "review_note": False,
                        "company_id": document._guard_company().id or self.env.company.id,
                    }
                )

    def write(self, vals):
        if not is_open(self, "state"):
            self._check_write(vals)
        return super().write(vals)

    def _check_write(self, vals):
        """What it is for is said once, its limits while it is asked for, its results by its buttons only."""
        if OWN_FIELDS & vals.keys():
            raise UserError(self.env._("A deviation is granted, refused, used and reviewed by its buttons only."))
        if {"reason", "valid_until", "quantity"} & vals.keys():
            self._check_limits_open()
        if "review_note" in vals:
            self._check_may_review()

    def _check_limits_open(self):
        for deviation in self:
            if deviation.state != "requested":
                raise UserError(
                    self.env._("What was granted or refused is not changed any more; ask for a new deviation.")
                )
            if deviation.requester_id != self.env.user:
                self._check_right()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if any(deviation.state != "requested" for deviation in self):
            raise UserError(self.env._("A deviation that was decided or used stays on record."))

    # Buttons

    def action_grant(self):
        """Permit the step: by someone with the right to, who did not ask for it."""
        self._check_may_decide()
        self._set_state("granted", granted_by_id=self.env.uid, granted_on=fields.Datetime.now())

    def action_refuse(self):
        """Refuse the request."""
        self._check_may_decide()
        self._set_state("refused", granted_by_id=self.env.uid, granted_on=fields.Datetime.now())

    def action_review(self):
        """Close a used deviation after looking at it; the note says what was found."""
        self._check_may_review()
        for deviation in self:
            if not (deviation.review_note or "").strip():
                raise UserError(self.env._("%(name)s: write down what the review found.", name=deviation.name))
        self._set_state("reviewed")

    def action_open_document(self):
        """Open the document that the deviation is for."""
        self.ensure_one()
        return open_form(self.res_model, self.res_id)

    # The work

    def _check_right(self):
        if not self.env.user.has_group("quality_service_guard.group_guard_deviation"):
            raise AccessError(
                self.env._(
                    "Deviations are decided by the group “%(group)s”.",
                    group=self.env.ref("quality_service_guard.group_guard_deviation").sudo().full_name,
                )
            )
        self.check_access("write")

    def _check_may_review(self):
        """A used deviation is looked at by someone with the right who neither asked for it nor used it."""
        self._check_right()
        for deviation in self:
            if deviation.state != "used":
                raise UserError(self.env._("%(name)s has not been used yet.", name=deviation.name))
            if self.env.user in (deviation.used_by_id, deviation.requester_id):
                raise UserError(self.env._("%(name)s: nobody reviews their own deviation.", name=deviation.name))

    def _check_may_decide(self):
        self._check_right()
        for deviation in self:
            if deviation.state != "requested":
                raise UserError(self.env._("%(name)s has been decided already.", name=deviation.name))
            if deviation.requester_id == self.env.user:
                raise UserError(
                    self.env._("%(name)s: nobody permits their own deviation. Ask a colleague.", name=deviation.name)
                )

    def _set_state(self, state, **values):
        with passage(self, "state"):
            self.write({"state": state, **values})

    def _get_document(self):
        """The document, or an empty recordset where it is gone."""
        self.ensure_one()
        model = self.env.get(self.res_model or self.gate_id.model)
        return model.browse(self.res_id).exists() if model is not None and self.res_id else self.browse()

    @api.model
    def _find(self, code, records):
        """Permits that may be used at this gate by the present user.

        :return: ``{record: deviation}``, for a record the one that ends first
        """
        deviations = self.sudo().search(
            Domain("gate_id.code", "=", code)
            & Domain("res_model", "=", records._name)
            & Domain("res_id", "in", records.ids)
            & Domain("state", "=", "granted")
            & Domain("valid_until", ">=", fields.Datetime.now())
            & Domain("granted_by_id", "!=", self.env.uid),
            order="valid_until desc, id desc",
        )
        by_id, found = {record.id: record for record in records}, {}
        for deviation in deviations:
            record = by_id[deviation.res_id]
            if deviation._covers(record, code):
                found[record] = deviation
        return found

    def _covers(self, record, code):
        """Whether the permit was given by the company that judges the record, and reaches as far as it."""
        company = record._guard_company()
        if company and company != self.company_id:
            return False
        return not self.quantity or self.used_quantity + self._takes(record, code) <= self.quantity

    @api.model
    def _takes(self, record, code):
        """What a record takes of a permit; a negative amount gives nothing back."""
        return abs(record._guard_quantity(code))

    def _use(self, code, records):
        """Use the permits up that these records pass with.

        :param records: the documents that met obstacles at the gate
        :return: the documents that may pass
        """
        passed = records.browse()
        for record, deviation in self._find(code, records).items():
            used = deviation.used_quantity + self._takes(record, code)
            with passage(deviation, "state"):
                deviation.write(
                    {
                        "used_quantity": used,
                        "used_on": fields.Datetime.now(),
                        "used_by_id": self.env.uid,
                        "state": "granted" if deviation.quantity and used < deviation.quantity else "used",
                    }
                )
            passed |= record
        return passed

    @api.model
    def _log_warned(self, code, obstacles):
        """Write down the documents that passed a gate which only warns.

        :param dict obstacles: ``{record: [sentence, ...]}``
        :return: the documents written down now; those that this transaction wrote down before are left out,
            because a step may lie inside another: a create that confirms
        """
        gate = self.env["guard.gate"].sudo().search([("code", "=", code)], limit=1)
        records = next(iter(obstacles)).browse().union(*obstacles)
        before = self.sudo().search(
            Domain("gate_id", "=", gate.id)
            & Domain("res_id", "in", records.ids)
            & Domain("kind", "=", "warned")
            & Domain("create_date", ">=", self.env.cr.now().replace(microsecond=0))
        )
        records = records.filtered(lambda record: record.id not in before.mapped("res_id"))
        now = fields.Datetime.now()
        with passage(self, "log"):
            # every value is named: what a user or a caller has set as default is no evidence
            self.sudo().create(
                [
                    {
                        "kind": "warned",
                        "state": "used",
                        "gate_id": gate.id,
                        "res_id": record.id,
                        "company_id": (record._guard_company() or self.env.company).id,
                        "requester_id": self.env.uid,
                        "reason": self.env._("The gate warns in this company; the document went on."),
                        "obstacles": "\n".join(obstacles[record]),
                        "valid_until": now,
                        "quantity": 0,
                        "granted_by_id": False,
                        "granted_on": False,
                        "used_quantity": self._takes(record, code),
                        "used_on": now,
                        "used_by_id": self.env.uid,
                        "review_note": False,
                    }
                    for record in records
                ]
            )
        return records
