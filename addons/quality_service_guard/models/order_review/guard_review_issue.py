from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.passage import passage

# noted by the system, or following the review: never typed
SEALED = frozenset(
    {
        "state",
        "review_id",
        "order_id",
        "company_id",
        "partner_id",
        "raised_by_id",
        "answered_by_id",
        "settled_by_id",
        "settled_on",
    }
)


class GuardReviewIssue(models.Model):
    """What a review found and a department has to settle before the order can be approved (clause 2.1.1).

    Asked of a department and one person in it, answered by them, settled by somebody who did not answer.
    """

    _name = "guard.review.issue"
    _description = "Order Review Issue"
    _inherit = ["guard.asked.mixin"]

    _asking_fields = {"user_id", "department_id", "deadline"}

    # identity
    name = fields.Char("Issue")
    state = fields.Selection(
        [("open", "Open"), ("settled", "Settled")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        index=True,
        tracking=True,
    )

    # subject
    review_id = fields.Many2one("guard.order.review", "Review", required=True, index=True, ondelete="cascade")
    order_id = fields.Many2one(related="review_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="review_id.partner_id", store=True, index="btree_not_null")
    line_id = fields.Many2one(
        "guard.order.review.line", "Line", index=True, ondelete="set null", domain="[('review_id', '=', review_id)]"
    )
    kind = fields.Selection(
        [
            ("requirement", "Unclear Requirement"),
            ("capacity", "Capacity"),
            ("material", "Material"),
            ("technical", "Technical"),
            ("price", "Price"),
            ("other", "Other"),
        ],
        required=True,
        default="requirement",
    )
    description = fields.Text()

    # who and when
    raised_by_id = fields.Many2one("res.users", "Raised By", readonly=True, default=lambda self: self.env.user)
    department_id = fields.Many2one("hr.department", "Department Asked")
    user_id = fields.Many2one(compute="_compute_user_id", store=True, readonly=False)
    contact_id = fields.Many2one(
        "res.partner",
        "Customer's Contact Asked",
        index="btree_not_null",
        tracking=True,
        domain="[('id', 'child_of', partner_id)]",
        help="Who was asked at the customer, where the answer has to come from there.",
    )

    # result
    answer = fields.Text(tracking=True)
    answered_by_id = fields.Many2one("res.users", "Answered By", readonly=True, copy=False)
    settled_by_id = fields.Many2one("res.users", "Settled By", readonly=True, copy=False)
    clarified = fields.Selection(
        [
            ("waiting", "Order Not Accepted Yet"),
            ("before", "Before Acceptance"),
            ("not", "Not Before Acceptance"),
            ("later", "Raised After Acceptance"),
        ],
        compute="_compute_clarified",
        search="_search_clarified",
        help="Whether the issue was settled before the order was confirmed.",
    )
    clarified_rate = fields.Float(
        "Clarified Before Acceptance",
        compute="_compute_clarified",
        aggregator="avg",
        help="Share of the issues settled before their order was confirmed; orders not confirmed yet don't count.",
    )

    @api.depends("department_id", "review_id")
    def _compute_user_id(self):
        """The manager of the department asked; the salesperson where none is."""
        for issue in self:
            manager = issue.department_id.sudo().manager_id.user_id
            issue.user_id = manager or issue.review_id.sudo().order_id.user_id or issue.raised_by_id

    @api.depends("state", "settled_on")  # not the order's state: who confirms an order must not search its issues
    def _compute_clarified(self):
        for issue in self:
            order = issue.sudo().order_id
            accepted = order.state == "sale" and order.date_order
            if not accepted:
                issue.clarified = "waiting"
            elif issue.create_date > accepted:
                issue.clarified = "later"
            else:
                issue.clarified = "before" if issue.settled_on and issue.settled_on <= accepted else "not"
            issue.clarified_rate = issue.clarified == "before"

    def _search_clarified(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL("%s IN %s", model._clarified_sql(alias, query), tuple(value)),
            predicate=lambda issue: issue.clarified in value,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """What is reckoned from the order at the moment of reading can be grouped and averaged all the same.

        The rate is empty where the order is not accepted: none accepted is no figure, not zero.
        """
        if query is not None and field_expr == "clarified":
            return self._clarified_sql(alias, query)
        if query is not None and field_expr == "clarified_rate":
            return SQL("CASE %s WHEN 'before' THEN 1.0 WHEN 'not' THEN 0.0 END", self._clarified_sql(alias, query))
        return super()._field_to_sql(alias, field_expr, query)

    def _clarified_sql(self, alias, query):
        """The same as ``_compute_clarified`` in the database; read past the rights on orders, as there."""
        orders = self.env["sale.order"].sudo()
        order = query.make_alias(alias, "clarified_order")
        join = SQL("%s = %s", self._field_to_sql(alias, "order_id", query), SQL.identifier(order, "id"))
        query.add_join("LEFT JOIN", order, orders._table, join)
        return SQL(
            "CASE WHEN %(state)s IS DISTINCT FROM 'sale' THEN 'waiting' WHEN %(raised)s > %(accepted)s THEN 'later' "
            "WHEN %(settled)s <= %(accepted)s THEN 'before' ELSE 'not' END",
            state=orders._field_to_sql(order, "state", query),
            accepted=orders._field_to_sql(order, "date_order", query),
            raised=self._field_to_sql(alias, "create_date", query),
            settled=self._field_to_sql(alias, "settled_on", query),
        )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["raised_by_id"] = self.env.uid
        issues = super().create(vals_list)
        for issue in issues:
            if issue.state != "open" or issue.settled_by_id or issue.settled_on or issue.answered_by_id:
                raise UserError(self.env._("An issue begins open."))
            if not issue.deadline:
                company = issue.company_id
                deadlines = company.resource_calendar_id._guard_deadlines([(fields.Datetime.now(), 8.0)], company)
                with passage(issue, "state"):  # the duties are opened below
                    issue.deadline = deadlines[0]
        issues._open_duties()
        return issues

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if any(issue.review_id.state != "draft" for issue in self):
            raise UserError(self.env._("What a review found stays on record; settle it instead."))

    def action_settle(self):
        """Accept the answer: by somebody other than who gave it."""
        self.check_access("write")
        for issue in self:
            if issue.state == "settled":
                raise UserError(self.env._("%(issue)s is settled already.", issue=issue.name))
            if not (issue.answer or "").strip():
                raise UserError(self.env._("%(issue)s has no answer yet.", issue=issue.name))
            if issue.answered_by_id == self.env.user:
                raise UserError(
                    self.env._("%(issue)s: who answered does not settle it; ask who raised it.", issue=issue.name)
                )
        self._set_state("settled", settled_by_id=self.env.uid, settled_on=fields.Datetime.now())
        self._duty_close(feedback=self.env._("Settled by %(user)s", user=self.env.user.name))

    # The work

    def _prepare_edit(self, vals):
        if SEALED & vals.keys():
            raise UserError(self.env._("An issue is settled by its button only."))
        return {**vals, "answered_by_id": self.env.uid} if "answer" in vals else vals

    def _prepare_duty(self):
        clause = self.env.ref("quality_service_guard.clause_2_1_1")
        return {"key": "issue", "user": self.user_id, "clause": clause, "summary": self.name}

    def _duty_is_open(self, key):
        return key == "issue" and self.state == "open" and self.review_id.state in ("draft", "in_review")
