from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import InspectionInForceCommon

EPS = 1e-6
STEPS = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@tagged("post_install", "-at_install")
class TestInspectionProperties(InspectionInForceCommon):
    """Whatever happens to receipts, decisions and stock, no goods are lost between them (clause 2.2.3)."""

    def test_goods_are_never_lost_between_decisions(self):  # pylint: disable=missing-return
        case = self

        class Store(RuleBasedStateMachine):
            """Receipts inspected before they are done, or received into quarantine; decided, split, returned, consumed."""

            def __init__(self):
                super().__init__()
                self.savepoint = case.env.cr.savepoint(flush=True)
                self.receipts, self.consumed = case.env["stock.picking"], 0.0

            def teardown(self):
                self.savepoint.close(rollback=True)
                case.env.invalidate_all()
                case.env.transaction.clear()

            @initialize(hold=st.sampled_from(["before", "quarantine"]))
            def begin(self, hold):
                case._make_point(hold=hold)
                self.quarantine = case.warehouse._guard_get_quarantine()

            def open_receipts(self):
                return self.receipts.filtered(lambda receipt: receipt.state not in ("done", "cancel"))

            def inspections(self, *states):
                found = case.env["guard.inspection"].search([("product_id", "=", case.steel.id)])
                return found.filtered(lambda inspection: inspection.state in states) if states else found

            def attempt(self, step):
                """What is refused leaves nothing behind."""
                try:
                    with case.env.cr.savepoint():
                        step()
                    return True
                except UserError:
                    case.env.invalidate_all()
                    return False

            @rule(quantity=st.integers(1, 60))
            def order(self, quantity):
                receipt, _inspections = case._receive(quantity)
                self.receipts |= receipt

            @precondition(lambda self: self.open_receipts())
            @rule(part=st.floats(0.1, 1.0), data=st.data())
            def come(self, part, data):
                """A truck brings a part or all; the rest follows on a backorder."""
                receipt = data.draw(st.sampled_from(list(self.open_receipts())))
                move = receipt.move_ids

                def step():
                    move.quantity = max(1, int(move.product_uom_qty * part))
                    move.picked = True
                    receipt.with_context(skip_backorder=True).button_validate()

                self.attempt(step)
                self.receipts |= receipt.backorder_ids

            @precondition(lambda self: self.open_receipts())
            @rule(data=st.data(), more=st.integers(1, 20))
            def order_more(self, data, more):
                receipt = data.draw(st.sampled_from(list(self.open_receipts())))
                receipt.move_ids.product_uom_qty += more

            @precondition(lambda self: self.open_receipts())
            @rule(data=st.data())
            def cancel(self, data):
                data.draw(st.sampled_from(list(self.open_receipts()))).action_cancel()

            @precondition(lambda self: self.inspections("draft", "in_progress"))
            @rule(data=st.data(), verdict=st.sampled_from(["accepted", "rejected", "to_sort"]), part=st.floats(0.1, 1.2))
            def decide(self, data, verdict, part):
                inspection = data.draw(st.sampled_from(list(self.inspections("draft", "in_progress"))))
                if inspection.state == "draft":
                    case._read(inspection, bad=data.draw(st.integers(0, 1)))
                quantity = max(1.0, round(inspection.waiting * part))
                self.attempt(lambda: case._decide(inspection, **{verdict: quantity}))

            @precondition(lambda self: self.receipts.filtered(lambda receipt: receipt.state == "done"))
            @rule(data=st.data(), quantity=st.integers(1, 30))
            def send_back(self, data, quantity):
                receipt = data.draw(st.sampled_from(list(self.receipts.filtered(lambda receipt: receipt.state == "done"))))

                def step():
                    wizard = case.env["stock.return.picking"].with_context(active_id=receipt.id, active_model="stock.picking")
                    wizard = wizard.create({})
                    wizard.product_return_moves.quantity = quantity
                    back = case.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
                    back.move_ids.location_id = self.quarantine
                    back.move_ids.write({"quantity": quantity, "picked": True})
                    if case._count_at(self.quarantine) >= quantity:  # nobody carries what is not there
                        back.button_validate()

                self.attempt(step)

            @rule(quantity=st.integers(1, 40))
            def consume(self, quantity):
                """Goods are taken by hand from anywhere, as many as are asked for."""
                place = case.warehouse.lot_stock_id
                free = case.env["stock.quant"]._get_available_quantity(case.steel, case.warehouse.view_location_id)
                taken = min(quantity, free)
                if taken > 0:
                    case.env["stock.quant"]._update_available_quantity(case.steel, place, -taken)
                    self.consumed += taken

            @invariant()
            def parts_make_the_whole(self):
                for inspection in self.inspections("draft", "in_progress", "passed", "failed", "conceded"):
                    parts = inspection.accepted + inspection.rejected + inspection.conceded + inspection.to_sort
                    case.assertAlmostEqual(parts + inspection.waiting, inspection.quantity)
                    case.assertGreaterEqual(inspection.waiting, -EPS)

            @invariant()
            def each_receipt_is_inspected_once(self):
                for move in self.receipts.move_ids:
                    alive = self.inspections().filtered(
                        lambda inspection, move=move: inspection.move_id == move and inspection.state != "cancelled"
                    )
                    if move.state == "cancel":
                        case.assertTrue(all(alive.mapped("tranche_ids")), "what was decided stays on record")
                    elif move.state != "done":
                        case.assertEqual(len(alive), 1)
                    elif alive:
                        case.assertEqual(len(alive), 1)
                        back = move.returned_move_ids.filtered(lambda back: back.state == "done")
                        case.assertLessEqual(alive.quantity, move.quantity)
                        case.assertGreaterEqual(alive.quantity, move.quantity - sum(back.mapped("quantity")))
                    else:
                        case.assertTrue(move.returned_move_ids, "all of it went back")

            @invariant()
            def only_released_goods_are_in_stock(self):
                done = self.inspections().filtered(lambda inspection: inspection.move_id.state == "done")
                released = sum(inspection.accepted + inspection.conceded for inspection in done)
                stock = case._count_at(case.warehouse.lot_stock_id)
                case.assertAlmostEqual(stock + self.consumed, released)

        run_state_machine_as_test(Store, settings=STEPS)
