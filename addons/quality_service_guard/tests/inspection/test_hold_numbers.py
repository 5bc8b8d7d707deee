from datetime import timedelta
from functools import partial

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .hold_common import HoldCommon


@tagged("post_install", "-at_install")
class TestHoldNumbers(HoldCommon):
    """Held goods are on hand and free to nobody, and who asks for no holds pays for none."""

    def _numbers(self, product=None, user=None, **context):
        product = (product or self.oil).with_user(user or self.seller).with_context(**context)
        product.invalidate_recordset()
        return product.qty_available, product.free_qty, product.virtual_available

    def test_held_lot(self):
        self.assertEqual(self._numbers(), (20, 20, 20))
        self._hold(self.bad)
        self.assertEqual(self._numbers(), (20, 10, 10))
        self.assertEqual(self._numbers(lot_id=self.bad.id), (10, 0, 0))
        self.assertEqual(self._numbers(lot_id=self.good.id), (10, 10, 10))
        self._release(self.bad)
        self.assertEqual(self._numbers(), (20, 20, 20))

    def test_quarantine(self):
        self._stock(self.steel, 7, self.quarantine)
        self._stock(self.steel, 3)
        self.assertEqual(self._numbers(self.steel), (10, 3, 3))
        self.assertEqual(self._numbers(self.steel, location=self.stock.id), (3, 3, 3))
        self.assertEqual(self._numbers(self.steel, warehouse_id=self.warehouse.id), (10, 3, 3))

    def test_held_and_quarantined_counts_once(self):
        self._stock(self.oil, 5, self.quarantine, lot_id=self.bad)
        self._hold(self.bad)
        self.assertEqual(self._numbers(), (25, 10, 10))

    def test_picked_before_the_hold(self):
        self._ship_reserved_then_hold(4)
        self.assertEqual(self._numbers(), (20, 10, 10), "reserved goods are taken off once")

    def test_owner_and_package(self):
        package = self.env["stock.package"].create({"name": "Box"})
        self._stock(self.oil, 5, lot_id=self.bad, owner_id=self.vendor, package_id=package)
        self._hold(self.bad)
        self.assertEqual(self._numbers(owner_id=self.vendor.id), (5, 0, 0))
        self.assertEqual(self._numbers(package_id=package.id), (5, 0, 0))

    def test_past(self):
        self._hold(self.bad)
        before = fields.Datetime.now() - timedelta(days=1)
        self.assertEqual(self._numbers(to_date=before)[1:], self._numbers(to_date=before)[:1] * 2)

    def test_kit(self):
        kit = self.env["product.product"].create({"name": "Kit", "type": "consu", "is_storable": True})
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": self.oil.id, "product_qty": 2})],
            }
        )
        self._hold(self.bad)
        self.assertEqual(self._numbers(kit), (10, 5, 5))
        both = (kit | self.oil).with_user(self.seller)
        both.invalidate_recordset()
        self.assertEqual(both.mapped("free_qty"), [5, 10], "read together as well")
        self._stock(self.steel, 100)
        self._stock(self.bearing, 7, self.quarantine)
        self._stock(self.bearing, 3)
        outer = self.env["product.product"].create({"name": "Set", "type": "consu", "is_storable": True})
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": outer.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": product.id, "product_qty": 1})
                    for product in (self.steel, kit, self.bearing)
                ],
            }
        )
        self.assertEqual(self._numbers(outer), (10, 3, 3), "the second component is not told uncorrected")

    def test_modes(self):
        self._hold(self.bad)
        self.gate_inspection.mode = "warn"
        self.assertEqual(self._numbers(), (20, 20, 20))
        self.clause_inspection.in_force = False
        self.assertEqual(self._numbers(), (20, 20, 20))

    def test_forecast(self):
        self._hold(self.bad)
        self._make_transfer(quantity=15)
        report = self.env["stock.forecasted_product_product"]
        docs = (
            report.with_user(self.chief)
            .with_context(warehouse_id=self.warehouse.id)
            ._get_report_data(product_ids=self.oil.ids)
        )
        lines = [line for line in docs["lines"] if line["document_in"] is False and not line["move_out"]]
        self.assertFalse([line for line in lines if line["quantity"] > 0], "nothing is free beyond what is reserved")
        self.assertEqual(docs["product"][self.oil.id]["free_qty"], 0)

    def test_replenishment(self):
        """What is held is bought again."""
        self._hold(self.bad, self.good)
        rule = self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.oil.id, "location_id": self.stock.id, "product_min_qty": 5, "product_max_qty": 8}
        )
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (0, 8))

    # Feasibility

    def _reckon(self):
        vendor = self.env["res.partner"].create({"name": "Oil mill"})
        self.env["product.supplierinfo"].create(
            {"partner_id": vendor.id, "product_tmpl_id": self.oil.product_tmpl_id.id, "delay": 10}
        )
        order = self._make_order(
            commitment_date=fields.Datetime.now() + timedelta(days=2),
            order_line=[Command.create({"product_id": self.oil.id, "product_uom_qty": 15})],
        )
        return self._make_review(order).feasibility_id.line_ids

    def test_feasibility_tells_what_is_held(self):
        self._hold(self.bad)
        line = self._reckon()
        self.assertEqual(line.reason["code"], "material")
        self.assertIn("10 Units held by inspection.", line.sentence)
        bought = next(step for step in line.steps if step["kind"] == "buy")
        self.assertEqual((bought["quantity"], bought["held"]), (5, 10), "ten are there and promised to nobody")

    def test_feasibility_without_holds(self):
        line = self._reckon()
        self.assertEqual(line.reason["code"], "work")
        self.assertNotIn("held", line.sentence)

    # What it costs

    def _count(self, work):
        """Queries of a piece of work with everything known that is cached."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _deliver(self):
        picking = self._make_transfer(user=self.env.user)
        self._done(picking)
        picking.move_line_ids.quantity = 4

    def _warm(self):
        """Whatever is cached is known before something is counted."""
        self._deliver()
        self._numbers()

    def test_off_costs_nothing(self):
        """Off is as if these hooks were not there: none of them asks anything."""
        self.quarantine.guard_is_quarantine = False
        self.clause_inspection.in_force = False
        self._warm()
        off = self._count(self._deliver)
        asked = []
        for model, names in (
            ("stock.quant", ("_guard_holds", "_guard_held_domain", "_guard_held")),
            ("stock.location", ("_guard_in_quarantine",)),
            ("stock.move", ("_guard_hold_obstacles", "_guard_frees", "_guard_pass_told")),
            ("stock.move.line", ("_guard_judged", "_guard_tell_held")),
        ):
            for name in names:
                self.patch(self.registry[model], name, lambda *args, name=name, **kwargs: asked.append(name))
        self._count(self._deliver)
        self._numbers()
        self.assertFalse([name for name in asked if name != "_guard_frees"])
        self.assertTrue(off)

    def test_numbers_without_holds_cost_nothing(self):
        self.quarantine.guard_is_quarantine = False
        self._warm()
        on = self._count(self._numbers)
        self.clause_inspection.in_force = False
        self._warm()
        self.assertEqual(on, self._count(self._numbers))

    def test_reserving_without_holds_costs_nothing(self):
        self.quarantine.guard_is_quarantine = False
        picking = self._make_transfer(user=self.env.user)

        def again():
            picking.do_unreserve()
            picking.action_assign()

        again()
        on = self._count(again)
        self.clause_inspection.in_force = False
        again()
        # the early word about lines reads lots and places once
        self.assertLessEqual(on - self._count(again), 3)

    def test_reserving_many_asks_once(self):
        """Over many quants with one in a hundred held, the number of queries is that of a few."""
        counts = []
        for number in (10, 200):
            product = self.env["product.product"].create(
                {"name": f"Oil {number}", "type": "consu", "is_storable": True, "tracking": "lot"}
            )
            lots = self.env["stock.lot"].create([{"name": f"L{n}", "product_id": product.id} for n in range(number)])
            self.env["stock.quant"].create(
                [
                    {"product_id": product.id, "location_id": self.stock.id, "lot_id": lot.id, "quantity": 1}
                    for lot in lots
                ]
            )
            self._hold(*lots[::100])
            move = self.env["stock.move"].create(
                {
                    "product_id": product.id,
                    "product_uom_qty": number,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                }
            )
            reserve = partial(self.env["stock.quant"]._get_reserve_quantity, product, self.stock, number)
            counts.append(self._count(reserve))
            move._action_confirm()
            move._action_assign()
            self.assertEqual(move.quantity, number - len(lots[::100]))
        self.assertLessEqual(counts[1], counts[0])

    def test_assigning_many_moves_adds_the_same_few_queries(self):
        """What the gate adds to a reservation does not grow with the moves."""
        self._hold(self.bad)

        def assign(number, in_force):
            self.clause_inspection.in_force = in_force
            moves = self.env["stock.move"].create(
                [
                    {
                        "product_id": self.oil.id,
                        "product_uom_qty": 0.1,
                        "location_id": self.stock.id,
                        "location_dest_id": self.customers.id,
                    }
                    for _number in range(number)
                ]
            )
            moves._action_confirm(merge=False)
            moves._do_unreserve()
            moves._action_assign()  # whatever is cached is known now
            moves._do_unreserve()
            return self._count(self.env["stock.move"].browse(moves.ids)._action_assign)

        added = [assign(number, True) - assign(number, False) for number in (2, 20)]
        self.assertLessEqual(added[1], added[0])
        self.assertLessEqual(added[0], 4)

    def test_holding_many_asks_once(self):
        """Queries for a hold depend neither on the lots nor on the lines that are given back."""
        counts = []
        for number in (2, 20):
            lots = self.env["stock.lot"].union(*(self._make_lot(f"M{number}-{n}", 1) for n in range(number)))
            counts.append(self._count(lambda lots=lots: lots._guard_hold_lots("Cracks")))
        self.assertLessEqual(counts[1] - counts[0], 5)

    def test_judging_many_asks_once(self):
        counts = []
        for number in (2, 20):
            lots = [self._make_lot(f"J{number}-{n}", 1) for n in range(number)]
            picking = self._make_transfer(quantity=number, lines=[{"lot": lot, "quantity": 1} for lot in lots])
            moves = self.env["stock.move"].browse(picking.move_ids.ids)
            counts.append(self._count(moves._guard_hold_obstacles))
        self.assertLessEqual(counts[1], counts[0])
