from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestOrderReviewUse(OrderReviewCommon):
    """Many reviews at once, what the form shows of the reader's own part, and the requirement ledger."""

    def test_many_reviews_are_answered_at_once_and_those_skipped_are_named(self):
        first, second = self._make_review(), self._make_review()
        draft = self.env["guard.order.review"]._open_for(self._make_order())
        action = (first | second | draft).with_user(self.production).action_answer_ok()
        self.assertEqual(set((first | second).line_ids.mapped("quantity_answer")), {"ok"})
        self.assertEqual(set((first | second).line_ids.mapped("quality_answer")), {False})
        self.assertIn("2 answered, 1 skipped", action["params"]["title"])
        self.assertIn(draft.name, action["params"]["message"])

    def test_answered_again_changes_nothing(self):
        review = self._make_review()
        review.line_ids[0].with_user(self.production).quantity_answer = "changed"
        review.with_user(self.production).action_answer_ok()
        self.assertEqual(review.line_ids.mapped("quantity_answer"), ["changed", "ok"])

    def test_many_reviews_are_approved_at_once_and_drafts_are_named(self):
        reviews = self._make_review() | self._make_review()
        draft = self.env["guard.order.review"]._open_for(self._make_order())
        action = (reviews | draft).with_user(self.sales).action_approve()
        for review in reviews:
            self.assertStates(review, sales="approved", production="pending", engineering="pending", quality="pending")
        self.assertEqual(action["params"]["title"], "2 decided, 1 skipped")
        self.assertIn(draft.name, action["params"]["message"])

    def test_one_approved_and_one_draft_are_told_apart(self):
        review = self._make_review()
        draft = self.env["guard.order.review"]._open_for(self._make_order())
        action = (review | draft).with_user(self.sales).action_approve()
        self.assertEqual(action["params"]["title"], "1 decided, 1 skipped")

    def test_skipped_with_their_reason_and_a_draft(self):
        ready, waiting = self._make_review(), self._make_review()
        draft = self.env["guard.order.review"]._open_for(self._make_order())
        ready.with_user(self.production).action_answer_ok()
        action = (ready | waiting | draft).with_user(self.production).action_approve()
        self.assertEqual(action["params"]["title"], "1 decided, 2 skipped")
        self.assertIn("is not answered", action["params"]["message"])
        self.assertIn(draft.name, action["params"]["message"])

    def test_only_drafts_is_an_error_with_the_reason(self):
        draft = self.env["guard.order.review"]._open_for(self._make_order())
        for decide in (draft.with_user(self.sales).action_approve, draft.with_user(self.sales).action_reject):
            with self.assertRaises(UserError) as caught:
                decide()
            self.assertIn("has not been submitted", str(caught.exception))

    def test_many_reviews_are_rejected_with_one_reason(self):
        reviews = self._make_review() | self._make_review()
        action = reviews.with_user(self.quality).action_reject()
        wizard = self.env[action["res_model"]].with_user(self.quality).with_context(**action["context"])
        wizard.create({"comment": "No gauge"}).action_apply()
        self.assertEqual(reviews.mapped("state"), ["rejected", "rejected"])

    def test_form_knows_which_questions_are_mine(self):
        review = self._make_review()
        expected = {
            self.production: "quantity delivery",
            self.engineering: "specification",
            self.quality: "quality",
            self.sales: "",
            self.seller: "",
        }
        for user, questions in expected.items():
            self.assertEqual(review.with_user(user).asked_questions, questions, user.login)
        self._sign(review, self.quality)
        self.assertEqual(review.with_user(self.quality).asked_questions, "")

    def test_evidence_is_shown_where_there_is_some(self):
        review = self._make_review()
        self.assertFalse(review.evidence_questions)
        review.line_ids[1].with_user(self.quality).quality_evidence = "Certificate 3.1"
        self.assertEqual(review.evidence_questions, "quality")

    def test_change_after_approval_is_shown(self):
        order = self._make_approved_order()
        review = order.guard_review_id.with_env(self.env)
        self.assertFalse(review.has_change)
        order.order_line[0].product_uom_qty = 7
        review.invalidate_recordset()
        self.assertTrue(review.has_change)

    def test_issue_is_one_duty(self):
        issue = self._make_issue(self._make_review())
        duties = self.env["mail.activity"].search([("res_model", "=", issue._name), ("res_id", "=", issue.id)])
        self.assertEqual(len(duties), 1)
        self.assertEqual(duties.guard_deadline, issue.deadline)

    # The requirement ledger

    def _make_issue(self, review, **values):
        return (
            self.env["guard.review.issue"]
            .with_user(self.quality)
            .create({"review_id": review.id, "name": "Which coating?", "kind": "requirement", **values})
        )

    def _settle(self, issue):
        issue.with_user(self.seller).answer = "Zinc, 8 µm"
        issue.with_user(self.quality).action_settle()

    def _rate(self, issues):
        ((rate, count),) = self.env["guard.review.issue"]._read_group(
            [("id", "in", issues.ids)], [], ["clarified_rate:avg", "__count"]
        )
        return rate, count

    def test_ledger_knows_customer_and_contact(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.customer.id})
        issue = self._make_issue(self._make_review(), contact_id=contact.id)
        self.assertEqual((issue.partner_id, issue.contact_id, issue.user_id), (self.customer, contact, self.seller))
        self.assertTrue(issue.deadline)

    def test_clarified_before_acceptance(self):
        review = self._make_review()
        issue = self._make_issue(review)
        self.assertEqual((issue.clarified, self._rate(issue)), ("waiting", (False, 1)))
        self._settle(issue)
        self._sign(review)
        self.assertEqual((issue.clarified, self._rate(issue)), ("waiting", (False, 1)))
        review.order_id.with_user(self.seller).action_confirm()
        issue.invalidate_recordset()
        self.assertEqual((issue.clarified, self._rate(issue)), ("before", (1.0, 1)))

    def test_accepted_while_open_is_not_clarified(self):
        self.gate.mode = "warn"
        kept, open_ = self._make_review(), self._make_review()
        settled, waiting = self._make_issue(kept), self._make_issue(open_)
        self._settle(settled)
        (kept | open_).order_id.with_user(self.seller).action_confirm()
        issues = settled | waiting
        issues.invalidate_recordset()
        self.assertEqual(issues.mapped("clarified"), ["before", "not"])
        self.assertEqual(self._rate(issues), (0.5, 2))

    def test_no_accepted_order_is_no_figure(self):
        rate, _count = self._rate(self.env["guard.review.issue"])
        self.assertIs(rate, False)

    def test_ledger_is_grouped_and_averaged_by_who_may_not_read_orders(self):
        self.gate.mode = "warn"
        review = self._make_review()
        issue = self._make_issue(review)
        review.order_id.with_user(self.seller).action_confirm()
        issues = self.env["guard.review.issue"].with_user(self.production)
        self.assertFalse(self.env["sale.order"].with_user(self.production).has_access("read"))
        self.assertEqual(issues.search([("clarified", "=", "not"), ("id", "=", issue.id)]), issue)
        self.assertFalse(issues.search([("clarified", "!=", "not"), ("id", "=", issue.id)]))
        rows = issues._read_group([("id", "=", issue.id)], ["clarified"], ["clarified_rate:avg"])
        self.assertEqual(rows, [("not", 0.0)])
        described = issues.fields_get(["clarified", "clarified_rate"], ["aggregator", "groupable"])
        self.assertEqual(
            (described["clarified"]["groupable"], described["clarified_rate"]["aggregator"]), (True, "avg")
        )

    def test_confirming_does_not_search_issues(self):
        order = self._make_approved_order()
        self._make_issue(order.guard_review_id)
        order.invalidate_recordset()
        self.env.flush_all()
        statements = []
        execute = self.env.cr.execute

        def watch(query, *args, **kwargs):
            statements.append(str(query))
            return execute(query, *args, **kwargs)

        self.patch(self.env.cr, "execute", watch)
        order.action_confirm()
        self.env.flush_all()
        self.assertTrue(statements)
        self.assertFalse([text for text in statements if "guard_review_issue" in text])

    # The analysis

    def _row(self, review):
        self.env.flush_all()
        report = self.env["guard.order.review.report"].with_user(self.manager)
        report = report.with_context(allowed_company_ids=self.manager.company_ids.ids)
        return report.search([("review_id", "=", review.id)])

    def _rates(self, *reviews):
        ids = [review.id for review in reviews]
        self.env.flush_all()
        ((*figures,),) = self.env["guard.order.review.report"]._read_group(
            [("review_id", "in", ids)],
            [],
            ["right_first_time:avg", "first_count:sum", "promise_kept:avg", "promise_count:sum", "hours_to_decide:avg"],
        )
        return figures

    def test_undecided_review_says_nothing(self):
        review = self._make_review()
        self.assertEqual(self._rates(review), [False, 0, False, 0, False])

    def test_right_first_time(self):
        clean, doubted, voided, rejected = (self._make_review() for _index in range(4))
        self._settle(self._make_issue(doubted))
        for review in (clean, doubted, voided):
            self._sign(review)
        voided.order_id.order_line[0].with_user(self.seller).price_unit = 7
        self._sign(voided, self.sales)
        rejected.with_user(self.quality).approval_request_id.action_reject("No")
        again = self._make_review(rejected.order_id)
        self._sign(again)
        self.assertEqual(self._rates(clean)[:2], [1.0, 1])
        for review in (doubted, voided, rejected):
            self.assertEqual(self._rates(review)[:2], [0.0, 1], review.name)
        self.assertEqual(self._rates(again)[:2], [False, 0], "its order has been counted by the first review")
        self.assertEqual(self._rates(clean, doubted, voided, rejected, again)[:2], [0.25, 4])

    def test_promises_kept(self):
        late, kept, waiting = (
            self._make_order(commitment_date=date)
            for date in ("2020-01-10 09:00:00", "2020-01-10 09:00:00", "2099-01-10 09:00:00")
        )
        reviews = [self._make_review(order) for order in (late, kept, waiting)]
        for review in reviews:
            self._sign(review)
            self.assertEqual(self._rates(review)[2:4], [False, 0], "not confirmed, so not promised")
        (late | kept | waiting).with_user(self.seller).action_confirm()
        kept.sudo().effective_date = "2020-01-10 15:00:00"
        self.assertEqual(self._rates(reviews[0])[2:4], [0.0, 1], "not delivered and the day is past")
        self.assertEqual(self._rates(reviews[1])[2:4], [1.0, 1], "the promise is a day, not an hour")
        self.assertEqual(self._rates(reviews[2])[2:4], [False, 0], "the day has not come")
        self.assertEqual(self._rates(*reviews)[2:4], [0.5, 2])

    def test_figure_opens_the_very_review(self):
        review = self._make_review()
        action = self._row(review).action_open_review()
        self.assertEqual((action["res_model"], action["res_id"]), ("guard.order.review", review.id))

    def test_analysis_of_another_company_is_not_read(self):
        review = self._make_review()
        company = self.env["res.company"].create({"name": "Other"})
        self.manager.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        self.assertFalse(self._row(review))
