from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ToyCommon

STEP = {"state": "released"}


@tagged("post_install", "-at_install")
class TestToyPermits(ToyCommon):
    """The lawful way past a gate, walked and attacked."""

    def setUp(self):
        super().setUp()
        self.toy = self._make_toy(quantity=4)

    def test_permit_of_one_gate_does_not_open_the_other(self):
        permit = self._make_permit(self.toy, self.painted)
        self.assertRefused(self.toy.write, STEP, saying="has not passed")
        self.assertEqual(permit.state, "granted")
        self._make_permit(self.toy, self.tested)
        self.toy.write(STEP)
        self.assertEqual(self.toy.state, "released")
        self.assertEqual(permit.state, "used")

    def test_permit_is_used_once(self):
        self.tested.mode = "warn"
        self._make_permit(self.toy, self.painted)
        self.toy.write(STEP)
        self.toy.write({"state": "draft"})
        self.assertRefused(self.toy.write, STEP)

    def test_permit_with_quantity_lasts_until_it_is_used_up(self):
        self.tested.mode = "warn"
        permit = self._make_permit(self.toy, self.painted, quantity=10)
        for expected in ("granted", "granted"):
            self.toy.write(STEP)
            self.assertEqual(permit.state, expected)
            self.toy.write({"state": "draft"})
        self.assertEqual(permit.used_quantity, 8)
        self.assertRefused(self.toy.write, STEP)
        self.toy.write({"quantity": 2, **STEP})
        self.assertEqual(permit.state, "used")

    def test_negative_quantity_gives_nothing_back(self):
        self.tested.mode = "warn"
        permit = self._make_permit(self.toy, self.painted, quantity=10)
        self.toy.write({"quantity": -6, **STEP})
        self.assertEqual(permit.used_quantity, 6)
        self.toy.write({"state": "draft"})
        self.assertRefused(self.toy.write, {"quantity": -1000, **STEP})

    def test_quantity_hidden_in_the_same_step_is_seen(self):
        self.tested.mode = "warn"
        self._make_permit(self.toy, self.painted, quantity=10)
        self.assertRefused(self.toy.write, {"quantity": 11, **STEP})

    def test_expired_permit_opens_nothing(self):
        self.tested.mode = "warn"
        self._make_permit(self.toy, self.painted, valid_until=fields.Datetime.now() - timedelta(minutes=1))
        self.assertRefused(self.toy.write, STEP)

    def test_refused_requested_and_reviewed_open_nothing(self):
        self.tested.mode = "warn"
        asked = self.Deviation.create({"gate_id": self.painted.id, "res_id": self.toy.id, "reason": "x"})
        self.assertRefused(self.toy.write, STEP)
        asked.with_user(self.officer).action_refuse()
        self.assertRefused(self.toy.write, STEP)
        used = self._make_permit(self.toy, self.painted)
        self.toy.write(STEP)
        used.with_user(self.officer).review_note = "Seen"
        used.with_user(self.officer).action_review()
        self.toy.write({"state": "draft"})
        self.assertRefused(self.toy.write, STEP)

    def test_permit_of_another_document_opens_nothing(self):
        self.tested.mode = "warn"
        self._make_permit(self._make_toy("Goose"), self.painted)
        self.assertRefused(self.toy.write, STEP)
        copied = self.toy.copy()
        self._make_permit(self.toy, self.painted)
        self.assertRefused(copied.write, STEP)

    def test_nobody_grants_or_uses_their_own(self):
        self.tested.mode = "warn"
        own = self.Deviation.with_user(self.officer).create(
            {"gate_id": self.painted.id, "res_id": self.toy.id, "reason": "x"}
        )
        for deviation in (own, own.sudo(), own.with_context(bypass=True, uid=1)):
            with self.assertRaises(UserError):
                deviation.action_grant()
        self._make_permit(self.toy, self.painted)
        self.assertRefused(self.toy.with_user(self.officer).write, STEP)

    def test_refused_step_uses_no_permit(self):
        permit = self._make_permit(self.toy, self.painted)
        for _time in range(3):
            self.assertRefused(self.toy.write, STEP, saying="has not passed")
        self.assertEqual((permit.state, permit.used_quantity), ("granted", 0))

    def test_one_permit_of_a_batch_does_not_carry_the_others(self):
        self.tested.mode = "warn"
        other = self._make_toy("Goose")
        permit = self._make_permit(self.toy, self.painted)
        self.assertRefused((self.toy | other).write, STEP, saying="Goose is not painted")
        self.assertEqual((permit.state, self._releases(self.toy | other)), ("granted", 0))

    def test_step_inside_a_step_uses_one_permit(self):
        """A model whose own write takes the guarded step once more is asked once."""
        self.tested.mode = "warn"
        permit = self._make_permit(self.toy, self.painted)
        outer = self.env.registry["mail.thread"].write

        def write(toys, vals):
            if vals == STEP:
                toys.write({**STEP, "name": "Goose"})
            return outer(toys, vals)

        self.patch(self.env.registry["mail.thread"], "write", write)
        self.toy.write(STEP)
        self.assertEqual((self.toy.state, self.toy.name, permit.state), ("released", "Goose", "used"))
        logged = self.env["guard.deviation"].search_count(
            [("res_id", "=", self.toy.id), ("gate_id", "=", self.tested.id)]
        )
        self.assertEqual(logged, 1)

    # What a request may say

    def test_permit_asked_for_one_document_is_not_turned_to_another(self):
        other = self._make_toy("Goose", company_id=self.other.id)
        asked = self.Deviation.create({"gate_id": self.painted.id, "res_id": self.toy.id, "reason": "x"})
        for values in (
            {"res_id": other.id},
            {"gate_id": self.tested.id},
            {"company_id": self.other.id},
            {"res_model": "guard.toy.box"},
            {"document": "Something harmless"},
            {"obstacles": ""},
            {"requester_id": self.officer.id},
        ):
            for deviation in (asked, asked.sudo(), asked.with_user(self.officer)):
                with self.assertRaises(UserError, msg=values):
                    deviation.write(values)

    def test_permit_is_asked_of_the_company_of_the_document(self):
        self.clause.with_company(self.other).in_force = True
        self.tested.with_company(self.other).mode = "warn"
        theirs = self._make_toy("Goose", company_id=self.other.id)
        asked = self.Deviation.create(
            {"gate_id": self.painted.id, "res_id": theirs.id, "reason": "x", "company_id": self.company.id}
        )
        self.assertEqual(asked.company_id, self.other)
        here = new_test_user(
            self.env,
            "here_officer",
            "base.group_user,quality_service_guard.group_guard_deviation",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            asked.with_user(here).action_grant()

    def test_permit_of_one_company_opens_nothing_in_another(self):
        self.clause.with_company(self.other).in_force = True
        self.tested.mode = self.tested.with_company(self.other).mode = "warn"
        permit = self._make_permit(self.toy, self.painted)
        self.toy.company_id = self.other
        self.assertRefused(self.toy.write, STEP)
        self.toy.company_id = self.company
        self.toy.write(STEP)
        self.assertEqual(permit.state, "used")

    def test_permit_is_not_asked_for_what_one_may_not_read(self):
        hidden = self.env["sale.order"].create({"partner_id": self.env["res.partner"].create({"name": "Secret"}).id})
        gate = self.env.ref("quality_service_guard.gate_order_review")
        with self.assertRaises(AccessError):
            self.Deviation.create({"gate_id": gate.id, "res_id": hidden.id, "reason": "x"})

    def test_limits_are_set_by_who_asks_and_who_decides_only(self):
        stranger = new_test_user(self.env, "toy_stranger", "base.group_user,quality_service_guard.group_guard_user")
        asked = self.Deviation.create({"gate_id": self.painted.id, "res_id": self.toy.id, "reason": "x", "quantity": 2})
        for values in ({"quantity": 0}, {"reason": "y"}, {"valid_until": "2099-01-01 00:00:00"}):
            with self.assertRaises(AccessError):
                asked.with_user(stranger).write(values)
        asked.quantity = 1
        asked.with_user(self.officer).quantity = 0.5
        asked.with_user(self.officer).action_grant()
        for user in (self.player, self.officer, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                asked.with_user(user).write({"quantity": 100})
        with self.assertRaises(UserError):
            asked.sudo().write({"quantity": 100})
