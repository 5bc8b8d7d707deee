from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class ToyCommon(TransactionCase):
    """A company that has put the gates of toys in force, its people, and makers of toys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        guard = "quality_service_guard.group_guard_"
        cls.company = cls.env.company
        cls.other = cls.env["res.company"].create({"name": "Other toys"})
        companies = [Command.set((cls.company | cls.other).ids)]
        cls.player = new_test_user(cls.env, "player", f"base.group_user,{guard}user", company_ids=companies)
        cls.officer = new_test_user(cls.env, "toy_officer", f"base.group_user,{guard}deviation", company_ids=companies)
        cls.clause = cls.env.ref("guard_toy.clause_toy")
        cls.painted = cls.env.ref("guard_toy.gate_painted")
        cls.tested = cls.env.ref("guard_toy.gate_tested")
        cls.clause.in_force = True
        cls.Toy = cls.env["guard.toy"].with_user(cls.player)
        cls.Box = cls.env["guard.toy.box"].with_user(cls.player)
        cls.Deviation = cls.env["guard.deviation"].with_user(cls.player)

    @classmethod
    def _make_toy(cls, name="Duck", good=False, **values):
        line = Command.create({"name": "Bite", "is_passed": good})
        return cls.Toy.create({"name": name, "is_painted": good, "line_ids": [line], **values})

    @classmethod
    def _make_permit(cls, toy, gate, **values):
        deviation = cls.Deviation.create({"gate_id": gate.id, "res_id": toy.id, "reason": "Fair tomorrow", **values})
        deviation.with_user(cls.officer).action_grant()
        return deviation

    def assertRefused(self, attack, *arguments, saying="is not painted", **named):
        with self.assertRaises(UserError) as caught:
            attack(*arguments, **named)
        self.assertIn(saying, str(caught.exception))
        self.env.invalidate_all()

    def _releases(self, toys):
        """How many of the toys the database holds as released."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["guard.toy"].search_count([("id", "in", toys.ids), ("state", "=", "released")])
