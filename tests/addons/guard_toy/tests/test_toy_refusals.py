from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import ToyCommon

STEP = {"state": "released"}


@tagged("post_install", "-at_install")
class TestToyRefusals(ToyCommon):
    """What is left of a refused step: a line in the log, however the transaction ends."""

    def _logged(self, **values):
        return self.env["guard.gate.refusal"].search(
            [("res_model", "=", "guard.toy")] + [(k, "=", v) for k, v in values.items()]
        )

    def _end(self, callbacks):
        with self.enter_registry_test_mode():
            callbacks.run()

    def test_refusal_is_kept_when_the_transaction_is_rolled_back(self):
        toy = self._make_toy()
        self.assertRefused(toy.write, STEP)
        self._end(self.env.cr.postrollback)
        logged = self._logged(res_id=toy.id)
        self.assertEqual(logged.gate_id, self.painted | self.tested)
        self.assertEqual(
            (logged.user_id, logged.company_id, set(logged.mapped("document"))), (self.player, self.company, {"Duck"})
        )

    def test_refusal_is_kept_when_the_caller_swallows_it_and_commits(self):
        toy = self._make_toy()
        try:
            toy.write(STEP)
        except UserError:
            pass
        self._end(self.env.cr.postcommit)
        self.assertEqual(len(self._logged(res_id=toy.id)), 2)

    def test_refused_rows_of_an_import_are_kept_once_each(self):
        self.Toy.load(["name", "state"], [["Bear", "released"], ["Fox", "released"], ["Owl", "draft"]])
        self._end(self.env.cr.postcommit)
        logged = self._logged(gate_id=self.painted.id)
        self.assertEqual(sorted(logged.mapped("document")), ["Bear", "Fox"])
        self.assertEqual(logged.mapped("res_id"), [0, 0])

    def test_step_refused_twice_in_one_transaction_is_kept_once(self):
        toy = self._make_toy()
        for _time in range(3):
            self.assertRefused(toy.write, STEP)
        self._end(self.env.cr.postrollback)
        self.assertEqual(len(self._logged(res_id=toy.id)), 2)

    def test_refusal_to_somebody_who_was_rolled_back_too_is_kept(self):
        """User and company were made by the refused transaction itself: nothing is left to point to."""
        toy = self._make_toy()
        rows = [
            {
                "gate_id": self.painted.id,
                "res_model": "guard.toy",
                "res_id": toy.id,
                "document": "Duck",
                "company_id": 10**6,
                "user_id": 10**6,
                "obstacles": "x",
            }
        ]
        kept = self.env["guard.gate.refusal"]._keep(rows)
        self.assertEqual((kept.document, kept.user_id.id, kept.company_id.id), ("Duck", False, False))
        self.assertFalse(self.env["guard.gate.refusal"]._keep([{**rows[0], "gate_id": 10**6}]))

    def test_log_is_neither_written_nor_deleted_by_anybody(self):
        toy = self._make_toy()
        self.assertRefused(toy.write, STEP)
        self._end(self.env.cr.postrollback)
        logged = self._logged(res_id=toy.id)
        manager = new_test_user(self.env, "toy_manager", "base.group_user,quality_service_guard.group_guard_manager")
        for user in (self.player, self.officer, manager, self.env.ref("base.user_admin")):
            self.assertTrue(logged.with_user(user).mapped("obstacles"))
            for attack in (lambda log: log.write({"user_id": 1}), lambda log: log.unlink(), lambda log: log.copy()):
                with self.assertRaises(UserError):
                    attack(logged[0].with_user(user))
