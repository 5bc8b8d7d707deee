from odoo import fields, models
from odoo.tools import SQL

from ...tools.actions import open_form


class GuardOrderReviewReport(models.Model):
    """What the reviews say about the company, one row for each review (clause 2.1.1).

    A rate is kept as 1 or 0 and left empty where it says nothing yet, so that its average counts only what
    has been decided: no review decided is no figure, not zero. The number behind each rate stands beside it.
    """

    _name = "guard.order.review.report"
    _description = "Order Review Analysis"
    _auto = False
    _order = "received_on desc, id desc"
    _rec_name = "review_id"
    _depends = {
        "guard.order.review": [
            "order_id", "revision", "state", "company_id", "partner_id", "user_id",
            "received_on", "asked_on", "decided_on", "hours_to_ask", "hours_to_decide",
        ],
        "guard.review.issue": ["review_id"],
        "guard.approval.decision": ["res_model", "res_id", "kind"],
        "sale.order": ["state", "commitment_date", "effective_date"],
        "res.company": ["resource_calendar_id"],
        "resource.calendar": ["tz"],
    }  # fmt: skip

    # subject
    review_id = fields.Many2one("guard.order.review", "Review", readonly=True)
    order_id = fields.Many2one("sale.order", "Sales Order", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    revision = fields.Integer(readonly=True, aggregator=None)
    state = fields.Selection(
        selection=lambda self: self.env["guard.order.review"]._fields["state"]._description_selection(self.env),
        readonly=True,
    )

    # time
    received_on = fields.Datetime("Order Received On", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    hours_to_ask = fields.Float("Hours to Hand Over", readonly=True, aggregator="avg")
    hours_to_decide = fields.Float("Hours to Decide", readonly=True, aggregator="avg")

    # quality of the review
    issue_count = fields.Integer("Issues", readonly=True)
    voided_count = fields.Integer("Voided Approvals", readonly=True)
    right_first_time = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of the orders whose first review was approved without an issue and without a voided approval.",
    )
    first_count = fields.Integer("First Reviews Decided", readonly=True, help="The number behind Right First Time.")

    # promise
    promise_kept = fields.Float(
        "Promises Kept",
        readonly=True,
        aggregator="avg",
        help="Share of the confirmed orders first delivered on the promised day or before; "
        "not delivered after that day is not kept.",
    )
    promise_count = fields.Integer("Promises Due", readonly=True, help="The number behind Promises Kept.")

    @property
    def _table_query(self):
        """One row for each review; days are those of the company's working calendar."""
        return SQL(
            """
            WITH issues AS (
                SELECT review_id, COUNT(*) AS number FROM guard_review_issue GROUP BY review_id
            ), voided AS (
                SELECT res_id AS review_id, COUNT(*) AS number FROM guard_approval_decision
                WHERE res_model = 'guard.order.review' AND kind = 'voided' GROUP BY res_id
            ), promises AS (
                SELECT o.id AS order_id,
                       (o.commitment_date AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS promised,
                       (o.effective_date AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS delivered,
                       (NOW() AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS today
                FROM sale_order o
                JOIN res_company company ON company.id = o.company_id
                LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
                WHERE o.state = 'sale' AND o.commitment_date IS NOT NULL
            ), rows AS (
                SELECT review.*, COALESCE(issues.number, 0) AS issue_count, COALESCE(voided.number, 0) AS voided_count,
                       review.revision = 1 AND review.asked_on IS NOT NULL AND review.state NOT IN ('draft', 'in_review')
                           AS is_first_decided,
                       review.state <> 'superseded'
                           AND (promises.delivered IS NOT NULL OR promises.promised < promises.today) AS is_promise_due,
                       COALESCE(promises.delivered <= promises.promised, FALSE) AS is_promise_kept
                FROM guard_order_review review
                LEFT JOIN issues ON issues.review_id = review.id
                LEFT JOIN voided ON voided.review_id = review.id
                LEFT JOIN promises ON promises.order_id = review.order_id
            )
            SELECT id, id AS review_id, order_id, partner_id, user_id, company_id, revision, state,
                   received_on, decided_on, issue_count, voided_count,
                   CASE WHEN asked_on IS NOT NULL THEN hours_to_ask END AS hours_to_ask,
                   CASE WHEN decided_on IS NOT NULL THEN hours_to_decide END AS hours_to_decide,
                   CASE WHEN is_first_decided
                        THEN (state = 'approved' AND issue_count = 0 AND voided_count = 0)::int::numeric
                   END AS right_first_time,
                   is_first_decided::int AS first_count,
                   CASE WHEN is_promise_due THEN is_promise_kept::int::numeric END AS promise_kept,
                   COALESCE(is_promise_due, FALSE)::int AS promise_count
            FROM rows
            """
        )

    def action_open_review(self):
        """Open the review that the row counts."""
        self.ensure_one()
        return open_form("guard.order.review", self.review_id.id)
