from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestAbuseDuties(OrderReviewCommon):
    """Ways to be rid of a duty without doing it, or to lay one on others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.review = cls._make_review()
        cls.duty = cls._find_duties(cls.quality)

    @classmethod
    def _find_duties(cls, user, **context):
        domain = [("user_id", "=", user.id), ("res_model", "=", cls.review._name), ("res_id", "=", cls.review.id)]
        return cls.env["mail.activity"].with_context(**context).search(domain)

    def test_duty_is_not_led_away_from_its_document(self):
        partner = self.env["res.partner"].create({"name": "Elsewhere"})
        duty = self.duty.with_user(self.quality)
        for values in (
            {"res_model": "res.partner"},
            {"res_model": "res.partner", "res_id": partner.id},
            {"res_model_id": self.env["ir.model"]._get_id("res.partner")},
            {"res_model_id": False},
            {"res_id": self.review.id + 1},
            {"guard_clause_id": False},
            {"guard_key": "approval/0"},
            {"guard_key": False},
            {"guard_deadline": "2099-01-01 00:00:00"},
            {"guard_deadline": False},
            {"active": False},
            {"active": None},
            {"active": 0},
        ):
            for powered in (duty, duty.sudo()):
                with self.assertRaises(UserError, msg=values), self.env.cr.savepoint():
                    powered.write(values)
        self.assertEqual(self._find_duties(self.quality), self.duty)

    def test_duty_is_not_ticked_off_by_any_button(self):
        duty = self.duty.with_user(self.quality)
        for attack in (
            duty.action_done,
            duty.action_feedback,
            duty.action_feedback_schedule_next,
            duty.action_done_schedule_next,
            duty.unlink,
            duty.sudo().unlink,
            self.review.with_user(self.quality).activity_feedback,
            self.review.with_user(self.quality).activity_unlink,
        ):
            arguments = [["quality_service_guard.mail_activity_type_duty"]] if "activity_" in attack.__name__ else []
            with self.assertRaises(UserError, msg=attack.__name__), self.env.cr.savepoint():
                attack(*arguments)
        self.assertEqual(self._find_duties(self.quality), self.duty)

    def test_duty_is_laid_on_nobody_by_hand(self):
        """Also one with a key that means nothing, which could never be closed."""
        values = {
            "res_model_id": self.env["ir.model"]._get_id(self.review._name),
            "res_id": self.review.id,
            "user_id": self.production.id,
            "summary": "Judge this",
        }
        forged = (
            {"guard_clause_id": self.clause.id},
            {"guard_key": "approval/x"},
            {"guard_clause_id": self.clause.id, "guard_key": "approval/x"},
        )
        Activity = self.env["mail.activity"].with_user(self.quality)
        for more in forged:
            context = {f"default_{name}": value for name, value in more.items()}
            for attack in (
                lambda more=more: Activity.create({**values, **more}),
                lambda context=context: Activity.with_context(**context).create(values),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attack()
        plain = Activity.create(values)
        for more in forged:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                plain.write(more)
        plain.action_done()

    def test_copied_activity_is_no_duty(self):
        copied = self.duty.sudo().copy()
        self.assertFalse(copied.guard_clause_id or copied.guard_key or copied.guard_deadline)

    def test_asker_does_not_hide_the_duty_by_a_default_of_their_own(self):
        for field, value in (("active", False), ("user_id", self.seller.id), ("guard_deadline", "2099-01-01 00:00:00")):
            self.env["ir.default"].with_user(self.seller).set("mail.activity", field, value, user_id=True)
        review = self._make_review()
        duties = self.env["mail.activity"].search([("res_model", "=", review._name), ("res_id", "=", review.id)])
        self.assertEqual(duties.user_id, self.sales | self.production | self.engineering | self.quality)
        self.assertFalse(duties.filtered(lambda duty: duty.guard_deadline.year == 2099))

    def test_duty_with_a_key_of_nonsense_can_be_closed(self):
        self.env.cr.execute("UPDATE mail_activity SET guard_key = 'approval/x' WHERE id = %s", [self.duty.id])
        self.env.invalidate_all()
        self.duty.sudo().unlink()
        self.assertFalse(self.duty.exists())
