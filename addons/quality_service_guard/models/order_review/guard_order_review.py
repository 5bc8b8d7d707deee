from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.actions import open_form, tally
from ...tools.fingerprint import fingerprint
from ...tools.passage import is_open, passage

# which department answers which of the clause's four questions: field prefix -> aspect
QUESTIONS = {
    "specification": "engineering",
    "quantity": "production",
    "delivery": "production",
    "quality": "quality",
}

# moved on by buttons and sign-offs, or reckoned: never typed
SEALED = frozenset(
    {
        "name",
        "revision",
        "state",
        "order_id",
        "company_id",
        "partner_id",
        "user_id",
        "asked_on",
        "decided_on",
        "hours_to_ask",
        "hours_to_decide",
    }
)


class GuardOrderReview(models.Model):
    """The review of one revision of a sales order before it is promised (clause 2.1.1; ISO 9001 8.2.3).

    Each order line is asked the four questions of the clause; sales, production, engineering and quality
    sign off, each bound to what it judged of the order. The clock runs from the receipt of the order.
    """

    _name = "guard.order.review"
    _description = "Order Review"
    _inherit = ["guard.approval.mixin", "guard.duty.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _approval_aspects = {
        "sales": (
            "partner_id",
            "payment_term_id",
            "currency_id",
            "commitment_date",
            "order_line.product_id",
            "order_line.product_uom_qty",
            "order_line.product_uom_id",
            "order_line.price_unit",
            "order_line.discount",
            "order_line.tax_ids",
        ),
        "production": (
            "commitment_date",
            "warehouse_id",
            "order_line.product_id",
            "order_line.product_uom_qty",
            "order_line.product_uom_id",
            "order_line.customer_lead",
        ),
        "engineering": ("order_line.product_id", "order_line.name"),
        "quality": ("order_line.product_id", "order_line.name", "order_line.guard_quality_requirement"),
    }

    # identity
    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    revision = fields.Integer(readonly=True, default=1, aggregator=None)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("in_review", "In Review"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )

    # subject
    order_id = fields.Many2one(
        "sale.order", "Sales Order", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    # as they were when the review was opened: an edited order must not search its reviews to follow
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index="btree_not_null")
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True, index="btree_not_null")
    amount_untaxed = fields.Monetary(related="order_id.amount_untaxed", string="Order Amount", tracking=False)
    currency_id = fields.Many2one(related="order_id.currency_id")
    commitment_date = fields.Datetime(related="order_id.commitment_date", string="Delivery Date")
    line_ids = fields.One2many("guard.order.review.line", "review_id", "Lines")
    issue_ids = fields.One2many("guard.review.issue", "review_id", "Issues")

    # time
    received_on = fields.Datetime(
        "Order Received On", required=True, default=fields.Datetime.now, help="When the customer's order arrived."
    )
    asked_on = fields.Datetime("Review Asked On", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    hours_to_ask = fields.Float("Hours to Hand Over", compute="_compute_hours", store=True, aggregator="avg")
    hours_to_decide = fields.Float("Hours to Decide", compute="_compute_hours", store=True, aggregator="avg")

    # progress
    open_issue_count = fields.Integer(compute="_compute_open_issue_count")
    # for the form: names of the questions that the reader is to answer, and of those with evidence on some line
    asked_questions = fields.Char(compute="_compute_asked_questions", export_string_translation=False)
    has_change = fields.Boolean(compute="_compute_has_change", export_string_translation=False)
    evidence_questions = fields.Char(compute="_compute_evidence_questions", export_string_translation=False)

    _order_revision_unique = models.UniqueIndex("(order_id, revision)", "This revision of the order has a review.")

    @api.depends("received_on", "asked_on", "decided_on")
    def _compute_hours(self):
        """Working hours from receipt to hand-over and to decision; 0 until the moment has come."""
        for company, reviews in self.grouped("company_id").items():
            spans = [
                (review.received_on, moment or review.received_on)
                for review in reviews
                for moment in (review.asked_on, review.decided_on)
            ]
            hours = company.resource_calendar_id._guard_working_hours(spans, company)
            for index, review in enumerate(reviews):
                review.hours_to_ask, review.hours_to_decide = (
                    max(0.0, value or 0.0) for value in hours[2 * index : 2 * index + 2]
                )

    @api.depends("issue_ids.state")
    def _compute_open_issue_count(self):
        for review in self:
            review.open_issue_count = len(review.issue_ids.filtered(lambda issue: issue.state == "open"))

    @api.depends("approval_request_ids.step_ids.state")
    @api.depends_context("uid")
    def _compute_asked_questions(self):
        for review in self:
            review.asked_questions = " ".join(filter(review._get_step_to_answer, QUESTIONS))

    @api.depends("approval_request_ids.step_ids.state")
    @api.depends_context("lang")
    def _compute_has_change(self):
        for review in self:
            review.has_change = any(review.sudo().approval_step_ids.mapped("change"))

    @api.depends(*(f"line_ids.{question}_evidence" for question in QUESTIONS))
    def _compute_evidence_questions(self):
        for review in self:
            review.evidence_questions = " ".join(
                question for question in QUESTIONS if any(review.line_ids.mapped(f"{question}_evidence"))
            )

    @api.depends("name", "order_id.name")
    def _compute_display_name(self):
        for review in self:
            review.display_name = f"{review.name} ({review.sudo().order_id.name})" if review.order_id else review.name

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["name"] = self.env["ir.sequence"].next_by_code("guard.order.review") or "/"
        reviews = super().create(vals_list)
        if strays := reviews.filtered(lambda review: review.state != "draft"):
            strays._set_state("draft")
        return reviews

    def write(self, vals):
        if SEALED & vals.keys() and not is_open(self, "state"):
            raise UserError(self.env._("An order review is moved on by its buttons and sign-offs only."))
        if "received_on" in vals and any(review.state != "draft" for review in self):
            raise UserError(self.env._("The receipt of the order is noted before the review is asked for."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        for review in self:
            if review.state != "draft":
                raise UserError(
                    self.env._("%(review)s has been asked for and stays on record.", review=review.display_name)
                )

    # Buttons

    def action_submit(self):
        """Ask the departments: from here the questions are answered and the clock of each step runs."""
        self.check_access("write")
        self._submit()

    def action_supersede(self):
        """Take the review back; the order may be put forward again as a new revision."""
        self.check_access("write")
        for review in self:
            if review.state not in ("draft", "in_review", "rejected"):
                raise UserError(
                    self.env._("%(review)s is decided and cannot be taken back.", review=review.display_name)
                )
            if not review._is_own(self.env.user):
                raise UserError(
                    self.env._(
                        "%(review)s is taken back by who asked for it, the salesperson, a sales manager or an "
                        "administrator of assurance.",
                        review=review.display_name,
                    )
                )
        self._supersede(self.env._("Taken back by %(user)s.", user=self.env.user.name))

    def action_answer_ok(self):
        """Answer ok to every question that is open for the present user's departments, on all these reviews."""
        answered = self.line_ids._answer_ok().review_id
        if len(self) == 1:
            return True
        skipped = [
            self.env._("%(review)s: no question is open for you.", review=review.display_name)
            for review in self - answered
        ]
        title = self.env._("%(done)s answered, %(skipped)s skipped", done=len(answered), skipped=len(skipped))
        return tally(title, skipped)

    def action_approve(self):
        """Approve, each review at the step that waits for the present user."""
        skipped = self._explain_drafts()
        result = super().action_approve()
        if not skipped:
            return result
        if isinstance(result, dict):
            skipped = [*result["params"]["message"].splitlines(), *skipped]
        return tally(
            self.env._("%(done)s decided, %(skipped)s skipped", done=len(self) - len(skipped), skipped=len(skipped)),
            skipped,
        )

    def action_reject(self):
        """Ask for the reason, then reject all these reviews that have been asked for."""
        self._explain_drafts()
        return super().action_reject()

    def action_open_order(self):
        """Open the sales order."""
        self.ensure_one()
        return open_form("sale.order", self.order_id.id)

    # The work

    def _is_own(self, user):
        """Whether the user may take the review back: whose order it is, or who answers for all of them."""
        return (
            self.env.su
            or user in self.sudo().order_id.user_id | self.sudo().approval_request_id.requester_id | self.create_uid
            or user.has_group("sales_team.group_sale_manager")
            or user.has_group("quality_service_guard.group_guard_manager")
        )

    def _explain_drafts(self):
        """Why some of these reviews cannot be decided: nobody has asked for them yet.

        :return: a sentence for each; none of them to decide is an error
        """
        drafts = self.filtered(lambda review: not review.approval_request_id)
        sentences = [
            self.env._("%(review)s: it has not been submitted for review yet.", review=review.display_name)
            for review in drafts
        ]
        if drafts == self:
            raise UserError("\n".join(sentences) or self.env._("Select the reviews to decide."))
        return sentences

    def _submit(self, requester=None):
        self._sync_lines()
        for review in self:
            if review.state != "draft":
                raise UserError(self.env._("%(review)s has been asked for already.", review=review.display_name))
            if not review.line_ids:
                raise UserError(
                    self.env._(
                        "%(order)s has no line with a product: there is nothing to review.",
                        order=review.sudo().order_id.name,
                    )
                )
        self._set_state("in_review", asked_on=fields.Datetime.now())
        self._approval_ask(requester)
        self.sudo().order_id._guard_settle_duties()

    @api.model
    def _open_for(self, orders):
        """A draft review for each order, its lines ready to be asked.

        A draft that waits already is taken; what was rejected or superseded is followed by a new revision.
        """
        drafts = self.search([("order_id", "in", orders.ids), ("state", "=", "draft")])
        missing = orders - drafts.order_id
        revisions = dict(self._read_group([("order_id", "in", missing.ids)], ["order_id"], ["revision:max"]))
        missing._guard_live_reviews()._supersede(self.env._("A new revision of the order is reviewed."))
        return drafts | self.create(
            [
                {
                    "order_id": order.id,
                    "partner_id": order.partner_id.id,
                    "user_id": order.user_id.id,
                    "revision": revisions.get(order, 0) + 1,
                    "received_on": order.guard_received_on or order.signed_on or fields.Datetime.now(),
                    "line_ids": [
                        Command.create({"order_line_id": line.id}) for line in order._approval_lines("order_line")
                    ],
                }
                for order in missing
            ]
        )

    def _supersede(self, reason):
        if self:
            self._approval_withdraw(reason)
            # a promised order keeps its conditions: or taking the review back would be the way round them
            unpromised = self.sudo().filtered(lambda review: review.order_id.state in ("draft", "sent", "cancel"))
            unpromised.approval_request_ids.condition_ids._void()
            self._set_state("superseded")
            self.sudo().issue_ids._duty_close()

    def _set_state(self, state, **values):
        with passage(self, "state"):
            self.sudo().write({"state": state, **values})

    def _sync_lines(self):
        """Lines of the review follow the lines of the order; answers of lines that stay are kept."""
        for review in self.sudo():
            wanted = review.order_id._approval_lines("order_line")
            review.line_ids.filtered(lambda line, wanted=wanted: line.order_line_id not in wanted).unlink()
            new = wanted - review.line_ids.order_line_id
            review.line_ids.create([{"review_id": review.id, "order_line_id": line.id} for line in new])

    # Approval

    def _approval_subject(self):
        return self.order_id

    def _approval_amount(self):
        order = self.sudo().order_id
        return order.currency_id._convert(
            order.amount_untaxed, order.company_id.currency_id, order.company_id, fields.Date.context_today(self)
        )

    def _approval_clause(self):
        return self.env.ref("quality_service_guard.clause_2_1_1")

    def _approval_veto(self, step, kind):
        """No approval while an answer is missing or a problem or an issue is open."""
        if kind != "approved":
            return None
        if issues := self.issue_ids.filtered(lambda issue: issue.state == "open"):
            return self.env._("issues are open: %(issues)s.", issues=", ".join(issues.mapped("name")))
        questions = self._get_questions(step.aspect)
        for line in self.line_ids if questions else ():
            for question in questions:
                answer = line[f"{question}_answer"]
                if answer not in ("ok", "changed"):
                    label = line._fields[f"{question}_answer"]._description_string(self.env)
                    state = self.env._("is a problem") if answer else self.env._("is not answered")
                    return self.env._(
                        "%(line)s: %(question)s %(state)s.", line=line.display_name, question=label, state=state
                    )
        return None

    def _approval_tell_line(self, line, words):
        """An order line as it is spoken: "Bearing: 3 Units at 10.00, delivery 7 days"; what is empty goes without saying."""
        left = {fname: " ".join(text.split()) for fname, text in words.items() if text not in ("–", "0")}
        product, unit = left.pop("product_id", ""), left.pop("product_uom_id", "")
        told = [f"{left.pop('product_uom_qty', 0)} {unit}"] if unit else []
        if "price_unit" in words:
            price = left.pop("price_unit", "0")
            told = [self.env._("%(quantity)s at %(price)s", quantity=told[0], price=price)]
        if percent := left.pop("discount", None):
            told.append(self.env._("discount %(percent)s %%", percent=percent))
        if taxes := left.pop("tax_ids", None):
            told.append(self.env._("taxes %(taxes)s", taxes=taxes))
        if days := left.pop("customer_lead", None):
            told.append(self.env._("delivery %(days)s days", days=days))
        if description := left.pop("name", "").removeprefix(product).strip():
            told.append(description)
        return ": ".join(filter(None, [product, ", ".join([*told, *self._approval_labelled(line, left)])]))

    def _approval_granted(self):
        self._set_state("approved", decided_on=fields.Datetime.now())
        self.sudo().order_id._guard_review_approved()

    def _approval_refused(self, comment):
        self._set_state("rejected", decided_on=fields.Datetime.now())
        self.sudo().order_id._guard_review_rejected(comment)

    def _approval_reopened(self, steps):
        self._set_state("in_review", decided_on=False)

    def _approval_edited(self, changes):
        """Answers about what was edited are asked anew; those about other lines stand."""
        self._sync_lines()
        for step, differences in changes.items():
            keys = [key.split("/") for key, _before, _after in differences]
            touched = {int(key[1]) for key in keys if len(key) > 1}
            header = any(len(key) == 1 for key in keys)
            self.line_ids.filtered(
                lambda line, header=header, touched=touched: header or line.order_line_id.id in touched
            )._forget(self._get_questions(step.aspect))

    def _filter_as_approved(self):
        """The reviews whose order says again what every department approved last: a change was taken back."""
        contents = self.sudo()._approval_contents()
        return self.filtered(
            lambda review: (
                (steps := review.sudo().approval_request_id.step_ids)
                and all(
                    step.judged_content
                    and fingerprint(step.judged_content) == fingerprint(contents[review][step.aspect])
                    for step in steps
                )
            )
        )

    def _is_as_approved(self):
        return bool(self._filter_as_approved())

    def _get_open_action(self):
        """Open these reviews: the form of a single one, else their list."""
        if len(self) == 1:
            return open_form(self._name, self.id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Order Reviews"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", self.ids)],
        }

    @api.model
    def _get_questions(self, aspect):
        """The questions of the clause that the department of an aspect answers."""
        return [question for question, owner in QUESTIONS.items() if owner == aspect]

    def _get_step_to_answer(self, question):
        """The step under which the present user may answer a question of this review now."""
        self.ensure_one()
        if self.state != "in_review":
            return self.env["guard.approval.request.step"]
        return self.sudo().approval_request_id.step_ids.filtered(
            lambda step: step.state == "pending" and step.aspect == QUESTIONS[question] and step._mandates(self.env.user)
        )
