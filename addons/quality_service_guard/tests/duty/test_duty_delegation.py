from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestDutyDelegation(OrderReviewCommon):
    """Qing Quality is away; a deputy without any right of quality acts for her."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deputy = new_test_user(cls.env, "deputy", "base.group_user,quality_service_guard.group_guard_user")

    @classmethod
    def _lend(cls, user=None, deputy=None, **values):
        user = user or cls.quality
        now = fields.Datetime.now()
        return (
            cls.env["guard.delegation"]
            .with_user(user)
            .create(
                {
                    "user_id": user.id,
                    "deputy_id": (deputy or cls.deputy).id,
                    "date_from": now - timedelta(hours=1),
                    "date_to": now + timedelta(days=2),
                    **values,
                }
            )
        )

    def _step(self, review, aspect="quality"):
        return review.sudo().approval_request_id.step_ids.filtered(lambda step: step.aspect == aspect)

    def _approve(self, review, user):
        review.with_user(user).action_answer_ok()
        review.with_user(user).approval_request_id.action_approve()

    def _duty(self, review, aspect="quality"):
        return self.env["mail.activity"].search([("guard_key", "=", self._step(review, aspect)._duty_key())])

    def test_deputy_decides_and_the_ledger_says_for_whom(self):
        self._lend()
        review = self._make_review()
        self._approve(review, self.deputy)
        decision = review.approval_request_id.decision_ids
        self.assertEqual((decision.user_id, decision.behalf_id), (self.deputy, self.quality))
        self.assertIn(f"approved for {self.quality.name}", review.message_ids[0].body)
        self.assertEqual(decision.ledger_id._verify(), [])
        self.env.cr.execute("ALTER TABLE guard_approval_decision DISABLE TRIGGER USER")
        self.env.cr.execute("UPDATE guard_approval_decision SET behalf_id = NULL WHERE id = %s", [decision.id])
        self.assertEqual([kind for _ledger, kind, _number in decision.ledger_id._verify()], ["altered"])

    def test_without_delegation_the_deputy_decides_nothing(self):
        review = self._make_review()
        with self.assertRaises(UserError) as caught:
            review.with_user(self.deputy).approval_request_id.action_approve()
        self.assertIn("not for you", str(caught.exception))

    def test_voice_is_lent_not_the_group(self):
        self._lend()
        self.assertFalse(self.deputy.has_group("quality_service_guard.group_review_quality"))

    def test_ended_delegation_lends_nothing(self):
        delegation = self._lend()
        review = self._make_review()
        delegation.with_user(self.quality).action_end()
        self.assertEqual(delegation.state, "ended")
        with self.assertRaises(UserError):
            review.with_user(self.deputy).approval_request_id.action_approve()

    def test_voice_is_not_lent_on(self):
        third = new_test_user(self.env, "third", "base.group_user,quality_service_guard.group_guard_user")
        self._lend()
        self._lend(self.deputy, third)
        review = self._make_review()
        with self.assertRaises(UserError):
            review.with_user(third).approval_request_id.action_approve()

    def test_scope_is_kept(self):
        self._lend(clause_ids=self.env.ref("quality_service_guard.clause_2_2_1").ids)
        review = self._make_review()
        self.assertEqual(self._step(review).asked_user_id, self.quality)
        with self.assertRaises(UserError):
            review.with_user(self.deputy).approval_request_id.action_approve()

    def test_scope_of_a_chapter_holds_its_clauses(self):
        self._lend(clause_ids=self.env.ref("quality_service_guard.clause_2_1").ids)
        review = self._make_review()
        request = review.approval_request_id.with_user(self.deputy)
        self.assertTrue(request.is_mine)
        self.assertIn(request, request.search([("is_mine", "=", True)]))
        self._approve(review, self.deputy)

    def test_what_is_asked_meanwhile_is_the_deputys_duty(self):
        self._lend()
        review = self._make_review()
        duty = self._duty(review)
        self.assertEqual((duty.user_id, duty.guard_for_id), (self.deputy, self.quality))
        self.assertIn(f"{self.deputy.name} for {self.quality.name}", review.waiting_for)

    def test_duties_go_over_and_come_back_by_the_clock(self):
        with freeze_time("2026-03-02 08:00:00"):
            review = self._make_review()
            start, stop = datetime(2026, 3, 3, 8), datetime(2026, 3, 5, 8)
            delegation = self._lend(date_from=start, date_to=stop)
            self.assertEqual((delegation.state, self._duty(review).user_id), ("planned", self.quality))
        with freeze_time("2026-03-03 08:00:01"):
            self.env["guard.delegation"]._advance()
            self.assertEqual(delegation.state, "running")
            self.assertEqual(self._duty(review).user_id, self.deputy)
            self.assertEqual(self._step(review).asked_user_id, self.deputy)
        with freeze_time("2026-03-05 08:00:01"):
            self.env["guard.delegation"]._advance()
            self.assertEqual(delegation.state, "ended")
            duty = self._duty(review)
            self.assertEqual((duty.user_id, duty.guard_for_id.id), (self.quality, False))
            self.assertEqual(self._step(review).asked_for_id.id, False)

    def test_authority_ends_by_the_clock_even_when_no_job_ran(self):
        with freeze_time("2026-03-02 08:00:00"):
            review = self._make_review()
            self._lend(date_from=datetime(2026, 3, 2, 7), date_to=datetime(2026, 3, 3, 8))
        with freeze_time("2026-03-03 08:00:01"), self.assertRaises(UserError):
            self._approve(review, self.deputy)

    def test_deputy_who_asked_is_not_asked(self):
        self._lend(deputy=self.seller)
        review = self._make_review()
        self.assertEqual(self._step(review).asked_user_id, self.quality)
        with self.assertRaises(UserError):
            review.with_user(self.seller).approval_request_id.action_approve()

    def test_deputy_gives_one_opinion_on_a_document(self):
        self._lend(deputy=self.production)
        review = self._make_review()
        self._sign(review, self.production)
        with self.assertRaises(UserError) as caught:
            review.with_user(self.production).approval_request_id.action_approve()
        self.assertIn("one person gives one opinion", str(caught.exception))

    def test_two_people_are_wanted_and_one_voice_counts_once(self):
        self.env.ref("quality_service_guard.chain_order_review_quality").minimum = 2
        new_test_user(self.env, "inspector2", "base.group_user,quality_service_guard.group_review_quality")
        self._lend()
        review = self._make_review()
        self._approve(review, self.deputy)
        self.assertEqual(self._step(review).state, "pending")
        with self.assertRaises(UserError):
            review.with_user(self.quality).approval_request_id.action_approve()

    def test_overlap_is_refused_unless_for_other_clauses(self):
        self._lend(clause_ids=self.env.ref("quality_service_guard.clause_2_1").ids)
        with self.assertRaises(ValidationError) as caught:
            self._lend(deputy=self.officer)
        self.assertIn("represented by deputy", str(caught.exception))
        with self.assertRaises(ValidationError):
            self._lend(deputy=self.officer, clause_ids=self.clause.ids)
        self._lend(deputy=self.officer, clause_ids=self.env.ref("quality_service_guard.clause_2_2").ids)

    def test_nonsense_is_refused(self):
        portal = new_test_user(self.env, "portal", "base.group_portal")
        for values in ({"deputy": self.quality}, {"deputy": portal}, {"date_to": datetime(2020, 1, 2), "date_from": datetime(2020, 1, 1)}):
            with self.assertRaises(UserError):
                self._lend(**values)

    def test_nobody_lends_another_persons_voice(self):
        for attack in (
            lambda: self.env["guard.delegation"].with_user(self.production).create(self._values(self.quality)),
            lambda: self._lend().with_user(self.deputy).write({"date_to": datetime(2099, 1, 1)}),
            lambda: self._lend(self.engineering).with_user(self.engineering).write({"user_id": self.quality.id}),
            lambda: self.env["guard.delegation"].with_user(self.deputy).with_context(default_user_id=self.quality.id).create(
                {**self._values(self.deputy), "user_id": self.quality.id}
            ),
        ):
            with self.assertRaises(UserError):
                attack()
        self.env["guard.delegation"].with_user(self.manager).create(self._values(self.quality))

    def _values(self, user):
        now = fields.Datetime.now()
        return {
            "user_id": user.id,
            "deputy_id": self.deputy.id,
            "date_from": now,
            "date_to": now + timedelta(days=1),
            "state": "running",
        }

    def test_running_one_stays_on_record(self):
        delegation = self._lend()
        for attack in (
            lambda: delegation.with_user(self.quality).write({"deputy_id": self.officer.id}),
            lambda: delegation.with_user(self.quality).write({"state": "ended"}),
            lambda: delegation.with_user(self.manager).unlink(),
        ):
            with self.assertRaises(UserError):
                attack()

    def test_known_absence_is_proposed_and_lends_nothing_until_confirmed(self):
        self._make_review()
        now = fields.Datetime.now()
        self.quality.guard_deputy_id = self.deputy
        self.quality.write({"out_of_office_from": now, "out_of_office_to": now + timedelta(days=3)})
        employee = self.env["hr.employee"].create({"name": "Producer", "user_id": self.production.id})
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "resource_id": employee.resource_id.id,
                "date_from": now + timedelta(days=2),
                "date_to": now + timedelta(days=9),
            }
        )
        proposals = self.env["guard.delegation"]._propose()
        self.assertEqual(proposals.user_id, self.quality | self.production)
        self.assertEqual(set(proposals.mapped("state")), {"proposed"})
        proposal = proposals.filtered(lambda proposal: proposal.user_id == self.quality)
        self.assertEqual(proposal.deputy_id, self.deputy)
        review = self._make_review()
        with self.assertRaises(UserError):
            review.with_user(self.deputy).approval_request_id.action_approve()
        self.assertFalse(self.env["guard.delegation"]._propose())
        with self.assertRaises(ValidationError):
            (proposals - proposal).with_user(self.production).action_confirm()
        proposal.with_user(self.quality).action_confirm()
        self.assertEqual(proposal.state, "running")
        self._approve(review, self.deputy)

    def test_proposal_without_a_deputy_asks_for_one_and_is_made_once_if_it_is_not_needed(self):
        self._make_review()
        now = fields.Datetime.now()
        self.quality.write({"out_of_office_from": now + timedelta(days=1), "out_of_office_to": now + timedelta(days=3)})
        proposal = self.env["guard.delegation"]._propose()
        self.assertEqual(proposal.display_name, f"Nobody yet for {self.quality.name}")
        letter = self.env["mail.message"].search([("partner_ids", "in", self.quality.partner_id.ids)], order="id desc", limit=1)
        self.assertIn("You are away from", letter.body)
        with self.assertRaises(ValidationError):
            proposal.with_user(self.quality).action_confirm()
        proposal.with_user(self.quality).action_end()
        self.assertEqual(proposal.state, "ended")
        self.assertFalse(self.env["guard.delegation"]._propose())

    def test_deputy_who_has_left_meanwhile_stops_no_clock(self):
        now = fields.Datetime.now()
        delegation = self._lend(date_from=now + timedelta(days=1))
        self.deputy.active = False
        review = self._make_review()
        for days, state in ((1.5, "running"), (3, "ended")):
            with freeze_time(now + timedelta(days=days)):
                self.env["guard.delegation"]._advance()
            self.assertEqual(delegation.state, state)
        self.assertEqual(self._duty(review).user_id, self.quality)
        self._sign(review, self.quality)

    def test_new_delegation_proposes_the_known_absence(self):
        stop = fields.Datetime.now() + timedelta(days=3)
        self.quality.guard_deputy_id = self.deputy
        self.quality.write({"out_of_office_from": fields.Datetime.now(), "out_of_office_to": stop})
        names = ["user_id", "deputy_id", "date_from", "date_to"]
        values = self.env["guard.delegation"].with_user(self.quality).default_get(names)
        self.assertEqual((values["deputy_id"], values["date_to"]), (self.deputy.id, stop))

    def test_asking_who_acts_costs_no_query(self):
        self._lend()
        review = self._make_review()
        step = self._step(review)
        step._mandates(self.deputy)
        with self.assertQueryCount(0):
            step._mandates(self.deputy)
