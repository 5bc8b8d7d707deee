from contextlib import suppress
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.addons.mail.models.res_users import ResUsers as MailResUsers
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import OrderReviewCommon

MONDAY = datetime(2026, 3, 2, 8)  # UTC; the calendar works Monday to Friday 08-12 and 13-17


@tagged("post_install", "-at_install")
class TestDutyLadder(OrderReviewCommon):
    """Eight hours to decide, reminded two before, the deputy four after, the superior eight after that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.boss = new_test_user(cls.env, "boss", "base.group_user")
        cls.standing = new_test_user(cls.env, "standing", "base.group_user,quality_service_guard.group_guard_user")
        manager = cls.env["hr.employee"].create({"name": "Boss", "user_id": cls.boss.id})
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Inspector", "user_id": cls.quality.id, "parent_id": manager.id}
        )
        cls.quality.guard_deputy_id = cls.standing
        with freeze_time(MONDAY):
            cls.review = cls._make_review()
        cls.step = cls.review.approval_request_id.step_ids.filtered(lambda step: step.aspect == "quality")
        cls.duty = cls.env["mail.activity"].search([("guard_key", "=", cls.step._duty_key())])
        others = cls.env["mail.activity"].search([("guard_clause_id", "!=", False)]) - cls.duty
        cls.env.cr.execute("UPDATE mail_activity SET guard_next_on = NULL WHERE id IN %s", [tuple(others.ids)])
        others.invalidate_recordset()

    def _climb(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("quality_service_guard.ir_cron_duty_ladder").method_direct_trigger()
        self.env.invalidate_all()

    def _letters(self, user):
        return self.env["mail.message"].search_count(
            [("partner_ids", "in", user.partner_id.ids), ("message_type", "=", "user_notification")]
        )

    def test_reminder_comes_before_the_deadline(self):
        self.assertEqual(self.duty.guard_deadline, datetime(2026, 3, 2, 17))
        self.assertEqual(self.duty.guard_next_on, datetime(2026, 3, 2, 15))
        before = self._letters(self.quality)
        self._climb(datetime(2026, 3, 2, 14, 59))
        self.assertEqual((self.duty.guard_rung, self._letters(self.quality)), ("asked", before))
        self._climb(datetime(2026, 3, 2, 15))
        self.assertEqual((self.duty.guard_rung, self._letters(self.quality)), ("reminded", before + 1))
        self._climb(datetime(2026, 3, 2, 15, 30))
        self.assertEqual(self._letters(self.quality), before + 1)

    def test_deputy_then_superior_get_it_and_silence_approves_nothing(self):
        self._climb(datetime(2026, 3, 2, 15))
        self.assertEqual(self.duty.guard_next_on, datetime(2026, 3, 3, 12))
        self._climb(datetime(2026, 3, 3, 12))
        self.assertEqual((self.duty.guard_rung, self.duty.user_id), ("deputy", self.standing))
        self.assertEqual((self.step.asked_user_id, self.step.asked_for_id), (self.standing, self.quality))
        self._climb(self.duty.guard_next_on)
        self.assertEqual((self.duty.guard_rung, self.duty.user_id), ("superior", self.boss))
        self.assertEqual(self.step.asked_for_id, self.quality)
        for _day in range(20):
            self._climb(self.duty.guard_next_on)
        self.assertEqual(self.step.state, "pending")
        self.assertEqual(self.duty.guard_rung, "superior")
        self.assertTrue(self.duty.guard_next_on)

    def test_superior_decides_from_the_request_without_reading_the_order(self):
        self.review.with_user(self.quality).action_answer_ok()
        for _rung in range(3):
            self._climb(self.duty.guard_next_on)
        request = self.env["guard.approval.request"].with_user(self.boss).browse(self.step.request_id.id)
        self.assertEqual(self.duty.user_id, self.boss)
        self.assertFalse(self.review.with_user(self.boss).has_access("read"))
        action = self.duty.with_user(self.boss).action_guard_open()
        self.assertEqual((action["res_model"], action["res_id"]), (request._name, request.id))
        self.assertIn("Bearing", request.step_ids.filtered(lambda step: step.aspect == "quality").judged)
        other = self._make_review().approval_request_id
        self.assertFalse(other.with_user(self.boss).has_access("read"))
        request.action_approve()
        decision = request.decision_ids
        self.assertEqual((decision.user_id, decision.behalf_id), (self.boss, self.quality))
        self.assertEqual(self.step.state, "approved")
        self.assertFalse(self.duty.active)

    def test_who_was_passed_over_may_still_decide(self):
        self._climb(datetime(2026, 3, 2, 15))
        self._climb(datetime(2026, 3, 3, 12))
        self._sign(self.review, self.quality)
        self.assertEqual(self.step.state, "approved")
        with self.assertRaises(UserError):
            self.review.with_user(self.standing).approval_request_id.action_approve()

    def test_missed_days_are_made_up_for_without_rushing_anybody(self):
        before = self._letters(self.quality)
        self._climb(datetime(2026, 3, 9, 8))
        self.assertEqual((self.duty.guard_rung, self._letters(self.quality)), ("reminded", before + 1))
        self.assertEqual(self.duty.guard_next_on, datetime(2026, 3, 9, 15))
        self._climb(datetime(2026, 3, 9, 15))
        self.assertEqual(self.duty.guard_rung, "deputy")

    def test_peer_takes_over_where_no_deputy_is_named(self):
        peer = new_test_user(self.env, "inspector2", "base.group_user,quality_service_guard.group_review_quality")
        self.quality.guard_deputy_id = False
        self._climb(datetime(2026, 3, 2, 15))
        self._climb(datetime(2026, 3, 3, 12))
        self.assertEqual((self.duty.user_id, self.duty.guard_for_id.id), (peer, False))

    def test_deputy_who_may_not_decide_is_passed_over(self):
        self.quality.guard_deputy_id = self.seller
        self._climb(datetime(2026, 3, 2, 15))
        self._climb(datetime(2026, 3, 3, 12))
        self.assertEqual((self.duty.guard_rung, self.duty.user_id), ("superior", self.boss))

    def test_decided_duty_climbs_no_more(self):
        self._sign(self.review, self.quality)
        self.assertFalse(self.duty.guard_next_on)
        self._climb(datetime(2026, 3, 9, 8))
        self.assertEqual(self.duty.guard_rung, "asked")

    def test_one_poisoned_duty_does_not_stop_the_others(self):
        with freeze_time(MONDAY):
            other = self._make_review()
        step = other.approval_request_id.step_ids.filtered(lambda step: step.aspect == "quality")
        duty = self.env["mail.activity"].search([("guard_key", "=", step._duty_key())])
        review = type(self.review)
        is_open = review._duty_is_open

        def poisoned(record, key):
            if record.id == self.review.id:
                raise ValueError("poison")
            return is_open(record, key)

        with patch.object(review, "_duty_is_open", poisoned), mute_logger("odoo.addons.quality_service_guard.models.duty.mail_activity"):
            self._climb(datetime(2026, 3, 2, 15))
        self.assertEqual((self.duty.guard_rung, duty.guard_rung), ("asked", "reminded"))
        self.assertEqual(self.duty.guard_next_on, datetime(2026, 3, 3, 15))

    def test_ladder_killed_half_way_goes_on_where_it_was(self):
        class Killed(BaseException):
            """Not an error of one duty: the process ends."""

        with freeze_time(MONDAY):
            reviews = self.review.union(*(self._make_review() for _each in range(4)))
        keys = [step._duty_key() for step in reviews.approval_request_id.step_ids if step.aspect == "quality"]
        duties = self.env["mail.activity"].search([("guard_key", "in", keys)])
        others = self.env["mail.activity"].search([("guard_next_on", "!=", False)]) - duties
        self.env.cr.execute("UPDATE mail_activity SET guard_next_on = NULL WHERE id IN %s", [tuple(others.ids)])
        self.env.invalidate_all()
        before, cron = self._letters(self.quality), type(self.env["ir.cron"])
        commit, commits = cron._commit_progress, []

        def killed_at_the_second(*arguments, **options):
            commits.append(arguments)
            if len(commits) == 2:
                raise Killed()
            return commit(*arguments, **options)

        ladder = "odoo.addons.quality_service_guard.models.duty.mail_activity.BATCH"
        # not assertRaises, which takes back what was committed before
        with suppress(Killed), patch(ladder, 2), patch.object(cron, "_commit_progress", killed_at_the_second):
            self._climb_in_a_process_of_its_own(datetime(2026, 3, 2, 15))
        self.assertEqual(sorted(duties.mapped("guard_rung")), ["asked"] * 3 + ["reminded"] * 2)
        self.assertEqual(self._letters(self.quality), before + 1)
        reminded = duties.filtered(lambda duty: duty.guard_rung == "reminded")
        with patch(ladder, 2):
            self._climb_in_a_process_of_its_own(datetime(2026, 3, 2, 15))
        self.assertEqual(duties.mapped("guard_rung"), ["reminded"] * 5)
        self.assertEqual(self._letters(self.quality), before + 3)  # one for each batch, none for the first again
        told = self.env["mail.message"].search([("partner_ids", "in", self.quality.partner_id.ids)], order="id desc", limit=2)
        for duty in duties:
            self.assertEqual(duty.summary in "".join(told.mapped("body")), duty not in reminded)

    def _climb_in_a_process_of_its_own(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["mail.activity"]._cron_guard_ladder()
        self.env.invalidate_all()

    def test_cost_grows_with_what_is_due_not_with_what_is_open(self):
        counts = []
        for number in (0, 300):
            self.env.cr.execute(
                """INSERT INTO mail_activity (res_model, res_model_id, res_id, user_id, date_deadline, active, activity_type_id,
                                              guard_clause_id, guard_key, guard_rung, guard_next_on)
                   SELECT res_model, res_model_id, res_id, user_id, '2026-12-01', true, activity_type_id, guard_clause_id,
                          'toy/' || g, 'asked', '2026-12-01' FROM mail_activity, generate_series(1, %s) g WHERE id = %s""",
                [number, self.duty.id],
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time(datetime(2026, 3, 2, 15)), self.enter_registry_test_mode():
                due = self.env["mail.activity"].search([("guard_next_on", "<=", fields.Datetime.now())])
                due._guard_climb_safely()
            counts.append(self.env.cr.sql_log_count - before)
            self.env.cr.execute("UPDATE mail_activity SET guard_rung = 'asked', guard_next_on = '2026-03-02 15:00' WHERE id = %s", [self.duty.id])
            self.env.invalidate_all()
        self.assertLessEqual(counts[1], counts[0])

    def test_the_systray_asks_at_most_three_queries_more_than_stock(self):
        def count(kind):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            groups = kind._get_activity_groups(self.env["res.users"].with_user(self.quality))
            return self.env.cr.sql_log_count - before, groups

        ours = type(self.env["res.users"])
        count(ours)  # to warm up
        stock, _groups = count(MailResUsers)
        whole, groups = count(ours)
        self.assertTrue([group["guard_duties"] for group in groups if group.get("guard_duties")])
        self.assertLessEqual(whole, stock + 3)

    def test_duty_speaks_the_language_of_who_is_asked(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.quality.lang = "zh_CN"
        review = self._make_review()
        step = review.approval_request_id.step_ids.filtered(lambda step: step.aspect == "quality")
        duties = {
            duty.user_id: duty.summary
            for duty in self.env["mail.activity"].search([("res_model", "=", review._name), ("res_id", "=", review.id)])
        }
        self.assertIn("Judge", duties[self.production])
        self.assertIn("评审", duties[step.asked_user_id])

    def test_duty_is_neither_put_off_nor_passed_on(self):
        for values in ({"date_deadline": "2027-01-01"}, {"user_id": self.production.id}, {"guard_next_on": False}):
            for user in (self.quality, self.manager):
                with self.assertRaises(UserError):
                    self.duty.with_user(user).write(values)

    # nobody's step gets stuck with them

    def test_archived_approver_hands_on_to_a_peer(self):
        peer = new_test_user(self.env, "inspector2", "base.group_user,quality_service_guard.group_review_quality")
        self.quality.active = False
        self.assertEqual(self.step.asked_user_id, peer)
        duty = self.env["mail.activity"].search([("guard_key", "=", self.step._duty_key())])
        self.assertEqual(duty.user_id, peer)

    def test_approver_who_lost_the_group_hands_on(self):
        peer = new_test_user(self.env, "inspector2", "base.group_user,quality_service_guard.group_review_quality")
        group = self.env.ref("quality_service_guard.group_review_quality")
        group.write({"user_ids": [fields.Command.unlink(self.quality.id)]})
        self.assertEqual(self.step.asked_user_id, peer)

    def test_approver_who_moved_to_another_company_hands_on(self):
        peer = new_test_user(self.env, "inspector2", "base.group_user,quality_service_guard.group_review_quality")
        other = self.env["res.company"].create({"name": "Other"})
        self.quality.write({"company_ids": [fields.Command.set(other.ids)], "company_id": other.id})
        self.assertEqual(self.step.asked_user_id, peer)

    def test_last_approver_gone_is_told_to_an_administrator_and_mended_by_a_new_one(self):
        self.quality.active = False
        self.assertFalse(self.step.asked_user_id)
        duty = self.env["mail.activity"].search([("guard_key", "=", self.step._duty_key())])
        self.assertTrue(duty.user_id.has_group("quality_service_guard.group_guard_manager"))
        self.assertIn("add people to its group", duty.summary)
        with self.assertRaises(UserError):
            self.review.with_user(duty.user_id).approval_request_id.action_approve()
        peer = new_test_user(self.env, "inspector2", "base.group_user,quality_service_guard.group_review_quality")
        self.assertEqual(self.step.asked_user_id, peer)
        duties = self.env["mail.activity"].search([("guard_key", "=", self.step._duty_key())])
        self.assertEqual(duties.user_id, peer)

    def test_deadline_is_counted_in_the_working_time_of_who_is_asked(self):
        calendar = self.company.resource_calendar_id.copy({"name": "Mornings", "tz": "UTC"})
        calendar.attendance_ids.filtered(lambda line: line.hour_from >= 12).unlink()
        self.employee.resource_calendar_id = calendar
        with freeze_time(MONDAY):
            review = self._make_review()
        steps = {step.aspect: step.deadline for step in review.approval_request_id.step_ids}
        self.assertEqual(steps["quality"], datetime(2026, 3, 3, 12))
        self.assertEqual(steps["production"], datetime(2026, 3, 2, 17))

    def test_without_any_calendar_a_day_is_a_day_by_the_clock(self):
        self.company.resource_calendar_id = False
        with freeze_time(MONDAY):
            review = self._make_review()
        step = review.approval_request_id.step_ids.filtered(lambda step: step.aspect == "production")
        duty = self.env["mail.activity"].search([("guard_key", "=", step._duty_key())])
        self.assertEqual((duty.guard_deadline, duty.guard_next_on), (False, MONDAY + timedelta(days=1)))
