from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import InspectionInForceCommon

PROOF = "cHJvb2Y="


class TestConcession(InspectionInForceCommon):
    """What does not conform is used by leave of others only: so many, for this use, until then (clause 2.2.3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(
            cls.env, "inspector_two", "base.group_user,quality_service_guard.group_review_quality"
        )
        cls.point = cls._make_point(hold="quarantine")

    def _reject(self, quantity=150, rejected=None, product=None, validate=True):
        """A receipt of which so much was rejected, read by the inspector."""
        receipt, inspection = self._receive(quantity, product)
        if validate:
            receipt.button_validate()
        self._read(inspection, bad=1)
        with inspection.reading_ids._unsealed():
            inspection.reading_ids.entered_by_id = self.quality
        self._decide(inspection, rejected=rejected or quantity)
        return inspection

    def _make_concession(self, inspection, quantity=50, user=None, **values):
        return (
            self.env["guard.concession"]
            .with_user(user or self.storekeeper)
            .create({"inspection_id": inspection.id, "quantity": quantity, "reason": "Only the paint", **values})
        )

    def _grant(self, concession, *users):
        concession.action_ask()
        for user in users or (self.colleague, self.engineering):
            concession.with_user(user).action_approve()
        return concession

    def assertSums(self, inspection, **expected):
        sums = {name: inspection[name] for name in ("accepted", "rejected", "conceded", "to_sort", "waiting")}
        self.assertEqual({name: value for name, value in sums.items() if value}, expected)
        self.assertEqual(sum(sums.values()), inspection.quantity)

    # The whole way

    def test_granted_concession_lets_its_goods_go_on(self):
        inspection = self._reject()
        concession = self._make_concession(inspection)
        self.assertRegex(concession.name, r"^CON/\d{4}/\d{4}$")
        concession.action_ask()
        self.assertEqual(concession.state, "asked")
        self.assertEqual(
            sorted(concession.sudo().approval_request_id.step_ids.mapped("aspect")), ["engineering", "quality"]
        )
        self.assertSums(inspection, rejected=150)
        concession.with_user(self.colleague).action_approve()
        self.assertEqual(concession.state, "asked")
        concession.with_user(self.engineering).action_approve()
        self.assertEqual(concession.state, "granted")
        self.assertSums(inspection, rejected=100, conceded=50)
        self.assertEqual(inspection.state, "failed")
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 50)
        self.assertEqual(self._count_at(self.warehouse.guard_quarantine_id), 100)
        self.assertTrue(concession.used_on)
        tranche = inspection.tranche_ids.filtered("concession_id")
        self.assertEqual((tranche.verdict, tranche.quantity, tranche.reason), ("conceded", 50, "Only the paint"))

    def test_lot_conceded_whole_is_conceded(self):
        inspection = self._reject()
        self._grant(self._make_concession(inspection, 150))
        self.assertEqual(inspection.state, "conceded")
        self.assertSums(inspection, conceded=150)
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 150)

    def test_conceding_takes_rejected_then_to_sort_then_waiting(self):
        receipt, inspection = self._receive()
        receipt.button_validate()
        self._read(inspection, bad=1)
        self._decide(inspection, rejected=30, to_sort=40)
        self._grant(self._make_concession(inspection, 90))
        self.assertSums(inspection, conceded=90, waiting=60)
        self.assertEqual(inspection.state, "in_progress")

    def test_lots_are_marked_for_life(self):
        self.steel.tracking = "lot"
        receipt, inspection = self._receive(30)
        receipt.move_ids.move_line_ids = [
            Command.clear(),
            *[
                Command.create({"product_id": self.steel.id, "lot_name": name, "quantity": quantity, "picked": True})
                for name, quantity in (("L1", 10), ("L2", 20))
            ],
        ]
        receipt.button_validate()
        self._read(inspection, bad=1)
        lots = inspection.lot_ids.sorted("name")
        inspection.with_user(self.quality)._judge()
        inspection.with_user(self.quality)._decide(
            {
                inspection: [
                    {"verdict": "rejected", "quantity": quantity, "lot_id": lot.id}
                    for lot, quantity in zip(lots, (10, 20), strict=True)
                ]
            }
        )
        with self.assertRefused("say which ones"):
            self._make_concession(inspection, 10).action_ask()
        with self.assertRefused("of several lots all is conceded"):
            self._make_concession(inspection, 25, lot_ids=[Command.set(lots.ids)]).action_ask()
        with self.assertRefused("only 10 Units"):
            self._make_concession(inspection, 11, lot_ids=[Command.set(lots[0].ids)]).action_ask()
        concession = self._grant(self._make_concession(inspection, 20, lot_ids=[Command.set(lots[1].ids)]))
        self.assertEqual(lots.mapped("guard_is_conceded"), [False, True])
        self.assertEqual(lots[1].guard_concession_ids, concession)
        self.assertEqual(self.env["stock.lot"].search([("guard_is_conceded", "=", True)]), lots[1])
        quant = self.env["stock.quant"].search(
            [("location_id", "=", self.warehouse.lot_stock_id.id), ("product_id", "=", self.steel.id)]
        )
        self.assertEqual((quant.lot_id, quant.quantity), (lots[1], 20))
        for values in ({"guard_concession_ids": [Command.clear()]}, {"guard_is_conceded": False}):
            with self.assertRefused("for life"):
                lots[1].sudo().write(values)
        with self.assertRefused("for life"):
            self.env["stock.lot"].create(
                {"name": "L3", "product_id": self.steel.id, "guard_concession_ids": [Command.link(concession.id)]}
            )

    def test_concession_before_the_receipt_lets_it_into_stock_and_marks_its_lots(self):
        self.steel.tracking = "lot"
        self.point.hold = "before"
        receipt, inspection = self._receive(20)
        receipt.move_ids.move_line_ids.write({"lot_name": "L9", "quantity": 20, "picked": True})
        self._read(inspection, bad=1)
        self._decide(inspection, rejected=20)
        concession = self._grant(self._make_concession(inspection, 20))
        self.assertFalse(concession.used_on)
        receipt.button_validate()
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 20)
        self.assertTrue(concession.used_on)
        self.assertEqual(inspection.lot_ids.mapped("guard_is_conceded"), [True])

    # Who

    def test_nobody_concedes_what_they_asked_for(self):
        concession = self._make_concession(self._reject(), user=self.colleague)
        steps = self.env["guard.approval.request.step"]
        with self.assertRaises(UserError) as refusal:
            concession.action_ask()  # the other inspector has read the goods
        self.assertIn("nobody can be asked", str(refusal.exception))
        third = new_test_user(self.env, "inspector_three", "base.group_user,quality_service_guard.group_review_quality")
        concession = self._make_concession(concession.inspection_id, user=self.colleague)
        concession.action_ask()
        steps = concession.sudo().approval_request_id.step_ids
        self.assertEqual(steps.filtered(lambda step: step.aspect == "quality").asked_user_id, third)
        with self.assertRefused("who asked for approval does not approve"):
            concession.with_user(self.colleague).action_approve()

    def test_inspector_does_not_concede_what_they_read(self):
        concession = self._make_concession(self._reject())
        concession.action_ask()
        with self.assertRefused("nobody concedes their own"):
            concession.with_user(self.quality).action_approve()
        self.assertEqual(concession.state, "asked")

    def test_buyer_does_not_concede_what_they_bought(self):
        buyer = new_test_user(
            self.env,
            "buyer_engineer",
            "base.group_user,purchase.group_purchase_user,quality_service_guard.group_review_engineering",
        )
        inspection = self._reject_bought(buyer)
        concession = self._make_concession(inspection)
        concession.action_ask()
        steps = concession.sudo().approval_request_id.step_ids
        self.assertNotIn(buyer, steps.asked_user_id)
        with self.assertRefused("nobody concedes their own"):
            concession.with_user(buyer).action_approve()

    def _reject_bought(self, buyer):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "user_id": buyer.id,
                "order_line": [Command.create({"product_id": self.steel.id, "product_qty": 50, "price_unit": 2})],
            }
        )
        order.button_confirm()
        inspection = self._get_inspections(order.picking_ids)
        order.picking_ids.button_validate()
        self._read(inspection, bad=1)
        self._decide(inspection, rejected=50)
        return inspection

    def test_deputy_lends_no_voice_to_who_read_the_goods(self):
        concession = self._make_concession(self._reject())
        concession.action_ask()
        with_voice = concession.sudo().approval_request_id.step_ids.filtered(lambda step: step.aspect == "quality")
        self.assertFalse(with_voice._may_speak(self.sales, self.quality))
        self.assertTrue(with_voice._may_speak(self.colleague))

    def test_customer_concerned_asks_sales_and_wants_consent_with_proof(self):
        inspection = self._reject()
        order = self._make_order()
        concession = self._make_concession(inspection, order_id=order.id)
        self.assertEqual(concession.customer_id, self.customer)
        concession.action_ask()
        self.assertEqual(
            sorted(concession.sudo().approval_request_id.step_ids.mapped("aspect")), ["engineering", "quality", "sales"]
        )
        with self.assertRefused("has not consented"):
            concession.with_user(self.sales).action_approve()
        with self.assertRefused("a consent without proof is none", ValidationError):
            concession.customer_consents = True
        concession.invalidate_recordset()
        concession.write({"customer_consents": True, "consent_proof": PROOF})
        for user in (self.colleague, self.engineering, self.sales):
            concession.with_user(user).action_approve()
        self.assertEqual(concession.state, "granted")

    def test_customer_is_not_taken_off_once_somebody_is_asked(self):
        concession = self._make_concession(self._reject(), customer_id=self.customer.id)
        concession.action_ask()
        with self.assertRefused("Take it back"):
            concession.customer_id = False
        concession.action_withdraw()
        self.assertEqual(concession.state, "draft")
        concession.customer_id = False

    # What

    def test_edit_after_asking_voids_the_approval(self):
        concession = self._make_concession(self._reject())
        concession.action_ask()
        concession.with_user(self.colleague).action_approve()
        concession.quantity = 60
        states = {step.aspect: step.state for step in concession.sudo().approval_request_id.step_ids}
        self.assertEqual(states, {"quality": "pending", "engineering": "pending"})
        self.assertEqual(concession.state, "asked")
        for user in (self.colleague, self.engineering):
            concession.with_user(user).action_approve()
        self.assertSums(concession.inspection_id, rejected=90, conceded=60)
        with self.assertRefused("has been decided"):
            concession.quantity = 70

    def test_another_proof_voids_what_sales_approved(self):
        concession = self._make_concession(
            self._reject(), customer_id=self.customer.id, customer_consents=True, consent_proof=PROOF
        )
        concession.action_ask()
        concession.with_user(self.sales).action_approve()
        concession.consent_proof = "b3RoZXI="
        states = {step.aspect: step.state for step in concession.sudo().approval_request_id.step_ids}
        self.assertEqual(states["sales"], "pending")

    def test_no_more_is_conceded_than_is_there(self):
        inspection = self._reject(rejected=100)
        with self.assertRefused("only 150 Units"):
            self._make_concession(inspection, 151).action_ask()
        self._grant(self._make_concession(inspection, 120))
        self.assertSums(inspection, conceded=120, waiting=30)
        with self.assertRefused("only 30 Units"):
            self._make_concession(inspection, 31).action_ask()

    def test_what_went_away_meanwhile_is_not_granted(self):
        inspection = self._reject()
        first, second = self._make_concession(inspection, 100), self._make_concession(inspection, 100)
        second.action_ask()
        second.with_user(self.colleague).action_approve()
        self._grant(first)
        with self.assertRefused("only 50 Units"):
            second.with_user(self.engineering).action_approve()
        self.assertSums(inspection, conceded=100, rejected=50)

    def test_two_granted_at_once_do_not_take_the_same_goods(self):
        inspection = self._reject()
        both = self._make_concession(inspection, 100) | self._make_concession(inspection, 100)
        both.action_ask()
        both.with_user(self.colleague).approval_request_id.action_approve()
        with self.assertRefused("only 50 Units"):
            both.with_user(self.engineering).approval_request_id.action_approve()
        self.assertSums(inspection, rejected=150)

    def test_unread_goods_are_not_conceded(self):
        receipt, inspection = self._receive()
        with self.assertRefused("has not been started"):
            self._make_concession(inspection).action_ask()
        inspection.with_user(self.quality).action_start()
        with self.assertRefused("readings of .* are missing"):
            self._make_concession(inspection).action_ask()

    def test_refused_concession_changes_nothing(self):
        inspection = self._reject()
        concession = self._make_concession(inspection)
        concession.action_ask()
        concession.with_user(self.engineering).approval_request_id.action_reject("Too soft")
        self.assertEqual(concession.state, "refused")
        self.assertSums(inspection, rejected=150)
        with self.assertRefused("has been asked for already"):
            concession.action_ask()

    # Until when

    def test_unused_concession_lets_nothing_go_on_after_its_date(self):
        self.point.hold = "before"
        inspection = self._reject(20, validate=False)
        concession = self._grant(self._make_concession(inspection, 20))
        self.assertSums(inspection, conceded=20)
        self._age(concession)
        inspection.picking_id.button_validate()
        self.assertEqual(self._count_at(self.warehouse.lot_stock_id), 0)
        self.assertEqual(self._count_at(self.warehouse.guard_quarantine_id), 20)
        self.env["guard.concession"]._cron_expire()
        self.assertEqual((concession.state, concession.used_on), ("expired", False))
        self.assertEqual(inspection.state, "failed")
        self.assertSums(inspection, rejected=20)

    def test_work_order_goes_on_by_a_concession_as_long_as_it_holds(self):
        self._make_spec_in_force(self.turn)
        self._make_point(occasion="operation", product_tmpl_id=False, operation_id=self.turn.id)
        self.env["stock.quant"]._update_available_quantity(self.steel, self.warehouse.lot_stock_id, 20)
        orders = self.env["mrp.production"].create(
            [{"product_id": self.shaft.id, "product_qty": 5, "bom_id": self.bom.id} for _order in range(2)]
        )
        orders.action_confirm()
        concessions = self.env["guard.concession"]
        for order in orders:
            inspection = self.env["guard.inspection"].search([("production_id", "=", order.id)])
            self._read(inspection, bad=1)
            self._decide(inspection, rejected=5)
            concessions |= self._grant(self._make_concession(inspection, 5)).sudo()
        works = orders.workorder_ids.filtered(lambda work: work.operation_id == self.turn)
        works[0].button_finish()
        self.assertEqual(concessions.mapped(lambda concession: bool(concession.used_on)), [True, False])
        self._age(concessions)
        with self.assertRefused("nothing of it was released"):
            works[1].button_finish()
        self.env["guard.concession"]._cron_expire()
        self.assertEqual(concessions.mapped("state"), ["granted", "expired"])

    def test_used_concession_does_not_end(self):
        inspection = self._reject()
        concession = self._grant(self._make_concession(inspection))
        self._age(concession)
        self.env["guard.concession"]._cron_expire()
        self.assertEqual(concession.state, "granted")
        self.assertSums(inspection, rejected=100, conceded=50)

    def test_concession_of_yesterday_is_not_asked_for(self):
        concession = self._make_concession(self._reject(), valid_until=fields.Datetime.now() - timedelta(days=1))
        with self.assertRefused("its date is past"):
            concession.action_ask()

    def _age(self, concession):
        concession._set_state("granted", valid_until=fields.Datetime.now() - timedelta(minutes=1))

    # Attacks

    def test_state_and_results_are_not_written_by_hand(self):
        inspection = self._reject()
        concession = self._make_concession(inspection)
        for values in ({"state": "granted"}, {"used_on": fields.Datetime.now()}, {"consent_digest": "x"}):
            with self.assertRefused("buttons and sign-offs only"):
                concession.write(values)
            with self.assertRefused("buttons and sign-offs only"):
                self._make_concession(inspection, **values)
        born = (
            self.env["guard.concession"]
            .with_user(self.storekeeper)
            .with_context(default_state="granted", default_used_on="2020-01-01 00:00:00")
            .create({"inspection_id": inspection.id, "quantity": 1, "reason": "x"})
        )
        self.assertEqual((born.state, born.used_on), ("draft", False))

    def test_others_neither_see_nor_ask(self):
        inspection = self._reject()
        with self.assertRaises(AccessError):
            self._make_concession(inspection, user=self.seller)
        foreigner = self._make_foreigner("base.group_user,quality_service_guard.group_guard_manager")
        concession = self._make_concession(inspection)
        with self.assertRaises(AccessError):
            concession.with_user(foreigner).read(["reason"])
        with self.assertRaises(AccessError):
            self._make_concession(inspection, user=foreigner)

    def test_asked_for_stays_on_record(self):
        concession = self._make_concession(self._reject())
        concession.action_ask()
        concession.action_withdraw()
        with self.assertRefused("stays on record"):
            concession.sudo().unlink()

    def test_ten_concessions_end_with_the_queries_of_one(self):
        self.point.hold = "before"
        counts = []
        for number in (1, 10):
            concessions = self.env["guard.concession"]
            for _index in range(number):
                inspection = self._reject(20, validate=False)
                concessions |= self._grant(self._make_concession(inspection, 20)).sudo()
            self._age(concessions)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["guard.concession"]._cron_expire()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(concessions.mapped("state")), {"expired"})
        self.assertLessEqual(counts[1], counts[0] + 20, counts)
