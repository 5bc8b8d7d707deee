from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form

from .common import InspectionInForceCommon


class TestDecision(InspectionInForceCommon):
    """What waits is decided in parts, the readings beside it, and the sums always come to what was received."""

    def _open(self, inspection, user=None):
        """The dialog, as its button opens it."""
        action = inspection.with_user(user or self.quality).action_decide()
        return self.env[action["res_model"]].with_user(user or self.quality).browse(action["res_id"])

    def _parts(self, dialog):
        return [(line.verdict, line.quantity) for line in dialog.line_ids]

    def _sort(self, inspection, good, bad, user=None, **values):
        tranche = inspection.tranche_ids.filtered(lambda tranche: tranche.verdict == "to_sort")
        action = tranche.with_user(user or self.quality).action_sort()
        # as its page saves it: what the page does not send is not there
        dialog = self.env["guard.inspection.sort"].with_user(user or self.quality)
        with Form(dialog.with_context(**action["context"])) as form:
            form.good, form.bad = good, bad
            for name, value in values.items():
                form[name] = value
        form.record.action_apply()

    def assertSums(self, inspection, **expected):
        sums = {name: inspection[name] for name in ("accepted", "rejected", "conceded", "to_sort", "waiting")}
        self.assertEqual({name: value for name, value in sums.items() if value}, expected)
        self.assertEqual(sum(sums.values()), inspection.quantity)

    def test_good_lot_is_proposed_as_accepted(self):
        self._make_point()
        _receipt, inspection = self._receive()
        self._read(inspection)
        dialog = self._open(inspection)
        self.assertTrue(dialog.is_acceptable)
        self.assertEqual(self._parts(dialog), [("accepted", 150)])
        self.assertEqual((dialog.decided, dialog.left), (150, 0))
        self.assertIn("0 found on 1 units, 0 allowed", dialog.result)
        dialog.action_apply()
        self.assertEqual(inspection.state, "passed")
        self.assertSums(inspection, accepted=150)

    def test_unread_lot_is_not_opened_for_a_decision(self):
        self._make_point()
        _receipt, inspection = self._receive()
        inspection.with_user(self.quality).action_start()
        with self.assertRefused("2 readings are missing"):
            inspection.with_user(self.quality).action_decide()

    def test_failed_critical_class_is_proposed_as_rejected_with_what_was_found(self):
        self._make_point()
        _receipt, inspection = self._receive()
        self._read(inspection, bad=1)
        dialog = self._open(inspection)
        self.assertFalse(dialog.is_acceptable)
        self.assertEqual(self._parts(dialog), [("rejected", 150)])
        self.assertIn("No cracks", dialog.line_ids.reason)
        self.assertIn("60.5", dialog.findings)
        dialog.action_apply()
        self.assertSums(inspection, rejected=150)
        self.assertEqual(inspection.tranche_ids.reason, dialog.line_ids.reason)

    def test_failed_class_that_is_not_critical_is_proposed_to_be_sorted(self):
        self._make_point()
        _receipt, inspection = self._receive()
        self._read(inspection)
        with inspection.reading_ids._unsealed():
            inspection.reading_ids.filtered(lambda reading: reading.kind == "measured").value = 61.0
        self.assertEqual(self._parts(self._open(inspection)), [("to_sort", 150)])

    def test_units_that_do_not_conform_are_rejected_out_of_an_accepted_lot(self):
        self._make_point(sample_size=0)
        _receipt, inspection = self._receive(10)
        self._read(inspection, bad=2)
        dialog = self._open(inspection)
        self.assertEqual(self._parts(dialog), [("accepted", 8), ("rejected", 2)])
        dialog.action_apply()
        self.assertSums(inspection, accepted=8, rejected=2)

    def test_failed_sample_is_not_accepted_by_typing_another_verdict(self):
        self._make_point()
        _receipt, inspection = self._receive()
        self._read(inspection, bad=1)
        dialog = self._open(inspection)
        dialog.line_ids.verdict = "accepted"
        with self.assertRefused("the sample does not allow"):
            dialog.action_apply()

    def test_what_is_not_accepted_needs_a_reason(self):
        self._make_point()
        _receipt, inspection = self._receive()
        self._read(inspection)
        dialog = self._open(inspection)
        for verdict in ("rejected", "to_sort"):
            for reason in (False, "   "):
                dialog.line_ids.write({"verdict": verdict, "reason": reason})
                with self.assertRefused("say why 150 Units are not accepted"):
                    dialog.action_apply()
        self.assertSums(inspection, waiting=150)

    def test_decision_in_parts_leaves_the_rest_waiting(self):
        self._make_point()
        _receipt, inspection = self._receive()
        self._read(inspection)
        dialog = self._open(inspection)
        dialog.line_ids.quantity = 100
        self.assertEqual((dialog.decided, dialog.left), (100, 50))
        dialog.action_apply()
        self.assertSums(inspection, accepted=100, waiting=50)
        self.assertEqual(inspection.state, "in_progress")
        self._open(inspection).action_apply()
        self.assertSums(inspection, accepted=150)
        self.assertEqual(inspection.state, "passed")

    def test_no_more_is_decided_than_waits_and_no_part_is_nothing(self):
        self._make_point()
        _receipt, inspection = self._receive()
        self._read(inspection)
        for quantity, message in (
            (151, "only 150.0 Units wait"),
            (0, "not more than nothing"),
            (-5, "not more than nothing"),
        ):
            dialog = self._open(inspection)
            dialog.line_ids.quantity = quantity
            with self.assertRefused(message):
                dialog.action_apply()
        dialog = self._open(inspection)
        dialog.line_ids = [Command.clear()]
        with self.assertRefused("nothing to decide"):
            dialog.action_apply()

    def test_conceding_is_not_offered_by_the_dialog(self):
        verdicts = dict(self.env["guard.inspection.decide.line"]._fields["verdict"].selection)
        self.assertEqual(set(verdicts), {"accepted", "rejected", "to_sort"})

    def test_lots_are_proposed_each_by_itself(self):
        self.steel.tracking = "lot"
        self._make_point(hold="quarantine")
        receipt, inspection = self._receive(30)
        receipt.move_ids.move_line_ids = [
            Command.clear(),
            *[
                Command.create({"product_id": self.steel.id, "lot_name": name, "quantity": quantity, "picked": True})
                for name, quantity in (("L1", 10), ("L2", 20))
            ],
        ]
        receipt.button_validate()
        self._read(inspection)
        dialog = self._open(inspection)
        self.assertEqual(
            [(line.lot_id.name, line.quantity) for line in dialog.line_ids.sorted("quantity")], [("L1", 10), ("L2", 20)]
        )
        dialog.line_ids.filtered(lambda line: line.quantity == 20).write({"verdict": "rejected", "reason": "Rust"})
        dialog.action_apply()
        self.assertSums(inspection, accepted=10, rejected=20)
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 10)
        self.assertEqual(self._count_at(self.warehouse.guard_quarantine_id), 20)

    def test_nobody_uninvolved_decides_or_sorts(self):
        self._make_point(user_id=self.quality.id)
        receipt, inspection = self._receive()
        self._read(inspection)
        for user in (self.storekeeper, self.seller, self.buyer):
            with self.assertRaises(AccessError):
                self._open(inspection, user)
        self._decide(inspection, to_sort=150)
        with self.assertRaises(AccessError):
            self._sort(inspection, 150, 0, self.storekeeper)

    def test_dialog_of_another_is_closed_to_a_colleague(self):
        self._make_point()
        _receipt, inspection = self._receive()
        self._read(inspection)
        dialog = self._open(inspection)
        with self.assertRaises(AccessError):
            dialog.with_user(self.storekeeper).action_apply()

    # Sorting

    def _make_to_sort(self, quantity=150):
        self._make_point(hold="quarantine")
        receipt, inspection = self._receive(quantity)
        receipt.button_validate()
        self._read(inspection, bad=1)
        self._decide(inspection, to_sort=quantity)
        return inspection

    def test_sorting_splits_into_good_and_bad_and_lets_the_good_go_on(self):
        inspection = self._make_to_sort()
        self.assertSums(inspection, to_sort=150)
        self.assertEqual(inspection.state, "in_progress")
        self._sort(inspection, 140, 10, sorted_by="Bearing Makers", note="Cracks")
        self.assertSums(inspection, accepted=140, rejected=10)
        self.assertEqual(inspection.state, "failed")
        self.assertEqual(inspection.tranche_ids.mapped("reason"), ["Sorted by Bearing Makers: Cracks"] * 2)
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 140)
        self.assertEqual(self._count_at(self.warehouse.guard_quarantine_id), 10)

    def test_sorting_in_two_days_keeps_the_sum_each_day(self):
        inspection = self._make_to_sort()
        self._sort(inspection, 60, 5)
        self.assertSums(inspection, accepted=60, rejected=5, to_sort=85)
        self.assertEqual(inspection.state, "in_progress")
        self._sort(inspection, 85, 0)
        self.assertSums(inspection, accepted=145, rejected=5)

    def test_bad_sortings_are_refused_and_told(self):
        inspection = self._make_to_sort()
        for good, bad, message in (
            (100, 60, "only 150 Units are to be sorted"),
            (0, 0, "how many are good"),
            (-10, 20, "how many are good"),
            (150, 0, "at most 149 Units are good"),
        ):
            with self.assertRefused(message):
                self._sort(inspection, good, bad)
        with self.assertRefused("say who sorted"):
            self._sort(inspection, 100, 50, sorted_by=" ")
        self.assertSums(inspection, to_sort=150)
        self._sort(inspection, 100, 50)
        with self.assertRefused("not to be sorted"):
            inspection.tranche_ids[:1].with_user(self.quality).action_sort()

    def test_tranches_are_not_written_past_their_buttons(self):
        inspection = self._make_to_sort()
        for values in ({"verdict": "accepted"}, {"quantity": 1}, {"concession_id": False}):
            with self.assertRefused("changed only by its own buttons"):
                inspection.tranche_ids.sudo().write(values)
