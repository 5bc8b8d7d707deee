from odoo.exceptions import AccessError
from odoo.models import LOG_ACCESS_COLUMNS
from odoo.tests import new_test_user, tagged

from ..common import OrderReviewCommon
from ..inspection.story import make_inspection_story
from . import registry

LOGGED = ("id", *LOG_ACCESS_COLUMNS)


@tagged("post_install", "-at_install")
class TestAbuseWizards(OrderReviewCommon):
    """What somebody is just filling in is theirs: Odoo itself lets everybody at it who may fill in the same form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        guard = "quality_service_guard.group_"
        cls.people = registry.make_people(cls.env)
        cls.people["colleague"] = new_test_user(
            cls.env, "colleague", f"base.group_user,sales_team.group_sale_manager,{guard}review_quality,{guard}guard_manager"
        )
        cls.wizards = [name for name in registry.own_models(cls.env) if cls.env[name]._transient]
        cls.review = cls._make_review()
        cls.request = cls.review.approval_request_id
        requests = {"request_ids": cls.request.ids}
        cls.condition = {
            **requests,
            "condition": "Paid in advance",
            "user_id": cls.seller.id,
            "deadline": "2099-01-01",
        }
        cls.reject = cls.env["guard.approval.reject"].with_user(cls.quality).create({**requests, "comment": "Too tight"})
        cls.approve_if = cls.env["guard.approval.approve.if"].with_user(cls.quality).create(cls.condition)
        cls.policy = (
            cls.env["guard.policy.wizard"]
            .with_user(cls.manager)
            .create({"operation": "suspend", "reason": "Audit", "clause_ids": cls.clause.ids})
        )
        action = cls.review.with_user(cls.seller).action_what_if()
        cls.what_if = cls.env[action["res_model"]].with_user(cls.seller).browse(action["res_id"])
        cls.forms = (cls.reject, cls.approve_if, cls.policy, cls.what_if, cls.what_if.line_ids)
        cls.forms += tuple(make_inspection_story(cls))

    def _others(self, form):
        return [user for user in self.people.values() if user != form.create_uid]

    def test_every_wizard_has_a_rule_that_it_is_its_makers(self):
        self.assertEqual({form._name for form in self.forms}, set(self.wizards), "make one of each for these tests")
        rules = self.env["ir.rule"].search([("model_id.model", "in", self.wizards), ("groups", "=", False)])
        for name in self.wizards:
            found = rules.filtered(lambda rule, name=name: rule.model_id.model == name)
            self.assertEqual(found.mapped("domain_force"), ["[('create_uid', '=', user.id)]"], name)
            self.assertTrue(all(found[f"perm_{operation}"] for operation in registry.OPERATIONS), name)

    def test_its_maker_may_all_with_it(self):
        for form in self.forms:
            for operation in ("read", "write"):
                form.check_access(operation)
            self.assertEqual(form.search([("id", "in", form.ids)]), form)

    def test_others_neither_read_nor_find_nor_change_it(self):
        with registry.quietly():
            for form in self.forms:
                fields = [name for name, field in form._fields.items() if field.store and name not in LOGGED]
                spec = {name: {} for name in fields}
                for user in self._others(form):
                    theirs = form.with_user(user)
                    self.env.invalidate_all()
                    for attack in (
                        lambda theirs=theirs, fields=fields: theirs.read(fields),
                        lambda theirs=theirs, spec=spec: theirs.web_read(spec),
                        lambda theirs=theirs, spec=spec: theirs.onchange({}, [], spec),
                        lambda theirs=theirs, fields=fields: theirs.write({fields[-1]: False}),
                        lambda theirs=theirs: theirs.copy(),
                        lambda theirs=theirs: theirs.unlink(),
                    ):
                        with self.assertRaises(AccessError, msg=(form._name, user.login)):
                            attack()
                        self.env.invalidate_all()
                    if theirs.browse().has_access("read"):
                        self.assertFalse(theirs.search([]), user.login)

    def test_others_do_not_press_its_buttons(self):
        """Not even who might do the same with a form of their own."""
        with registry.quietly():
            for form in (self.reject, self.approve_if, self.policy):
                for user in self._others(form):
                    self.env.invalidate_all()
                    with self.assertRaises(AccessError, msg=(form._name, user.login)):
                        form.with_user(user).action_apply()
            self.env.invalidate_all()
            identified = self.env.registry["guard.approval.approve.if"].action_apply_identified.__wrapped__
            with self.assertRaises(AccessError):  # as if the password had been asked for a moment ago
                identified(self.approve_if.with_user(self.people["colleague"]))
        self.assertEqual(self.request.state, "pending")
        self.assertTrue(self.clause.in_force)

    def test_nobody_puts_words_into_the_mouth_of_who_decides(self):
        """A colleague who changes the open form would have the condition approved in another's name."""
        with registry.quietly():
            for form, values in (
                (self.approve_if, {"condition": "None at all", "user_id": self.people["colleague"].id}),
                (self.reject, {"comment": "Bad customer"}),
                (self.policy, {"clause_ids": self.env["guard.clause"].search([]).ids}),
            ):
                with self.assertRaises(AccessError):
                    form.with_user(self.people["colleague"]).write(values)
        self.review.with_user(self.quality).action_answer_ok()
        self.approve_if.action_apply()
        decision = self.env["guard.approval.decision"].search([("request_id", "=", self.request.id)])
        self.assertEqual(decision.user_id, self.quality)
        self.assertEqual(self.request.condition_ids.name, "Paid in advance")

    def test_a_form_is_not_made_in_anothers_name(self):
        colleague = self.people["colleague"]
        form = (
            self.env["guard.approval.reject"]
            .with_user(colleague)
            .create({"request_ids": self.request.ids, "comment": "x", "create_uid": self.quality.id})
        )
        self.assertEqual(form.create_uid, colleague)
