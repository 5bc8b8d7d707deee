from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .hold_common import HoldCommon


@tagged("post_install", "-at_install")
class TestHoldReserve(HoldCommon):
    """Held goods are offered to nobody who reserves, and the stock stays whole."""

    def assertReserved(self, move, expected):
        """Quantities on the lines by lot, and the quants agree with the lines."""
        found = {}
        for line in move.move_line_ids:
            found[line.lot_id] = found.get(line.lot_id, 0) + line.quantity
        self.assertEqual(found, expected)
        self.assertWhole()

    def assertWhole(self):
        """No quant is below zero or there twice, and what is reserved on quants stands on lines."""
        quants = self.env["stock.quant"].sudo().search([("location_id.usage", "=", "internal")])
        keys = [(q.product_id, q.location_id, q.lot_id, q.package_id, q.owner_id) for q in quants]
        self.assertEqual(len(keys), len(set(keys)), "a quant is there twice")
        self.assertFalse(quants.filtered(lambda quant: quant.quantity < 0 or quant.reserved_quantity < 0))
        lines = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("state", "in", ("assigned", "partially_available", "confirmed", "waiting")),
                    ("location_id.usage", "=", "internal"),
                ]
            )
        )
        self.assertEqual(sum(quants.mapped("reserved_quantity")), sum(lines.mapped("quantity_product_uom")))

    # Ways of reserving

    def test_from_stock(self):
        self._hold(self.bad)
        move = self._make_transfer(quantity=12).move_ids
        self.assertEqual(move.state, "partially_available")
        self.assertReserved(move, {self.good: 10})

    def test_only_held(self):
        self._hold(self.bad, self.good)
        move = self._make_transfer().move_ids
        self.assertEqual(move.state, "confirmed")
        self.assertReserved(move, {})

    def test_unreserve(self):
        self._hold(self.bad)
        picking = self._make_transfer(quantity=12)
        picking.do_unreserve()
        self.assertReserved(picking.move_ids, {})
        picking.action_assign()
        self.assertReserved(picking.move_ids, {self.good: 10})

    def test_unreserve_held_line(self):
        """What was picked before the hold can be given back."""
        picking = self._ship_reserved_then_hold()
        picking.move_ids.picked = False
        picking.do_unreserve()
        self.assertReserved(picking.move_ids, {})
        self.assertEqual(self._on_hand(lot=self.bad), 10)

    def test_below_quarantine_within_stock(self):
        """A quarantine on a shelf of the stock, which every order may reserve from."""
        self._stock(self.steel, 10, self.shelf)
        self._stock(self.steel, 4)
        self.shelf.with_user(self.chief).guard_is_quarantine = True
        move = self._make_transfer(self.steel, 12).move_ids
        self.assertEqual(move.quantity, 4)
        self.assertEqual(move.move_line_ids.location_id, self.stock)
        self.assertWhole()

    def test_chain(self):
        """What one step brings is reserved by the next, unless it has been held meanwhile."""
        self.warehouse.delivery_steps = "pick_ship"
        picking = self._make_transfer(
            quantity=6,
            target=self.warehouse.wh_output_stock_loc_id,
            kind=self.warehouse.pick_type_id,
            location_final_id=self.customers.id,
        )
        ship = self.env["stock.move"].create(
            {
                "product_id": self.oil.id,
                "product_uom_qty": 6,
                "location_id": self.warehouse.wh_output_stock_loc_id.id,
                "location_dest_id": self.customers.id,
                "procure_method": "make_to_order",
                "picking_type_id": self.warehouse.out_type_id.id,
                "move_orig_ids": [Command.set(picking.move_ids.ids)],
            }
        )
        ship._action_confirm()
        picking.do_unreserve()
        self._make_line(picking.move_ids, self.bad, 3)
        self._make_line(picking.move_ids, self.good, 3)
        self._done(picking)
        self.assertReserved(ship, {self.bad: 3, self.good: 3})
        self._hold(self.bad)
        self.assertReserved(ship, {self.good: 3})
        self.assertEqual(ship.state, "partially_available")
        ship._action_assign()
        self.assertReserved(ship, {self.good: 3})
        self._release(self.bad)
        ship._action_assign()
        self.assertReserved(ship, {self.bad: 3, self.good: 3})

    def test_make_to_order(self):
        """A delivery that is made to order waits for its own receipt, not for held stock."""
        move = self._make_transfer(quantity=0).move_ids.copy({"product_uom_qty": 5, "procure_method": "make_to_order"})
        move._action_confirm(create_proc=False)
        self._hold(self.bad)
        move._action_assign()
        self.assertReserved(move, {})

    def _set_strategy(self, method):
        self.oil.categ_id = self.metal
        self.metal.removal_strategy_id = self.env["product.removal"].search([("method", "=", method)])

    def test_least_packages(self):
        """The smallest number of packages is looked for among those that may be taken."""
        self._set_strategy("least_packages")
        packages = self.env["stock.package"].create([{"name": name} for name in ("P1", "P2", "P3")])
        self._stock(self.oil, 20, lot_id=self.bad, package_id=packages[0])
        self._stock(self.oil, 10, lot_id=self.good, package_id=packages[1])
        self._stock(self.oil, 5, lot_id=self.good, package_id=packages[2])
        self._hold(self.bad)
        move = self._make_transfer(quantity=15).move_ids
        self.assertReserved(move, {self.good: 15})
        self.assertEqual(move.move_line_ids.package_id, packages[1:])

    def test_closest(self):
        self._set_strategy("closest")
        near = self.env["stock.location"].create({"name": "A", "location_id": self.stock.id})
        self._stock(self.oil, 5, near, lot_id=self.bad)
        self._hold(self.bad)
        self.assertReserved(self._make_transfer(quantity=12).move_ids, {self.good: 10})

    def test_fifo(self):
        self._set_strategy("fifo")
        later = self._make_lot("LATER")
        self._hold(self.bad)
        self.assertReserved(self._make_transfer(quantity=15).move_ids, {self.good: 10, later: 5})

    def test_lifo(self):
        self._set_strategy("lifo")
        self._hold(self.good)
        self.assertReserved(self._make_transfer(quantity=5).move_ids, {self.bad: 5})

    def test_expiration(self):
        if "use_expiration_date" not in self.oil._fields:
            self.skipTest("expiration dates are not installed")
        self._set_strategy("fefo")
        self.oil.use_expiration_date = True
        self._hold(self.bad)
        self.assertReserved(self._make_transfer(quantity=5).move_ids, {self.good: 5})

    def test_serial(self):
        serials = [self._make_lot(name, 1, self.motor) for name in ("S1", "S2", "S3")]
        self._hold(serials[0], serials[2])
        move = self._make_transfer(self.motor, 2).move_ids
        self.assertReserved(move, {serials[1]: 1})

    def test_package(self):
        package = self.env["stock.package"].create({"name": "Box"})
        self._stock(self.steel, 5, self.quarantine, package_id=package)
        self._stock(self.steel, 3)
        move = self._make_transfer(self.steel, 5, source=self.warehouse.view_location_id).move_ids
        self.assertEqual(move.quantity, 3)

    def test_owner(self):
        self._stock(self.oil, 5, lot_id=self.bad, owner_id=self.vendor)
        self._hold(self.bad)
        move = self._make_transfer(quantity=20).move_ids
        self.assertReserved(move, {self.good: 10})

    def test_cache_of_quants(self):
        """Who reserves with quants read beforehand is not offered held ones either."""
        self._hold(self.bad)
        quants = self.env["stock.quant"]
        cache = quants._get_quants_by_products_locations(self.oil, self.stock)
        quants = quants.with_context(quants_cache=cache)
        for lot, expected in ((self.bad, 0), (self.good, 4)):
            found = quants._get_reserve_quantity(
                self.oil,
                self.stock,
                4,
                lot_id=lot,
                package_id=self.env["stock.package"],
                owner_id=self.env["res.partner"],
                strict=True,
            )
            self.assertEqual(sum(quantity for _quant, quantity in found), expected)
        self.assertTrue(
            quants._gather(
                self.oil,
                self.stock,
                lot_id=self.bad,
                package_id=self.env["stock.package"],
                owner_id=self.env["res.partner"],
                strict=True,
            ),
            "outside of reserving nothing is hidden",
        )

    def test_done_lines_use_the_cache(self):
        """The engine finds the very quant of a lot that was released, and no second one comes into being."""
        self._hold(self.bad)
        self._release(self.bad)
        self._hold(self.good)
        picking = self._make_transfer(quantity=4)
        self.assertReserved(picking.move_ids, {self.bad: 4})
        self._done(picking)
        self.assertEqual((self._on_hand(lot=self.bad), self._on_hand(lot=self.good)), (6, 10))
        self.assertWhole()

    def test_scrapping_held_goods_keeps_quants_whole(self):
        self._hold(self.bad)
        self.env["stock.scrap"].create(
            {"product_id": self.oil.id, "scrap_qty": 10, "location_id": self.stock.id, "lot_id": self.bad.id}
        ).do_scrap()
        self.assertEqual(self._on_hand(lot=self.bad), 0)
        self.assertWhole()

    # Typed by hand

    def test_lot_typed(self):
        move = self._make_transfer(quantity=30).move_ids
        self._hold(self.bad)
        line = move.move_line_ids.filtered("lot_id")[:1]
        with self.assertHeld("BAD is held"):
            self._make_line(move, self.bad, 1)
        with self.assertHeld("BAD is held"):
            line.with_user(self.storekeeper).lot_id = self.bad

    def test_place_typed(self):
        self._stock(self.steel, 10, self.quarantine)
        self._stock(self.steel, 5)
        move = self._make_transfer(self.steel, 5).move_ids
        with self.assertHeld("lies in quarantine"):
            move.move_line_ids.with_user(self.storekeeper).location_id = self.quarantine

    def test_quant_typed(self):
        """The detailed operations offer quants to pick from."""
        move = self._make_transfer(quantity=30).move_ids
        self._hold(self.bad)
        quant = self.env["stock.quant"].search([("lot_id", "=", self.bad.id), ("location_id", "=", self.stock.id)])
        with self.assertHeld("BAD is held"):
            move.move_line_ids[:1].with_user(self.storekeeper).quant_id = quant

    def test_lots_of_move(self):
        serials = [self._make_lot(name, 1, self.motor) for name in ("S1", "S2")]
        move = self._make_transfer(self.motor, 1).move_ids
        self._hold(serials[1])
        with self.assertHeld("S2 is held"):
            move.with_user(self.storekeeper).lot_ids = serials[1]

    def test_lots_of_move_to_quarantine(self):
        serial = self._make_lot("S1", 1, self.motor)
        self._hold(serial)
        picking = self._make_transfer(self.motor, 1, target=self.quarantine, kind=self.warehouse.int_type_id)
        self.assertReserved(picking.move_ids, {serial: 1})

    def test_quantity_typed(self):
        """More than is free is a line without lot: it is stopped when it is done."""
        self._hold(self.bad)
        picking = self._make_transfer(quantity=15)
        picking.move_ids.quantity = 15
        self.assertEqual(picking.move_line_ids.lot_id, self.good)
        self._pick(picking)
        with self.assertRaises(UserError):
            picking.button_validate()

    def test_quantity_typed_of_untracked_goods(self):
        self._stock(self.steel, 10, self.shelf)
        self._stock(self.steel, 4)
        self.shelf.guard_is_quarantine = True
        picking = self._make_transfer(self.steel, 12)
        picking.move_ids.quantity = 12
        with self.assertHeld("more is taken"):
            self._done(picking)
        self.assertEqual(self._on_hand(self.steel, self.shelf), 10)

    # When a hold begins

    def test_hold_gives_back(self):
        """What was reserved is had from another lot; what nobody can give waits."""
        pickings = self.env["stock.picking"].union(*(self._make_transfer(quantity=5) for _number in range(4)))
        self.assertEqual(set(pickings.move_ids.mapped("state")), {"assigned"})
        self._hold(self.bad)
        self.assertNotIn(self.bad, pickings.move_line_ids.lot_id)
        self.assertEqual(sum(pickings.move_ids.mapped("quantity")), 10)
        self.assertWhole()

    def test_hold_leaves_other_lines(self):
        picking = self._make_transfer(quantity=15)
        line = picking.move_line_ids.filtered(lambda line: line.lot_id == self.good)
        self._hold(self.bad)
        self.assertTrue(line.exists(), "who has the good lot keeps it")
        self.assertReserved(picking.move_ids, {self.good: 10})

    def test_hold_leaves_what_goes_to_quarantine(self):
        picking = self._make_transfer(target=self.quarantine, kind=self.warehouse.int_type_id)
        self._hold(self.bad)
        self.assertReserved(picking.move_ids, {self.bad: 5})

    def test_quarantine_gives_back(self):
        self._stock(self.steel, 10, self.shelf)
        self._stock(self.steel, 4)
        picking = self._make_transfer(self.steel, 12)
        self.assertEqual(picking.move_ids.quantity, 12)
        self.shelf.with_user(self.chief).guard_is_quarantine = True
        self.assertEqual(picking.move_ids.quantity, 4)
        self.assertWhole()

    def test_place_moved_into_quarantine_gives_back(self):
        self._stock(self.steel, 10, self.shelf)
        picking = self._make_transfer(self.steel, 10)
        self.shelf.with_user(self.chief).location_id = self.quarantine
        self.assertEqual(picking.move_ids.quantity, 0)
        self.assertWhole()

    def test_release_move_is_offered_held_lot(self):
        """What goes back to the vendor is reserved although it is held."""
        self._hold(self.bad, self.good)
        picking = self._make_transfer(quantity=15, target=self.suppliers)
        self.assertReserved(picking.move_ids, {self.bad: 10, self.good: 5})

    # Modes

    def test_off(self):
        self.clause_inspection.in_force = False
        self._hold(self.bad)
        self.assertReserved(self._make_transfer().move_ids, {self.bad: 5})

    def test_warn(self):
        self.gate_inspection.mode = "warn"
        self._hold(self.bad)
        self.assertReserved(self._make_transfer().move_ids, {self.bad: 5})

    def test_deviation_alone_reserves_nothing(self):
        """A permit is for goods that somebody names."""
        self._hold(self.bad, self.good)
        picking = self._make_transfer()
        self._permit(picking.move_ids)
        picking.action_assign()
        self.assertReserved(picking.move_ids, {})

    def test_context_hides_and_frees_nothing(self):
        self._hold(self.bad)
        keys = dict.fromkeys(("reserve", "reserve_held", "guard_reserving", "engine", "release"), True)
        picking = self._make_transfer(quantity=12)
        picking.do_unreserve()
        picking.with_context(**keys).action_assign()
        self.assertReserved(picking.move_ids, {self.good: 10})
