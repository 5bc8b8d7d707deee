from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ...tools.passage import passage
from .hold_common import HoldCommon


@tagged("post_install", "-at_install")
class TestHoldMove(HoldCommon):
    """Held goods are moved by no flow: each way that goods have in Odoo is a test."""

    # Transfers

    def test_validate(self):
        picking = self._ship_reserved_then_hold()
        self.assertIn("BAD is held (Cracks)", picking.guard_obstacles, "seen before the button is pressed")
        with self.assertHeld("BAD is held"):
            self._done(picking)
        self.assertNotEqual(picking.state, "done")

    def test_validate_released(self):
        picking = self._ship_reserved_then_hold()
        self._release(self.bad)
        self._done(picking)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self._on_hand(lot=self.bad), 5)

    def test_validate_tells_who_can_help(self):
        picking = self._ship_reserved_then_hold()
        with self.assertHeld("Permits|permits deviations"):
            self._done(picking)

    def test_many_pickings_are_refused_together(self):
        free = self._make_transfer(lines=[{"lot": self.good, "quantity": 2}], quantity=2)
        other = self._make_lot("WORSE")
        held = self._make_transfer(lines=[{"lot": self.bad, "quantity": 2}], quantity=2)
        second = self._make_transfer(lines=[{"lot": other, "quantity": 2}], quantity=2)
        pickings = self._pick(free | held | second)
        self._hold(self.bad, other)
        with self.assertHeld(r"(?s)BAD is held.*WORSE is held"):
            pickings.button_validate()
        self.assertNotIn("done", pickings.mapped("state"))

    def test_move_done_alone(self):
        picking = self._ship_reserved_then_hold()
        with self.assertHeld():
            picking.move_ids._action_done()

    def test_refusal_that_is_swallowed_leaves_nothing_behind(self):
        picking = self._ship_reserved_then_hold()
        try:
            picking.move_ids._action_done()
        except UserError:
            pass
        self.assertNotEqual(picking.move_ids.state, "done")
        self.assertEqual(self._on_hand(lot=self.bad), 10)
        self.assertFalse(self._on_hand(place=self.customers))

    def test_state_written_done(self):
        picking = self._ship_reserved_then_hold()
        with self.assertHeld():
            picking.move_ids.with_user(self.storekeeper).write({"state": "done"})

    def test_default_state_done(self):
        self._hold(self.bad)
        moves = self.env["stock.move"].with_user(self.storekeeper).with_context(default_state="done")
        with self.assertHeld():
            moves.create(self._done_move_values())

    def test_move_created_done_with_lines(self):
        self._hold(self.bad)
        with self.assertHeld():
            self.env["stock.move"].with_user(self.storekeeper).create({**self._done_move_values(), "state": "done"})

    def _done_move_values(self):
        return {
            "product_id": self.oil.id,
            "product_uom_qty": 3,
            "location_id": self.stock.id,
            "location_dest_id": self.customers.id,
            "move_line_ids": [
                Command.create(
                    {
                        "product_id": self.oil.id,
                        "lot_id": self.bad.id,
                        "quantity": 3,
                        "location_id": self.stock.id,
                        "location_dest_id": self.customers.id,
                    }
                )
            ],
        }

    def test_line_on_done_picking(self):
        picking = self._done(self._make_transfer(lines=[{"lot": self.good}]))
        self._hold(self.bad)
        with self.assertHeld():
            self._make_line(picking.move_ids, self.bad, quantity=1)
        with self.assertHeld():
            self._make_line(picking.move_ids, self.bad, quantity=1, move_id=False)

    def test_free_line_on_done_picking(self):
        picking = self._done(self._make_transfer(lines=[{"lot": self.good}]))
        self._hold(self.bad)
        self._make_line(picking.move_ids, self.good, quantity=1)
        self.assertEqual(self._on_hand(lot=self.good), 4)

    def test_swap_lot_on_done_line(self):
        picking = self._done(self._make_transfer(lines=[{"lot": self.good}]))
        self._hold(self.bad)
        with self.assertHeld("BAD is held"):
            picking.move_line_ids.with_user(self.storekeeper).lot_id = self.bad

    def test_swap_held_lot_away_on_done_line(self):
        """What was shipped before it was held stays told as shipped."""
        picking = self._done(self._make_transfer(lines=[{"lot": self.bad}]))
        self._hold(self.bad)
        with self.assertHeld("BAD is held"):
            picking.move_line_ids.with_user(self.storekeeper).lot_id = self.good
        with self.assertHeld("BAD is held"):
            picking.move_line_ids.with_user(self.storekeeper).quantity = 1

    def test_other_line_of_done_move_is_free(self):
        """A correction is judged for what it moves, not for what the move has moved long ago."""
        picking = self._done(
            self._make_transfer(lines=[{"lot": self.bad, "quantity": 2}, {"lot": self.good, "quantity": 3}])
        )
        self._hold(self.bad)
        line = picking.move_line_ids.filtered(lambda line: line.lot_id == self.good)
        line.with_user(self.storekeeper).quantity = 1
        self.assertEqual(self._on_hand(lot=self.good), 9)

    def test_quantity_up_on_done_line(self):
        picking = self._done(self._make_transfer(lines=[{"lot": self.bad, "quantity": 2}], quantity=2))
        self._hold(self.bad)
        with self.assertHeld():
            picking.move_line_ids.with_user(self.storekeeper).quantity = 3

    def test_take_back_from_quarantine_by_done_line(self):
        """Setting the line that brought goods to quarantine to zero would set them free."""
        self._stock(self.steel, 10)
        picking = self._done(
            self._make_transfer(self.steel, 5, target=self.quarantine, kind=self.warehouse.int_type_id)
        )
        self.assertEqual(self._on_hand(self.steel, self.quarantine), 5)
        line = picking.move_line_ids.with_user(self.storekeeper)
        with self.assertHeld("lies in quarantine"):
            line.quantity = 0
        with self.assertHeld("lies in quarantine"):
            line.location_dest_id = self.shelf
        line.quantity = 6
        self.assertEqual(self._on_hand(self.steel, self.quarantine), 6, "more may go there")

    def test_receipt_into_quarantine_is_corrected(self):
        receipt = self._make_receipt((self.steel, 10)).with_user(self.storekeeper)
        receipt.location_dest_id = receipt.move_ids.location_dest_id = self.quarantine
        receipt.action_confirm()
        self._done(receipt)
        receipt.move_line_ids.quantity = 7
        self.assertEqual(self._on_hand(self.steel, self.quarantine), 7, "the vendor sent only so much")

    def test_return_of_held_lot_goes_to_quarantine(self):
        picking = self._done(self._make_transfer(lines=[{"lot": self.bad}]))
        self._hold(self.bad)
        wizard = Form(
            self.env["stock.return.picking"]
            .with_user(self.storekeeper)
            .with_context(active_id=picking.id, active_model="stock.picking")
        ).save()
        wizard.product_return_moves.quantity = 5
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"]).with_user(self.storekeeper)
        with self.assertHeld("bring this one to quarantine"):
            self._done(back)
        back.move_line_ids.location_dest_id = self.quarantine
        self._done(back)
        self.assertEqual(self._on_hand(place=self.quarantine), 5)

    def test_to_quarantine(self):
        self._hold(self.bad)
        picking = self._make_transfer(
            quantity=10,
            target=self.quarantine,
            kind=self.warehouse.int_type_id,
            lines=[{"lot": self.bad, "quantity": 10}],
        )
        self._done(picking)
        self.assertEqual(self._on_hand(place=self.quarantine, lot=self.bad), 10)

    def test_back_to_the_vendor(self):
        self._hold(self.bad)
        self._done(self._make_transfer(target=self.suppliers, lines=[{"lot": self.bad}]))
        self.assertEqual(self._on_hand(lot=self.bad), 5)

    def test_out_of_quarantine(self):
        self._stock(self.steel, 10, self.quarantine)
        for target in (self.stock, self.customers):
            with self.subTest(target=target.name), self.assertHeld("lies in quarantine"):
                self._done(
                    self._make_transfer(
                        self.steel, source=self.quarantine, target=target, lines=[{"location_id": self.quarantine.id}]
                    )
                )

    def test_place_below_quarantine(self):
        below = self.env["stock.location"].create({"name": "Cage", "location_id": self.quarantine.id})
        self._stock(self.steel, 10, below)
        self._done(
            self._make_transfer(self.steel, source=below, target=self.quarantine, kind=self.warehouse.int_type_id)
        )
        self.assertEqual(self._on_hand(self.steel, below), 5, "from quarantine to quarantine")
        with self.assertHeld("lies in quarantine"):
            self._done(self._make_transfer(self.steel, source=below, lines=[{"location_id": below.id}]))

    # Scrap, counts, relocation

    def test_scrap(self):
        self._hold(self.bad)
        self._scrap(lot_id=self.bad.id)
        self.assertEqual(self._on_hand(lot=self.bad), 7)
        self._stock(self.steel, 10, self.quarantine)
        self._scrap(product_id=self.steel.id, location_id=self.quarantine.id)
        self.assertEqual(self._on_hand(self.steel, self.quarantine), 7)

    def _scrap(self, **values):
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.storekeeper)
            .create({"product_id": self.oil.id, "scrap_qty": 3, "location_id": self.stock.id, **values})
        )
        scrap.do_scrap()
        self.assertEqual(scrap.state, "done")

    def _quant(self, lot=None, product=None, place=None):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.oil).id),
                ("lot_id", "=", lot.id if lot else False),
                ("location_id", "=", (place or self.stock).id),
            ]
        )

    def _count(self, quant, quantity):
        quant = quant.with_user(self.chief).with_context(inventory_mode=True)
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()

    def test_count_down(self):
        self._hold(self.bad)
        self._count(self._quant(self.bad), 7)
        self.assertEqual(self._on_hand(lot=self.bad), 7)

    def test_count_up_outside_quarantine(self):
        self._hold(self.bad)
        with self.assertHeld():
            self._count(self._quant(self.bad), 12)

    def test_count_up_in_quarantine(self):
        self._stock(self.steel, 10, self.quarantine)
        self._count(self._quant(product=self.steel, place=self.quarantine), 12)
        self.assertEqual(self._on_hand(self.steel, self.quarantine), 12)

    def test_count_applied_at_once(self):
        self._hold(self.bad)
        with self.assertHeld():
            self._quant(self.bad).with_user(self.chief).with_context(
                inventory_mode=True
            ).inventory_quantity_auto_apply = 15

    def test_count_all(self):
        self._hold(self.bad)
        quants = (
            (self._quant(self.bad) | self._quant(self.good)).with_user(self.chief).with_context(inventory_mode=True)
        )
        quants.inventory_quantity = 11
        action = quants.with_context(active_domain=[("id", "in", quants.ids)]).action_apply_all()
        wizard = self.env[action["res_model"]].with_user(self.chief).with_context(**action["context"]).create({})
        with self.assertHeld():
            wizard.action_apply()

    def test_count_of_held_lot_elsewhere(self):
        """A count that finds the lot on another shelf is a relocation without a transfer."""
        self._hold(self.bad)
        quants = self.env["stock.quant"].with_user(self.chief).with_context(inventory_mode=True)
        with self.assertHeld():
            quants.create(
                {
                    "product_id": self.oil.id,
                    "location_id": self.shelf.id,
                    "lot_id": self.bad.id,
                    "inventory_quantity": 10,
                }
            ).action_apply_inventory()

    def test_count_imported(self):
        """The import makes the count, applying it is judged."""
        self._hold(self.bad)
        result = (
            self.env["stock.quant"]
            .with_user(self.chief)
            .with_context(import_file=True)
            .load(
                ["product_id/.id", "location_id/.id", "lot_id", "inventory_quantity"],
                [[str(self.oil.id), str(self.shelf.id), "BAD", "4"]],
            )
        )
        quant = self.env["stock.quant"].browse(result["ids"]).with_user(self.chief)
        self.assertEqual((quant.lot_id, quant.inventory_quantity), (self.bad, 4))
        with self.assertHeld():
            quant.action_apply_inventory()

    def test_quant_imported(self):
        """The quantity itself is no column that an import books."""
        self._hold(self.bad)
        self.env["stock.quant"].with_user(self.chief).load(
            ["product_id/.id", "location_id/.id", "lot_id", "quantity"],
            [[str(self.oil.id), str(self.shelf.id), "BAD", "4"]],
        )
        self.assertEqual(self._on_hand(place=self.shelf), 0)

    def test_revert_count(self):
        """Counting away is allowed, finding again outside of quarantine is not."""
        self._hold(self.bad)
        self._count(self._quant(self.bad), 4)
        line = self.env["stock.move.line"].search([("lot_id", "=", self.bad.id), ("is_inventory", "=", True)])
        with self.assertHeld():
            line.with_user(self.chief).action_revert_inventory()

    def test_relocate_wizard(self):
        self._hold(self.bad)
        wizard = self.env["stock.quant.relocate"].with_user(self.chief)
        with self.assertHeld():
            wizard.create(
                {"quant_ids": self._quant(self.bad).ids, "dest_location_id": self.shelf.id}
            ).action_relocate_quants()
        wizard.create(
            {"quant_ids": self._quant(self.bad).ids, "dest_location_id": self.quarantine.id}
        ).action_relocate_quants()
        self.assertEqual(self._on_hand(place=self.quarantine), 10)

    def test_lot_location(self):
        self._hold(self.bad)
        lot = self.bad.with_user(self.chief)
        with self.assertHeld(), self.env.cr.savepoint():
            lot.location_id = self.shelf
        self.assertEqual(lot.location_id, self.stock)
        lot.location_id = self.quarantine
        self.assertEqual(self._on_hand(place=self.quarantine), 10)

    def _pack(self, lot):
        package = self.env["stock.package"].create({"name": "Box"})
        self._stock(self.oil, 4, lot_id=lot, package_id=package)
        return package

    def test_unpack(self):
        package = self._pack(self.bad)
        self._hold(self.bad)
        with self.assertHeld():
            package.with_user(self.storekeeper).unpack()

    def test_package_relocated(self):
        package = self._pack(self.bad)
        self._hold(self.bad)
        with self.assertHeld():
            self.env["stock.quant.relocate"].with_user(self.chief).create(
                {"quant_ids": package.quant_ids.ids, "dest_location_id": self.shelf.id}
            ).action_relocate_quants()

    def test_package_moved_whole(self):
        package = self._pack(self.bad)
        picking = self._make_transfer(
            lines=[{"lot": self.bad, "quantity": 4, "package_id": package.id, "result_package_id": package.id}],
            quantity=4,
        )
        self._pick(picking)
        self._hold(self.bad)
        with self.assertHeld():
            self._done(picking)

    def test_put_in_pack(self):
        picking = self._ship_reserved_then_hold()
        with self.assertHeld():
            picking.action_put_in_pack()

    def test_put_in_pack_for_quarantine(self):
        self._hold(self.bad)
        picking = self._make_transfer(
            target=self.quarantine, kind=self.warehouse.int_type_id, lines=[{"lot": self.bad}]
        )
        picking.action_put_in_pack()
        self._done(picking)
        self.assertEqual(self._on_hand(place=self.quarantine), 5)

    # Manufacturing, repair

    def _make_production(self, component=None, lot=None):
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.bearing.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": (component or self.oil).id, "product_qty": 1})],
            }
        )
        production = (
            self.env["mrp.production"]
            .with_user(self.operator)
            .create({"product_id": self.bearing.id, "product_qty": 2, "bom_id": bom.id})
        )
        production.action_confirm()
        return production

    def test_consumption(self):
        production = self._make_production()
        production.action_assign()
        self.assertEqual(production.move_raw_ids.move_line_ids.lot_id, self.bad)
        production.qty_producing = 2
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        self._hold(self.bad)
        with self.assertHeld():
            production.button_mark_done()
        self.assertNotEqual(production.state, "done")

    def test_consumption_of_reserved_goods(self):
        """What was reserved and not picked is had from another lot when the hold begins."""
        production = self._make_production()
        production.action_assign()
        self._hold(self.bad)
        self.assertEqual(production.move_raw_ids.move_line_ids.lot_id, self.good)
        production.qty_producing = 2
        production._set_qty_producing()
        production.button_mark_done()
        self.assertEqual(production.state, "done")
        self.assertEqual(self._on_hand(lot=self.good), 8)

    def test_unbuild(self):
        lot = self._make_lot("MADE", 0, self.motor)
        self._stock(self.motor, 1, lot_id=lot)
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.motor.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": self.steel.id, "product_qty": 1})],
            }
        )
        self._hold(lot)
        unbuild = (
            self.env["mrp.unbuild"]
            .with_user(self.operator)
            .create({"product_id": self.motor.id, "bom_id": bom.id, "lot_id": lot.id, "product_qty": 1})
        )
        with self.assertHeld("MADE is held"):
            unbuild.action_unbuild()

    def test_repair(self):
        if "repair.order" not in self.env:
            self.skipTest(
                "no addon of ours depends on repair, so it is not in the test database; its parts are stock moves"
            )
        repair = self.env["repair.order"].create(
            {
                "product_id": self.shaft.id,
                "move_ids": [
                    Command.create({"product_id": self.oil.id, "product_uom_qty": 1, "repair_line_type": "add"})
                ],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        self.assertEqual(repair.move_ids.lot_ids, self.bad)
        repair.move_ids.picked = True
        self._hold(self.bad)
        with self.assertHeld():
            repair.action_repair_end()
        self.assertNotEqual(repair.state, "done")

    # Other addons

    def test_batch(self):
        if "stock.picking.batch" not in self.env:
            self.skipTest("batch transfers are not in the test database")
        free = self._make_transfer(lines=[{"lot": self.good}])
        held = self._ship_reserved_then_hold()
        batch = self.env["stock.picking.batch"].create({"picking_ids": (free | held).ids})
        batch.action_confirm()
        self._pick(free)
        with self.assertHeld():
            batch.with_user(self.storekeeper).action_done()

    def test_dropship(self):
        """From the vendor to the customer no stock of ours is touched: a held lot is delivered all the same."""
        self._hold(self.bad)
        picking = self._make_transfer(source=self.suppliers, lines=[{"lot": self.bad}])
        with self.assertHeld():
            self._done(picking)

    def test_point_of_sale(self):
        """The cash desk swallows refusals: the transfer stays open and says what it waits for."""
        if "pos.order" not in self.env:
            self.skipTest("the cash desk is not in the test database; its glue addon tests it")
        self._hold(self.bad, self.good)
        picking = self._make_transfer()
        picking.move_ids._update_reserved_quantity(1, self.stock, lot_id=self.bad)
        self.assertFalse(picking.move_line_ids)

    def test_subcontractor_consumes(self):
        """A receipt from a subcontractor consumes components that lie there."""
        if "is_subcontract" not in self.env["stock.move"]._fields:
            self.skipTest("subcontracting is not in the test database")
        place = self.company.subcontracting_location_id
        self.vendor.property_stock_subcontractor = place
        self._stock(self.oil, 10, place, lot_id=self.bad)
        self.env["mrp.bom"].create(
            {
                "type": "subcontract",
                "product_tmpl_id": self.bearing.product_tmpl_id.id,
                "subcontractor_ids": self.vendor.ids,
                "bom_line_ids": [Command.create({"product_id": self.oil.id, "product_qty": 1})],
            }
        )
        receipt = self._make_receipt((self.bearing, 2))
        receipt.action_confirm()
        production = receipt.move_ids.move_orig_ids.production_id
        production.move_raw_ids.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {
                "move_id": production.move_raw_ids.id,
                "product_id": self.oil.id,
                "lot_id": self.bad.id,
                "quantity": 2,
                "picked": True,
                "location_id": place.id,
                "location_dest_id": production.production_location_id.id,
            }
        )
        self._hold(self.bad)
        with self.assertHeld(), self.env.cr.savepoint():
            self._done(receipt)

    # Stock booked by hand

    def test_quant_written(self):
        self._hold(self.bad)
        self._stock(self.steel, 10, self.quarantine)
        package = self.env["stock.package"].create({"name": "Box"})
        quants = self.env["stock.quant"].with_user(self.storekeeper)
        held = quants.browse(self._quant(self.bad).id)
        placed = quants.browse(self._quant(product=self.steel, place=self.quarantine).id)
        free = quants.browse(self._quant(self.good).id)
        for quant, values in (
            (held, {"quantity": 1}),
            (held, {"location_id": self.shelf.id}),
            (held, {"lot_id": self.good.id}),
            (held, {"package_id": package.id}),
            (held, {"owner_id": self.vendor.id}),
            (free, {"lot_id": self.bad.id}),
            (placed, {"location_id": self.stock.id}),
            (placed, {"quantity": 0}),
            (placed, {"product_id": self.bearing.id}),
        ):
            with self.subTest(values=values), self.assertHeld("not changed by hand"):
                quant.write(values)
        free.write({"quantity": 9})
        self.assertEqual(self._on_hand(lot=self.good), 9)

    def test_quant_created(self):
        self._hold(self.bad)
        quants = self.env["stock.quant"].with_user(self.storekeeper)
        values = {"product_id": self.oil.id, "location_id": self.shelf.id, "lot_id": self.bad.id}
        with self.assertHeld("not changed by hand"):
            quants.create({**values, "quantity": 10})
        with self.assertHeld("not changed by hand"):
            quants.with_context(default_quantity=10).create(values)
        with self.assertHeld("not changed by hand"):
            quants.create({"product_id": self.steel.id, "location_id": self.quarantine.id, "quantity": -3})

    def test_quant_refusal_is_logged(self):
        self._hold(self.bad)
        with self.assertHeld():
            self._quant(self.bad).with_user(self.storekeeper).write({"quantity": 1})
        with self.enter_registry_test_mode():
            self.env.cr.postrollback.run()
        refusal = self.env["guard.gate.refusal"].search([("res_model", "=", "stock.quant")], limit=1)
        self.assertIn("not changed by hand", refusal.obstacles)
        self.assertEqual(refusal.user_id, self.storekeeper)

    def test_quant_warned(self):
        self._hold(self.bad)
        self.gate_inspection.mode = "warn"
        self._quant(self.bad).with_user(self.storekeeper).write({"quantity": 1})
        self.assertIn("not changed by hand", self.gate_inspection.message_ids[0].body)

    # Below zero, without lot, without count

    def test_below_zero(self):
        """What is not there but held elsewhere in the warehouse can only be the held goods."""
        self._stock(self.steel, 10, self.quarantine)
        with self.assertHeld("more is taken"):
            self._done(self._make_transfer(self.steel, lines=[{}]))

    def test_below_zero_without_holds(self):
        self._done(self._make_transfer(self.steel, lines=[{}]))
        self.assertEqual(self._on_hand(self.steel), -5)

    def test_below_zero_of_a_serial_in_quarantine(self):
        serial = self._make_lot("S1", 1, self.motor, self.quarantine)
        with self.assertHeld("more is taken"):
            self._done(self._make_transfer(self.motor, 1, lines=[{"lot": serial, "quantity": 1}]))

    def test_without_lot(self):
        """A line without lot, of an operation that asks for none, would take the held lot unnamed."""
        self._release_good()
        self._hold(self.bad)
        kind = self.warehouse.out_type_id
        kind.use_create_lots = kind.use_existing_lots = False
        with self.assertHeld("more is taken"):
            self._done(self._make_transfer(lines=[{}]))

    def _release_good(self):
        self._stock(self.oil, -10, lot_id=self.good)

    def test_without_lot_of_goods_without_lot(self):
        self._hold(self.bad)
        self._stock(self.oil, 10)
        kind = self.warehouse.out_type_id
        kind.use_create_lots = kind.use_existing_lots = False
        self._done(self._make_transfer(lines=[{}]))
        self.assertEqual(self._on_hand(lot=self.bad), 10)
        self.assertEqual(self._on_hand(), 25)

    def test_free_lot_takes_goods_without_lot(self):
        """Odoo makes up for a lot below zero from goods without lot; held ones are not among them."""
        self._hold(self.bad)
        self._stock(self.oil, 10)
        self._done(self._make_transfer(lines=[{"lot": self.good, "quantity": 15}], quantity=15))
        self.assertEqual((self._on_hand(lot=self.bad), self._on_hand()), (10, 15))

    def test_not_storable(self):
        glue = self.env["product.product"].create({"name": "Glue", "type": "consu"})
        with self.assertHeld("lies in quarantine"):
            self._done(self._make_transfer(glue, source=self.quarantine, lines=[{"location_id": self.quarantine.id}]))

    # Owner, company

    def test_owner(self):
        self._stock(self.oil, 5, lot_id=self.bad, owner_id=self.vendor)
        picking = self._make_transfer(lines=[{"lot": self.bad, "owner_id": self.vendor.id}])
        self._pick(picking)
        self._hold(self.bad)
        with self.assertHeld():
            self._done(picking)

    def test_other_company(self):
        """A company whose gate only warns goes on; the same lot is refused to the one that blocks."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.gate_inspection.with_company(other).mode = "warn"
        place = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        lot = self._make_lot("SHARED", 5)
        self._stock(self.oil, 5, place.lot_stock_id, lot_id=lot)
        self._hold(lot)
        self.env.user.company_ids |= other
        env = self.env(context={**self.env.context, "allowed_company_ids": [other.id, self.company.id]})
        picking = env["stock.picking"].create(
            {
                "picking_type_id": place.out_type_id.id,
                "location_id": place.lot_stock_id.id,
                "location_dest_id": self.customers.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.oil.id,
                            "product_uom_qty": 5,
                            "location_id": place.lot_stock_id.id,
                            "location_dest_id": self.customers.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.assertEqual(picking.move_line_ids.lot_id, lot)
        self._done(picking)
        self.assertEqual(picking.state, "done")
        mine = self._make_transfer()
        self.assertNotIn(lot, mine.move_line_ids.lot_id)

    # Modes and permits

    def test_off(self):
        picking = self._ship_reserved_then_hold()
        self.clause_inspection.in_force = False
        self.assertFalse(picking.guard_obstacles)
        self._done(picking)
        self.assertEqual(picking.state, "done")
        self._quant(self.bad).with_user(self.storekeeper).write({"quantity": 2})

    def test_warn(self):
        self.gate_inspection.mode = "warn"
        self._hold(self.bad)
        picking = self._done(self._make_transfer())
        self.assertEqual(picking.move_line_ids.lot_id, self.bad, "reserved as well")
        logged = self.env["guard.deviation"].search(
            [("gate_id", "=", self.gate_inspection.id), ("res_id", "=", picking.move_ids.id)]
        )
        self.assertEqual((logged.kind, logged.state), ("warned", "used"))
        self.assertIn("BAD is held", logged.obstacles)

    def test_deviation(self):
        picking = self._ship_reserved_then_hold()
        permit = self._permit(picking.move_ids)
        self.assertFalse(picking.guard_obstacles)
        self._done(picking)
        self.assertEqual((picking.state, permit.state), ("done", "used"))

    def test_deviation_allows_to_type_the_lot(self):
        picking = self._make_transfer(quantity=15)
        self._hold(self.bad)
        with self.assertHeld():
            self._make_line(picking.move_ids, self.bad, quantity=1)
        self._permit(picking.move_ids)
        self._make_line(picking.move_ids, self.bad, quantity=1)

    def test_deviation_is_used_once_by_a_correction(self):
        """Taking back and bringing again is one step."""
        picking = self._done(self._make_transfer(lines=[{"lot": self.bad}]))
        self._hold(self.bad)
        permit = self._permit(picking.move_ids)
        picking.move_line_ids.with_user(self.storekeeper).location_id = self.shelf
        self.assertEqual(permit.state, "used")
        with self.assertHeld():
            picking.move_line_ids.with_user(self.storekeeper).location_id = self.stock

    # Released

    def _make_release(self, of, quantity=5):
        with passage(self.env["stock.move"].browse(), "release"):
            return self.env["stock.picking"].create(
                {
                    "picking_type_id": self.warehouse.int_type_id.id,
                    "location_id": self.quarantine.id,
                    "location_dest_id": self.stock.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": of.product_id.id,
                                "product_uom_qty": quantity,
                                "location_id": self.quarantine.id,
                                "location_dest_id": self.stock.id,
                                "guard_release_of_id": of.id,
                            }
                        )
                    ],
                }
            )

    def test_release_move(self):
        self._stock(self.steel, 10)
        inward = self._done(
            self._make_transfer(self.steel, 10, target=self.quarantine, kind=self.warehouse.int_type_id)
        )
        release = self._make_release(inward.move_ids).with_user(self.storekeeper)
        release.action_confirm()
        release.action_assign()
        self.assertEqual(release.move_ids.quantity, 5, "offered what it may take")
        release.move_ids.quantity = 2
        self._pick(release).with_context(skip_backorder=True).button_validate()
        self.assertEqual(self._on_hand(self.steel), 2)
        rest = release.backorder_ids
        self.assertEqual(rest.move_ids.guard_release_of_id, inward.move_ids)
        self._done(rest)
        self.assertEqual(self._on_hand(self.steel), 5)

    def test_release_is_sealed(self):
        inward = self._make_transfer(self.steel, 1, target=self.quarantine, kind=self.warehouse.int_type_id)
        outward = self._make_transfer(self.steel, 1, source=self.quarantine)
        move = outward.move_ids
        with self.assertRaisesRegex(UserError, "decision about them"):
            move.with_user(self.storekeeper).guard_release_of_id = inward.move_ids
        with self.assertRaisesRegex(UserError, "decision about them"):
            move.sudo().write({"guard_release_of_id": inward.move_ids.id})
        values = {
            "product_id": self.steel.id,
            "product_uom_qty": 1,
            "location_id": self.quarantine.id,
            "location_dest_id": self.stock.id,
        }
        with self.assertRaisesRegex(UserError, "decision about them"):
            self.env["stock.move"].create({**values, "guard_release_of_id": inward.move_ids.id})
        born = self.env["stock.move"].with_context(default_guard_release_of_id=inward.move_ids.id).create(values)
        self.assertFalse(born.guard_release_of_id)
        self.assertFalse(move.copy().guard_release_of_id)

    def test_preview(self):
        """Before the gate is closed, the policy says how many transfers it would meet."""
        self._ship_reserved_then_hold()
        self.clause_inspection.in_force = False
        self.assertEqual(self.env["stock.move"]._guard_preview("inspection", self.company), 1)
