from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import InspectionInForceCommon

LOT = 20  # level II: letter C; AQL 2.5: 5 units and Ac 0, tightened 8 and 0


class SamplingCommon(InspectionInForceCommon):
    """Receipts of steel are sampled in class B, AQL 2.5."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.point = cls._make_point(frequency="aql", level="II", aql_b="2.5")
        cls.verifier = cls.engineering

    @classmethod
    def _judge_lot(cls, good=True, partner=None, inspection=None):
        """Receive a lot, inspect it, accept or reject it as its sample is."""
        if not inspection:
            inspection = cls._receive_from(partner)[1]
        if inspection.state == "draft":
            cls._read(inspection, bad=0 if good else 1)
        cls._decide(inspection, **{"accepted" if good else "rejected": inspection.quantity})
        return inspection

    @classmethod
    def _judge_lots(cls, pattern, **kwargs):
        """A lot for each sign, + accepted and - refused."""
        return cls.env["guard.inspection"].union(*(cls._judge_lot(sign == "+", **kwargs) for sign in pattern))

    @classmethod
    def _receive_from(cls, partner=None, quantity=LOT):
        receipt = cls._make_receipt((cls.steel, quantity), partner=partner)
        receipt.action_confirm()
        return receipt, cls._get_inspections(receipt)

    @classmethod
    def _get_state(cls, partner=None):
        return cls.env["guard.sampling.state"].search([("partner_id", "=", (partner or cls.vendor).id)])

    @classmethod
    def _enter(cls, state, button, user=None, **values):
        """Press a button of the state and give the reason."""
        user = user or cls.manager
        action = getattr(state.with_user(user), button)()
        wizard = cls.env[action["res_model"]].with_user(user).with_context(**action["context"])
        wizard.create({"reason": "Steady since May", **values}).action_apply()

    @classmethod
    def _resume(cls, state, **kwargs):
        cls._enter(state, "action_resume", reason="New die, 50 pieces measured", verified_by_id=cls.verifier.id, **kwargs)


@tagged("post_install", "-at_install")
class TestSamplingState(SamplingCommon):
    """How severely the next lot is inspected follows from the lots before it, which are named (ISO 2859-1, 9)."""

    def test_first_lot_is_inspected_normally_and_leaves_a_state(self):
        inspection = self._judge_lot()
        plan = inspection.plan_ids
        self.assertEqual((plan.severity, plan.size, plan.acceptance, plan.turn), ("normal", 5, 0, 1))
        state = self._get_state()
        self.assertEqual((state.severity, state.grade, state.product_id), ("normal", "B", self.steel))
        self.assertEqual((state.last_inspection_id, state.has_score), (inspection, False))
        self.assertIn("None of the last lots was refused", state.progress)

    def test_two_refused_of_five_tighten_and_are_named(self):
        lots = self._judge_lots("-++-")
        state = self._get_state()
        self.assertEqual(state.severity, "tightened")
        switch = state.switch_ids
        self.assertEqual((switch.before, switch.after, switch.reason), ("normal", "tightened", "rejected"))
        self.assertEqual(switch.inspection_ids, lots[0] | lots[3])
        self.assertEqual(switch.caused_by_id, lots[3])
        for lot in switch.inspection_ids:
            self.assertIn(lot.name, switch.sentence)
        self.assertIn(switch.sentence, lots[3].message_ids.mapped("preview"))
        self.assertEqual(switch.action_open_inspections()["domain"], [("id", "in", switch.inspection_ids.ids)])

    def test_two_refused_of_six_do_not_tighten(self):
        self._judge_lots("-++++-")
        state = self._get_state()
        self.assertEqual(state.severity, "normal")
        self.assertIn("1 of the last 5 lots refused", state.progress)

    def test_ten_lots_of_the_docs(self):
        lots = self._judge_lots("-++++-+++-")
        self.assertEqual(self._get_state().switch_ids.inspection_ids, lots[5] | lots[9])

    def test_tightened_lot_is_larger_and_five_accepted_in_a_row_are_normal_again(self):
        self._judge_lots("--")
        lots = self._judge_lots("+++")
        self.assertEqual((lots[0].plan_ids.severity, lots[0].plan_ids.size), ("tightened", 8))
        state = self._get_state()
        self.assertIn("3 of 5 accepted in a row: 2 more and it is normal again", state.progress)
        lots |= self._judge_lots("++")
        self.assertEqual((state.severity, state._get_last_switch().inspection_ids), ("normal", lots))
        self.assertEqual(self._receive_from()[1].with_user(self.quality)._get_severities().popitem()[1]["B"], "normal")

    def test_a_refused_lot_breaks_the_row(self):
        self._judge_lots("--++++-++++")
        self.assertEqual(self._get_state().severity, "tightened")

    def test_five_refused_in_all_while_tightened_discontinue_and_receipts_stop(self):
        self._judge_lots("--")
        lots = self._judge_lots("-+-+-+-+-")
        state = self._get_state()
        self.assertEqual(state.severity, "discontinued")
        self.assertEqual(state._get_last_switch().inspection_ids, lots.filtered(lambda lot: lot.state == "failed"))
        receipt, inspection = self._receive_from()
        self.assertTrue(inspection.is_discontinued)
        with self.assertRaises(UserError) as refusal:
            inspection.with_user(self.quality).action_start()
        self.assertIn("has been discontinued", str(refusal.exception))
        inspection.invalidate_recordset()
        with self.assertRaises(UserError) as refusal:
            receipt.with_user(self.storekeeper).button_validate()
        self.assertIn("has been discontinued", str(refusal.exception))
        self.assertIn("Sampling States", str(refusal.exception))
        self.assertNotIn("not inspected yet", str(refusal.exception))

    def test_discontinued_goods_are_not_received_into_quarantine_either(self):
        self._judge_lots("-------")
        self.point.hold = "quarantine"
        receipt, _inspection = self._receive_from()
        with self.assertRaises(UserError) as refusal:
            receipt.with_user(self.storekeeper).button_validate()
        self.assertIn("has been discontinued", str(refusal.exception))

    def test_finished_goods_wait_for_a_discontinued_operation(self):
        self._make_spec_in_force(self.turn)
        self._make_point(
            occasion="operation", product_tmpl_id=False, operation_id=self.turn.id, frequency="aql", level="II", aql_b="2.5"
        )
        self.env["stock.quant"]._update_available_quantity(self.steel, self.warehouse.lot_stock_id, 500)

        def make():
            order = self.env["mrp.production"].create({"product_id": self.shaft.id, "product_qty": LOT, "bom_id": self.bom.id})
            order.action_confirm()
            return order, self.env["guard.inspection"].search([("production_id", "=", order.id)])

        for _lot in range(7):
            self._judge_lot(good=False, inspection=make()[1])
        order, inspection = make()
        self.assertTrue(inspection.is_discontinued)
        self.assertFalse(inspection._get_sampling_key()[2])
        order.qty_producing = LOT
        order._set_qty_producing()
        move = order.move_finished_ids
        move.quantity = LOT
        self.assertIn("has been discontinued", move._obstacles_inspection_undecided()[move][0])
        with self.assertRaises(UserError) as refusal:
            order.button_mark_done()
        self.assertIn("has been discontinued", str(refusal.exception))

    def test_resumed_is_tightened_and_counts_anew(self):
        self._judge_lots("-------")
        state = self._get_state()
        self.assertEqual(state.severity, "discontinued")
        receipt, inspection = self._receive_from()
        self._resume(state)
        self.assertEqual((state.severity, state.refused_count), ("tightened", 0))
        notice = state.notice_ids
        self.assertEqual((notice.kind, notice.user_id, notice.verified_by_id), ("resumed", self.manager, self.verifier))
        self.assertIn("New die", state._get_last_switch().sentence)
        inspection.invalidate_recordset()
        self._judge_lot(inspection=inspection)
        self.assertEqual(inspection.plan_ids.severity, "tightened")
        receipt.with_user(self.storekeeper).button_validate()
        self.assertEqual(receipt.state, "done")
        self._judge_lots("++++")
        self.assertEqual(state.severity, "normal")

    def test_who_inspected_the_refused_lots_does_not_resume(self):
        self._judge_lots("-------")
        state = self._get_state()
        with self.assertRaises(UserError) as refusal:
            self._resume(state, user=self.quality)
        self.assertIn("You inspected", str(refusal.exception))
        self.assertEqual(state.severity, "discontinued")

    def test_who_read_a_sample_does_not_resume_and_another_one_of_quality_does(self):
        reader, other = (
            new_test_user(self.env, login, "base.group_user,quality_service_guard.group_review_quality")
            for login in ("n2_reader", "n2_other")
        )
        lots = self._judge_lots("-------")
        readings = lots[4].reading_ids
        with readings._unsealed():
            readings.sudo().entered_by_id = reader
        state = self._get_state()
        with self.assertRaises(UserError) as refusal:
            self._resume(state, user=reader)
        self.assertIn(lots[4].name, str(refusal.exception))
        self._resume(state, user=other)
        self.assertEqual((state.severity, state.notice_ids.user_id), ("tightened", other))

    def test_nothing_is_resumed_without_a_reason_and_a_verifier(self):
        self._judge_lots("-------")
        state = self._get_state()
        guest = new_test_user(self.env, "n2_guest", "base.group_portal")
        for values in (
            {"reason": "  ", "verified_by_id": self.verifier.id},
            {"reason": "New die"},
            {"reason": "New die", "verified_by_id": guest.id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._enter(state, "action_resume", **values)
        self.assertEqual(state.severity, "discontinued")

    def test_lot_begun_before_the_switch_does_not_count_after_it(self):
        begun = self._receive_from()[1] | self._receive_from()[1]
        self._read(begun, bad=1)
        self._judge_lots("--")
        state = self._get_state()
        self.assertEqual((state.severity, state.lot_count), ("tightened", 0))
        for lot in begun:
            self._judge_lot(good=False, inspection=lot)
        self.assertEqual((state.severity, state.refused_count, state.lot_count), ("tightened", 0, 0))
        self.assertEqual(begun.plan_ids.mapped("severity"), ["normal", "normal"])

    def test_lot_begun_before_two_switches_does_not_count_either(self):
        self._judge_lots("--")
        begun = self._receive_from()[1]
        self._read(begun, bad=1)
        self._judge_lots("-----")
        state = self._get_state()
        self._resume(state)
        with begun._unsealed():
            begun.sudo().started_on -= timedelta(minutes=1)
        self._judge_lot(good=False, inspection=begun)
        self.assertEqual((begun.plan_ids.severity, state.severity), ("tightened", "tightened"))
        self.assertEqual((begun.plan_ids.is_overtaken, state.refused_count), (True, 0))

    def test_what_was_conceded_or_sorted_after_the_sample_refused_it_was_not_accepted(self):
        for verdict in ("conceded", "rejected"):
            _receipt, inspection = self._receive_from()
            self._read(inspection, bad=1)
            self._decide(inspection, **{verdict: LOT})
        self.assertEqual(self._get_state().severity, "tightened")

    def test_suppliers_and_classes_have_states_of_their_own(self):
        other = self.env["res.partner"].create({"name": "Other Maker"})
        self.point.aql_a = "1.0"
        self._judge_lots("--")
        self._judge_lots("+", partner=other)
        states = self.env["guard.sampling.state"].search([("product_id", "=", self.steel.id)])
        found = {(state.partner_id, state.grade): state.severity for state in states}
        self.assertEqual(
            found,
            {
                (self.vendor, "A"): "tightened",
                (self.vendor, "B"): "tightened",
                (other, "A"): "normal",
                (other, "B"): "normal",
            },
        )

    def test_what_is_not_sampled_by_the_standard_has_no_state(self):
        self.point.frequency = "every"
        self._judge_lots("--")
        self.assertFalse(self._get_state())

    # told

    def test_quality_is_told(self):
        self._judge_lots("--")
        state = self._get_state()
        duty = state.activity_ids
        self.assertEqual((duty.guard_key, duty.user_id in self._quality_users()), ("tightened", True))
        duty.with_user(duty.user_id).action_done()  # it was told, and that is all
        self._judge_lots("-----")
        duty = state.activity_ids
        self.assertEqual(duty.guard_key, "discontinued")
        with self.assertRaises(UserError):
            duty.with_user(duty.user_id).action_done()
        self._resume(state)
        self.assertEqual(state.activity_ids.guard_key, "tightened")

    def _quality_users(self):
        return self.env.ref("quality_service_guard.group_review_quality").all_user_ids

    # reduced

    def test_reduced_never_happens_while_it_is_turned_off(self):
        self._judge_lots("+" * 15)
        state = self._get_state()
        self.assertEqual((state.severity, state.has_score, state.can_reduce), ("normal", False, False))
        with self.assertRaises(UserError) as refusal:
            self._enter(state, "action_approve_reduced", user=self.quality)
        self.assertIn("turned off", str(refusal.exception))

    def test_reduced_when_turned_on_and_approved(self):
        self._judge_lots("+" * 14)
        state = self._get_state()
        self.company.guard_reduced_inspection = True
        self.assertEqual((state.has_score, state.score, state.severity), (True, 28, "normal"))
        self.assertIn("Score 28 of 30", state.progress)
        self._judge_lots("+")
        self.assertEqual(state.severity, "normal")  # nobody has approved it
        self._enter(state, "action_approve_reduced", user=self.quality)
        self.assertEqual((state.severity, len(state.switch_ids.inspection_ids)), ("reduced", 15))
        lot = self._judge_lot(good=False)
        self.assertEqual((lot.plan_ids.severity, lot.plan_ids.size), ("reduced", 2))
        self.assertEqual(state.severity, "normal")
        self.assertEqual(state._get_last_switch().reason, "rejected_reduced")

    def test_irregular_and_ordered_end_reduced(self):
        self.company.guard_reduced_inspection = True
        self._judge_lots("+" * 15)
        state = self._get_state()
        for button, reason in (("action_irregular", "irregular"), ("action_order", "ordered")):
            self._enter(state, "action_approve_reduced", user=self.quality)
            if state.severity == "normal":
                self._judge_lots("+" * 15)
            self.assertEqual(state.severity, "reduced")
            self._enter(state, button, user=self.quality)
            self.assertEqual((state.severity, state._get_last_switch().reason), ("normal", reason))

    def test_turning_it_off_ends_reduced_and_turning_it_on_again_does_not_bring_it_back(self):
        self.company.guard_reduced_inspection = True
        self._judge_lots("+" * 15)
        state = self._get_state()
        self._enter(state, "action_approve_reduced", user=self.quality)
        self.company.guard_reduced_inspection = False
        self.assertEqual((state.severity, state._get_last_switch().reason, state.has_score), ("normal", "ordered", False))
        self.company.guard_reduced_inspection = True
        self.assertEqual((state.severity, state.has_score, state.score), ("normal", True, 0))

    def test_only_administrators_turn_it_on(self):
        for user in (self.quality, self.storekeeper, self.buyer):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.company.with_user(user).guard_reduced_inspection = True
        settings = self.env["res.config.settings"].create({"guard_reduced_inspection": True})
        settings.execute()
        self.assertTrue(self.company.guard_reduced_inspection)

    # who may what

    def test_storekeeper_and_buyer_read_and_decide_nothing(self):
        self._judge_lots("-------")
        state = self._get_state()
        for user in (self.storekeeper, self.buyer, self.operator):
            with self.subTest(user=user.login):
                self.assertEqual(state.with_user(user).severity, "discontinued")
                self.assertTrue(state.with_user(user).switch_ids.mapped("sentence"))
                with self.assertRaises(AccessError):
                    state.with_user(user).action_resume()
                with self.assertRaises(AccessError):
                    self.env["guard.sampling.decide"].with_user(user).create({"kind": "resumed", "reason": "x"})
                with self.assertRaises(UserError):
                    self.env["guard.sampling.notice"].with_user(user).create(
                        {"state_id": state.id, "kind": "resumed", "turn": 99, "user_id": user.id, "reason": "x"}
                    )

    def test_states_switches_and_notices_are_sealed(self):
        self._judge_lots("-------")
        state = self._get_state()
        self._resume(state)
        for record, vals in (
            (state, {"severity": "normal"}),
            (state._get_last_switch(), {"after": "normal"}),
            (state.notice_ids, {"reason": "Another"}),
            (state.plan_ids[0], {"is_accepted": True}),
        ):
            with self.subTest(model=record._name):
                with self.assertRaises(UserError):
                    record.sudo().write(vals)
                with self.assertRaises(UserError):
                    record.sudo().unlink()

    def test_another_company_sees_nothing(self):
        self._judge_lots("--")
        stranger = self._make_foreigner("base.group_user,quality_service_guard.group_review_quality")
        context = {"allowed_company_ids": stranger.company_ids.ids}
        for model in ("guard.sampling.state", "guard.sampling.switch", "guard.sampling.notice"):
            self.assertFalse(self.env[model].with_user(stranger).with_context(**context).search([]))
        with self.assertRaises(AccessError):
            self._get_state().with_user(stranger).with_context(**context).read(["severity"])

    # on other pages

    def test_product_and_supplier_show_the_worst(self):
        self.point.aql_a = "1.0"
        self._judge_lots("--")
        for record in (self.steel, self.steel.product_tmpl_id, self.vendor):
            with self.subTest(model=record._name):
                self.assertEqual(record.with_user(self.buyer).guard_severity, "tightened")
                domain = record.with_user(self.buyer).action_guard_open_sampling_states()["domain"]
                self.assertEqual(len(self.env["guard.sampling.state"].search(domain)), 2)
        self.assertFalse(self.bearing.with_user(self.buyer).guard_severity)
        self.assertFalse(self.steel.with_user(self.seller).guard_severity)  # who may not know

    def test_nothing_is_read_where_nobody_inspects(self):
        self._judge_lots("--")
        self.env.ref("quality_service_guard.clause_2_2_3").in_force = False
        products = (self.steel | self.bearing).with_user(self.buyer)
        products.mapped("name")
        self.env["guard.gate"]._modes()
        with self.assertQueryCount(0):
            self.assertEqual(products.mapped("guard_severity"), [False, False])

    # growth

    def test_fifty_decisions_cost_as_many_queries_as_one(self):
        def count(number, partners):
            inspections = self.env["guard.inspection"].union(
                *(self._receive_from(partners[place % len(partners)])[1] for place in range(number))
            )
            self._read(inspections)
            inspections = inspections.sudo()
            inspections._judge()
            with patch.object(type(self.env["guard.sampling.state"]), "_learn", lambda *args: None):
                inspections._decide({one: [{"verdict": "accepted", "quantity": one.quantity}] for one in inspections})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            inspections._learn()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        partners = self._make_partners(20)
        count(1, partners[:1])
        one, fifty = count(1, partners[1:2]), count(50, partners[2:])
        self.assertLessEqual(fifty, one + 2)

    def test_twenty_switches_cost_few_queries_more_than_one(self):
        def count(partners):
            inspections = self.env["guard.inspection"].union(
                *(self._receive_from(partner)[1] for partner in partners for _lot in range(2))
            )
            self._read(inspections, bad=1)
            with patch.object(type(self.env["guard.sampling.state"]), "_learn", lambda *args: None):
                for one in inspections:
                    self._decide(one, rejected=one.quantity)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            inspections.sudo()._learn()
            self.env.flush_all()
            count = self.env.cr.sql_log_count - before
            states = self.env["guard.sampling.state"].search([("partner_id", "in", partners.ids)])
            self.assertEqual(states.mapped("severity"), ["tightened"] * len(partners))
            return count

        partners = self._make_partners(22)
        count(partners[:1])
        one, twenty = count(partners[1:2]), count(partners[2:])
        self.assertLessEqual(twenty, one + 20, (one, twenty))

    def _make_partners(self, number):
        return self.env["res.partner"].create([{"name": f"Maker {place}"} for place in range(number)])
