import base64
import csv
import io
from datetime import date, timedelta

import openpyxl
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from ...controllers.inspection.readings import make_workbook
from .common import InspectionInForceCommon

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class EntryCommon(InspectionInForceCommon):
    """A receipt of 150 bars, three of them sampled, inspected by a named inspector who has no other rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.named = new_test_user(cls.env, "named", "base.group_user,stock.group_stock_user", name="Anna Named")
        cls.gauge = cls.env["maintenance.equipment"].create(
            {"name": "Caliper 7", "guard_calibrated_until": "2098-12-31", "technician_user_id": cls.manager.id}
        )

    @classmethod
    def _start(cls, sample_size=3, lines=None, quantity=150, product=None, **values):
        """An inspection that has been started by its inspector."""
        if lines:
            cls.spec.action_withdraw()
            cls._make_spec_in_force(
                (product or cls.steel).product_tmpl_id, characteristic_ids=[Command.create(line) for line in lines]
            )
        values = {"user_id": cls.named.id, "product_tmpl_id": (product or cls.steel).product_tmpl_id.id, **values}
        cls._make_point(sample_size=sample_size, **values)
        _receipt, inspection = cls._receive(quantity, product)
        inspection = inspection.with_user(cls.named)
        inspection.action_start()
        return inspection

    def _column(self, inspection, kind):
        readings = inspection.reading_ids.filtered(lambda reading: reading.kind == kind and reading.state != "void")
        return readings.sorted(lambda reading: reading.unit_id.number)

    def _numbers(self, inspection):
        return sorted(inspection.unit_ids.mapped("number"))

    def _type(self, inspection, reading, text, **entry):
        return inspection.enter_readings([{"id": reading.id, "text": text, "seen": False, **entry}])

    def _messages(self, record):
        return "\n".join(str(body) for body in record.sudo().message_ids.mapped("body"))

    @classmethod
    def _make_tracked(cls, tracking, *names):
        product = cls.env["product.product"].create(
            {"name": "Pump", "type": "consu", "is_storable": True, "tracking": tracking, "categ_id": cls.bars.id}
        )
        lots = cls.env["stock.lot"].create([{"name": name, "product_id": product.id} for name in names])
        return product, lots

    def _start_tracked(self, product, lots, lines=None, sample_size=2):
        self._make_spec_in_force(
            product.product_tmpl_id,
            **({"characteristic_ids": [Command.create(line) for line in lines]} if lines else {}),
        )
        self._make_point(user_id=self.named.id, sample_size=sample_size, product_tmpl_id=product.product_tmpl_id.id)
        receipt, inspection = self._receive(len(lots), product)
        receipt.move_ids.move_line_ids.unlink()
        receipt.move_ids.move_line_ids = [
            Command.create({"product_id": product.id, "lot_id": lot.id, "quantity": 1, "picking_id": receipt.id}) for lot in lots
        ]
        inspection = inspection.with_user(self.named)
        inspection.action_start()
        return inspection


class TestInspectionEntry(EntryCommon):
    """Readings are entered by people, as typed, and none is lost or invented (clause 2.2.3)."""

    def test_what_is_typed_is_taken_down(self):
        inspection = self._start()
        first, second, third = self._column(inspection, "measured")
        cracks = self._column(inspection, "attribute")
        answer = inspection.enter_readings(
            [
                {"id": first.id, "text": "６０．０５", "seen": False},
                {"id": second.id, "text": "60,5", "seen": False},
                {"id": third.id, "text": " ", "seen": False},
                {"id": cracks[0].id, "text": "合格", "seen": False},
                {"id": cracks[1].id, "text": "n", "seen": False},
            ]
        )
        self.assertEqual((answer["conflicts"], answer["errors"]), ([], []))
        self.assertEqual(first.mapped("value") + second.mapped("value"), [60.05, 60.5])
        self.assertEqual([reading.state for reading in (first, second, third)], ["met", "not_met", "empty"])
        self.assertEqual(cracks.mapped("state"), ["met", "not_met", "empty"])
        self.assertEqual((first.entered_by_id, bool(first.entered_on)), (self.named, True))
        self.assertFalse(third.entered_by_id)
        self.assertEqual({told["id"]: told["text"] for told in answer["readings"]}[first.id], "60.05")
        self.assertNotIn("Readings changed", self._messages(inspection))
        self.assertEqual([*first.mapped("found"), third.found, cracks[1].found], ["60.05", False, "Not Met"])

    def test_empty_is_not_nought_and_nought_is_judged(self):
        line = {"name": "Runout", "kind": "measured", "lower_limit": -0.05, "upper_limit": 0.05}
        inspection = self._start(lines=[line])
        first, second, third = self._column(inspection, "measured")
        self._type(inspection, first, "0")
        self._type(inspection, second, "－０．０６")
        self.assertEqual((first + second + third).mapped("state"), ["met", "not_met", "empty"])
        self.assertEqual((first.has_value, third.has_value), (True, False))
        with self.assertRaises(UserError) as refusal:
            inspection.action_pass()
        self.assertIn("1 readings are missing", str(refusal.exception))
        self._type(inspection, first, "", seen=fields.Datetime.to_string(first.entered_on))
        self.assertEqual((first.state, first.has_value), ("empty", False))
        self.assertIn("0 → empty", self._messages(inspection))

    def test_zero_as_only_limit(self):
        inspection = self._start(lines=[{"name": "Gap", "kind": "measured", "upper_limit": 0}])
        first, second, _third = self._column(inspection, "measured")
        self._type(inspection, first, "0.0")
        self._type(inspection, second, "0.000001")
        self.assertEqual((first + second).mapped("state"), ["met", "not_met"])

    def test_what_is_no_number_stays_with_the_client_and_the_rest_is_kept(self):
        inspection = self._start()
        first, second, third = self._column(inspection, "measured")
        for text in ("inf", "nan", "sixty", "1,234", "60.0000001", "99999999999", ["60"], {"a": 1}, True):
            answer = inspection.enter_readings(
                [{"id": first.id, "text": text, "seen": False}, {"id": second.id, "text": "60", "seen": False}]
            )
            self.assertEqual([error["id"] for error in answer["errors"]], [first.id], text)
            self.assertEqual((first.state, second.state), ("empty", "met"))
        self.assertIn("1234 or 1.234", self._type(inspection, first, "1,234")["errors"][0]["message"])
        self.assertEqual(self._type(inspection, third, 60.05)["errors"], [])
        self.assertEqual(third.value, 60.05)

    def test_language_of_the_person_decides_about_the_comma(self):
        self.env["res.lang"]._activate_lang("de_DE")
        inspection = self._start().with_context(lang="de_DE")
        first, second, _third = self._column(inspection, "measured")
        self._type(inspection, first, "60,012")
        self.assertEqual(first.value, 60.012)
        self.assertTrue(self._type(inspection, second, "60.012")["errors"])
        told = {reading["id"]: reading["text"] for reading in inspection.get_grid()["readings"]}
        self.assertEqual((told[first.id], inspection.get_grid()["decimal_point"]), ("60,012", ","))

    # who

    def test_another_storekeeper_does_not_enter(self):
        inspection = self._start()
        reading = self._column(inspection, "measured")[0]
        other = inspection.with_user(self.storekeeper)
        steps = [
            lambda: self._type(other, reading, "60"),
            lambda: other.void_readings([reading.id], "no"),
            lambda: other.substitute_unit(reading.unit_id.id, 1, "no"),
            lambda: other.scan_serial(reading.unit_id.id, "SN"),
            lambda: other.note_reading(reading.id, "no"),
            lambda: other.add_photo("p.png", PIXEL, reading.id),
            lambda: other.add_photo("p.png", PIXEL),
            other.action_import_readings,
        ]
        for step in steps:
            with self.assertRaises(AccessError) as refusal:
                step()
            self.assertIn("Anna Named", str(refusal.exception))
        grid = other.get_grid()
        self.assertFalse(grid["may_enter"])
        self.assertIn("Anna Named", grid["obstacle"])
        self.assertEqual(reading.state, "empty")

    def test_quality_enters_and_strangers_do_not_read(self):
        inspection = self._start()
        reading = self._column(inspection, "measured")[0]
        self._type(inspection.with_user(self.quality), reading, "60")
        self.assertEqual(reading.entered_by_id, self.quality)
        foreigner = self._make_foreigner("base.group_user,quality_service_guard.group_review_quality")
        for person in (self.seller, foreigner):
            with self.assertRaises(AccessError):
                inspection.with_user(person).get_grid()
            with self.assertRaises(AccessError):
                self._type(inspection.with_user(person), reading, "61")

    def test_page_of_goods_with_lots_opens_for_who_has_to_do_with_it(self):
        product, lots = self._make_tracked("serial", "S1", "S2")
        inspection = self._start_tracked(product, lots)
        for person in (self.named, self.quality, self.manager, self.storekeeper, self.buyer, self.operator):
            (values,) = inspection.with_user(person).web_read({"lot_ids": {"fields": {"display_name": {}}}})
            self.assertEqual([lot["display_name"] for lot in values["lot_ids"]], ["S1", "S2"], person.login)
            self.assertTrue(inspection.with_user(person).get_grid()["rows"])

    def test_nobody_named_storekeepers_enter(self):
        inspection = self._start(user_id=False)
        reading = self._column(inspection, "measured")[0]
        self._type(inspection.with_user(self.operator), reading, "60")
        self.assertEqual(reading.entered_by_id, self.operator)
        with self.assertRaises(AccessError):
            self._type(inspection.with_user(self.buyer), reading, "61")

    def test_reading_of_another_inspection_is_not_entered_by_the_way(self):
        inspection = self._start()
        _receipt, other = self._receive()
        other.with_user(self.named).action_start()
        reading = self._column(other, "measured")[0]
        answer = self._type(inspection, reading, "60")
        self.assertEqual([error["id"] for error in answer["errors"]], [reading.id])
        self.assertEqual((reading.state, answer["readings"]), ("empty", []))

    # when

    def test_readings_are_locked_once_a_part_is_decided(self):
        inspection = self._start()
        self._fill(inspection)
        reading = self._column(inspection, "measured")[0]
        self._decide(inspection, accepted=50)
        self.assertEqual(inspection.state, "in_progress")
        with self.assertRaises(UserError) as refusal:
            self._type(inspection, reading, "61")
        self.assertIn("has been decided by these readings", str(refusal.exception))
        self.assertFalse(inspection.get_grid()["may_enter"])
        self._decide(inspection, accepted=100)
        with self.assertRaises(UserError) as refusal:
            self._type(inspection, reading, "61")
        self.assertIn("Passed", str(refusal.exception))
        self.assertEqual(reading.value, 60)

    def test_not_started_has_nothing_to_enter(self):
        self._make_point(user_id=self.named.id)
        _receipt, inspection = self._receive()
        with self.assertRaises(UserError) as refusal:
            inspection.with_user(self.named).enter_readings([])
        self.assertIn("has not been started", str(refusal.exception))
        grid = inspection.with_user(self.named).get_grid()
        self.assertEqual((grid["rows"], grid["may_enter"]), ([], False))

    def test_seal_holds(self):
        inspection = self._start()
        reading = self._column(inspection, "measured")[0]
        with self.assertRaises(UserError):
            reading.sudo().write({"has_value": True, "value": 60})
        with self.assertRaises(AccessError), reading._unsealed():
            reading.with_user(self.named).write({"value": 60})

    # two at once

    def test_two_inspectors_lose_nothing(self):
        inspection = self._start()
        first, second, _third = self._column(inspection, "measured")
        other = inspection.with_user(self.quality)
        self._type(other, first, "60.01")
        answer = inspection.enter_readings(
            [{"id": first.id, "text": "60.02", "seen": False}, {"id": second.id, "text": "60.03", "seen": False}]
        )
        self.assertEqual([(told["id"], told["text"], told["by"]) for told in answer["conflicts"]], [(first.id, "60.02", self.quality.name)])
        self.assertEqual({told["id"]: told["text"] for told in answer["readings"]}, {first.id: "60.01", second.id: "60.03"})
        self.assertEqual((first.value, second.value), (60.01, 60.03))
        # the same value is no conflict, whoever found it first
        self.assertEqual(self._type(inspection, first, "60,01")["conflicts"], [])
        self.assertEqual(first.entered_by_id, self.quality)
        # seen, it is corrected; the correction is told, once for the call
        seen = {told["id"]: told["entered_on"] for told in answer["readings"]}[first.id]
        self.assertEqual(self._type(inspection, first, "60.02", seen=seen)["conflicts"], [])
        self.assertEqual((first.value, first.entered_by_id), (60.02, self.named))
        self.assertIn(f"60.01 → 60.02 (was entered by {self.quality.name})", self._messages(inspection))
        # who saw only the first of two entries of the same second has not seen the second
        self.assertEqual(len(self._type(other, first, "60.04", seen=seen)["conflicts"]), 1)
        self.assertEqual(self._type(other, first, "60.04", seen=seen, force=True)["conflicts"], [])
        self.assertEqual(first.value, 60.04)

    def test_others_readings_come_along(self):
        inspection = self._start()
        first, second, third = self._column(inspection, "measured")
        self._type(inspection.with_user(self.quality), third, "60.2")
        answer = inspection.enter_readings(
            [{"id": first.id, "text": "60", "seen": False}], since=fields.Datetime.to_string(fields.Datetime.now())
        )
        told = {reading["id"]: reading for reading in answer["readings"]}
        self.assertEqual((told[third.id]["text"], told[third.id]["entered_by"]), ("60.2", self.quality.name))
        self.assertEqual(inspection.enter_readings([], since="2098-01-01 00:00:00")["readings"], [])

    def test_overwritten_values_are_one_line_of_the_chatter(self):
        inspection = self._start()
        readings = self._column(inspection, "measured")
        for text in ("60", "60.1"):
            inspection.enter_readings([{"id": reading.id, "text": text, "seen": False} for reading in readings])
        changed = inspection.sudo().message_ids.filtered(lambda message: "Readings changed" in (message.body or ""))
        self.assertEqual(len(changed), 1)
        self.assertEqual(changed.body.count("60 → 60.1"), 3)
        self.assertEqual(changed.author_id, self.named.partner_id)

    # gauges

    def _start_overdue(self):
        line = {"name": "Diameter", "kind": "measured", "lower_limit": 59.9, "gauge_id": self.gauge.id}
        inspection = self._start(lines=[line])
        self.gauge.guard_calibrated_until = "2020-01-31"
        return inspection

    def test_gauge_out_of_calibration_is_refused(self):
        inspection = self._start_overdue()
        reading = self._column(inspection, "measured")[0]
        (error,) = self._type(inspection, reading, "60")["errors"]
        for told in ("Caliper 7", "01/31/2020", self.manager.name):
            self.assertIn(told, error["message"])
        self.assertEqual(reading.state, "empty")
        self.assertTrue(inspection.get_grid()["columns"][0]["is_gauge_overdue"])

    def test_gauge_out_of_calibration_is_flagged(self):
        self.company.guard_gauge_overdue = "flag"
        inspection = self._start_overdue()
        first, second, _third = self._column(inspection, "measured")
        self.assertEqual(self._type(inspection, first, "60")["errors"], [])
        self.assertEqual((first.state, first.is_gauge_overdue), ("met", True))
        self.gauge.guard_calibrated_until = fields.Date.today()
        self._type(inspection, second, "60")
        self.assertFalse(second.is_gauge_overdue)
        self.assertTrue(first.is_gauge_overdue)

    def test_gauge_of_which_nothing_is_known_is_not_overdue(self):
        inspection = self._start_overdue()
        self.gauge.guard_calibrated_until = False
        self.assertEqual(self._type(inspection, self._column(inspection, "measured")[0], "60")["errors"], [])

    def test_gauge_found_bad(self):
        line = {"name": "Diameter", "kind": "measured", "lower_limit": 59.9, "gauge_id": self.gauge.id}
        inspection = self._start(lines=[line])
        reading, old, _third = self._column(inspection, "measured")
        self._type(inspection, reading, "60")
        self._type(inspection, old, "60")
        with old._unsealed():
            old.sudo().entered_on = "2020-01-01 08:00:00"
        with self.assertRaises(AccessError):
            self.gauge.with_user(self.named).action_guard_found_bad()
        self.assertEqual(self.gauge.guard_reading_count, 2)
        self.gauge.with_user(self.quality).action_guard_found_bad()
        since = fields.Date.today() - timedelta(days=3)
        wizard = self.env["guard.gauge.bad"].with_user(self.quality).create(
            {"equipment_id": self.gauge.id, "since": since, "reason": "0.05 too much"}
        )
        self.assertEqual((wizard.reading_count, wizard.inspection_count), (1, 1))
        action = wizard.action_confirm()
        self.assertEqual(action["domain"], [("id", "in", inspection.ids)])
        self.assertIn("0.05 too much", self._messages(inspection))
        self.assertIn("0.05 too much", self._messages(self.gauge))
        self.assertEqual(self.gauge.guard_calibrated_until, since - timedelta(days=1))
        wizard.since = date(2020, 1, 1)
        self.assertEqual(wizard.reading_count, 2)
        wizard.since = fields.Date.today() + timedelta(days=9)
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_gauge_of_another_company_is_not_found_bad(self):
        foreigner = self._make_foreigner("base.group_user,quality_service_guard.group_review_quality")
        self.gauge.company_id = self.company
        gauge = self.gauge.with_user(foreigner).with_context(allowed_company_ids=foreigner.company_ids.ids)
        with self.assertRaises(AccessError):
            gauge.action_guard_found_bad()
        wizard = gauge.env["guard.gauge.bad"].create(
            {"equipment_id": self.gauge.id, "since": fields.Date.today(), "reason": "bent"}
        )
        for step in (wizard.action_confirm, wizard.action_open_lots, lambda: wizard.reading_count):
            with self.assertRaises(AccessError):
                step()

    def test_gauge_found_bad_is_told_to_the_lots(self):
        product, lots = self._make_tracked("serial", "S1", "S2")
        line = {"name": "Diameter", "kind": "measured", "lower_limit": 59.9, "gauge_id": self.gauge.id}
        inspection = self._start_tracked(product, lots, lines=[line], sample_size=1)
        reading = self._column(inspection, "measured")
        inspection.scan_serial(reading.unit_id.id, "S2")
        self._type(inspection, reading, "60")
        wizard = self.env["guard.gauge.bad"].with_user(self.quality).create(
            {"equipment_id": self.gauge.id, "since": fields.Date.today(), "reason": "bent"}
        )
        self.assertEqual(wizard.lot_names, "S2")
        self.assertEqual(wizard.action_open_lots()["domain"], [("id", "in", lots[1].ids)])
        wizard.action_confirm()
        self.assertIn("bent", self._messages(lots[1]))
        self.assertNotIn("bent", self._messages(lots[0]))

    # void, substitute, note, photo, serial

    def test_void_reading_is_kept_and_read_again(self):
        inspection = self._start()
        reading = self._column(inspection, "measured")[0]
        for reason in ("", "  ", False):
            with self.assertRaises(UserError):
                inspection.void_readings(reading.ids, reason)
        with self.assertRaises(UserError):
            inspection.void_readings(reading.ids, "nothing was read yet")
        self._type(inspection, reading, "99")
        grid = inspection.void_readings(reading.ids, "slipped off")
        self.assertEqual((reading.state, reading.value, reading.void_reason), ("void", 99, "slipped off"))
        fresh = self._column(inspection, "measured")[0]
        self.assertEqual((fresh.unit_id, fresh.state, fresh.has_value), (reading.unit_id, "empty", False))
        self.assertIn(fresh.id, [told["id"] for told in grid["readings"]])
        self.assertIn("slipped off", self._messages(inspection))
        self.assertIn("99", self._messages(inspection))
        self.assertTrue(self._type(inspection, reading, "60")["errors"])
        self._fill(inspection)
        self._decide(inspection, accepted=150)
        self.assertEqual(inspection.state, "passed")

    def test_another_unit_in_place_of_a_drawn_one(self):
        inspection = self._start()
        unit = inspection.unit_ids[0]
        drawn = unit.number
        free = next(number for number in range(1, 151) if number not in inspection.unit_ids.mapped("number"))
        taken = inspection.unit_ids[1].number
        for number, reason in ((free, ""), (0, "why"), (151, "why"), (taken, "why"), (drawn, "why"), ("5", "why")):
            with self.assertRaises(UserError):
                inspection.substitute_unit(unit.id, number, reason)
        inspection.substitute_unit(unit.id, free, "box crushed")
        self.assertEqual((unit.number, unit.replaced_number, unit.replace_reason), (free, drawn, "box crushed"))
        self.assertIn("box crushed", self._messages(inspection))
        # the drawn unit does not come back with a larger sample
        inspection.sudo()._draw()
        self.assertNotIn(drawn, inspection.unit_ids.mapped("number"))
        with inspection.plan_ids._unsealed():
            inspection.plan_ids.sudo().size = 150
        inspection.sudo()._draw()
        self.assertEqual(sorted(inspection.unit_ids.mapped("number")), [n for n in range(1, 151) if n != drawn])

    def test_unit_that_was_read_is_not_made_to_disappear(self):
        inspection = self._start()
        reading = self._column(inspection, "measured")[0]
        self._type(inspection, reading, "99")
        free = next(number for number in range(1, 151) if number not in inspection.unit_ids.mapped("number"))
        with self.assertRaises(UserError) as refusal:
            inspection.substitute_unit(reading.unit_id.id, free, "looks bad")
        self.assertIn("stays in the sample", str(refusal.exception))

    def test_note_and_photo(self):
        inspection = self._start()
        reading = self._column(inspection, "measured")[0]
        inspection.note_reading(reading.id, " near the edge ")
        (told,) = inspection.add_photo("edge.png", PIXEL, reading.id)
        self.assertEqual((told["note"], told["has_picture"]), ("near the edge", True))
        self.assertTrue(reading.picture)
        inspection.add_photo("pallet.png", PIXEL)
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "guard.inspection"), ("res_id", "=", inspection.id), ("res_field", "=", False)]
        )
        self.assertEqual(attachment.name, "pallet.png")
        with self.assertRaises(UserError):
            inspection.add_photo("list.txt", base64.b64encode(b"no picture").decode())

    def test_serial_is_scanned(self):
        product, lots = self._make_tracked("serial", "S1", "S2")
        self.env["stock.lot"].create({"name": "S3", "product_id": product.id})
        inspection = self._start_tracked(product, lots)
        first, second = inspection.unit_ids
        told = inspection.scan_serial(first.id, " S1 ")
        self.assertEqual((first.lot_id, told["lot"]), (lots[0], "S1"))
        with self.assertRaises(UserError) as refusal:
            inspection.scan_serial(second.id, "S1")
        self.assertIn("already", str(refusal.exception))
        for text in ("S3", "S9", "", None):  # of the product, but not of these goods; not known; nothing
            with self.assertRaises(UserError):
                inspection.scan_serial(second.id, text)
        inspection.scan_serial(first.id, "S2")
        self.assertEqual(first.lot_id, lots[1])
        self.assertFalse(second.lot_id)

    def test_several_units_may_be_of_one_lot(self):
        product, lots = self._make_tracked("lot", "L1", "L2")
        inspection = self._start_tracked(product, lots)
        for unit in inspection.unit_ids:
            inspection.scan_serial(unit.id, "L1")
        self.assertEqual(inspection.unit_ids.lot_id, lots[0])

    def test_untracked_goods_have_no_serial(self):
        inspection = self._start()
        with self.assertRaises(UserError) as refusal:
            inspection.scan_serial(inspection.unit_ids[0].id, "S1")
        self.assertIn("no lots or serial numbers", str(refusal.exception))

    # files

    def _import(self, inspection, content, name="readings.csv", **values):
        wizard = (
            self.env["guard.reading.import"]
            .with_user(self.named)
            .create({"inspection_id": inspection.id, "file": base64.b64encode(content), "file_name": name, **values})
        )
        return wizard.action_import()

    def _table(self, inspection, *rows, encoding="utf-8-sig"):
        buffer = io.StringIO()
        csv.writer(buffer).writerows([["Unit", "No cracks", "Diameter"], *rows])
        return buffer.getvalue().encode(encoding)

    def test_csv_comes_in(self):
        inspection = self._start()
        one, two, three = self._numbers(inspection)
        self._import(inspection, self._table(inspection, [one, "ok", "６０．０"], [two, "NG", "60,5"], [three, "", ""]))
        self.assertEqual(self._column(inspection, "attribute").mapped("state"), ["met", "not_met", "empty"])
        self.assertEqual(self._column(inspection, "measured").mapped("state"), ["met", "not_met", "empty"])
        self.assertEqual(inspection.reading_ids.entered_by_id, self.named)

    def test_csv_of_excel_in_china_and_in_germany_comes_in(self):
        inspection = self._start()
        one, two, _three = self._numbers(inspection)
        self._import(inspection, self._table(inspection, [one, "合格", ""], encoding="gb18030"))
        self._import(inspection, f"Unit;Diameter;No cracks\r\n{two};60,05;不合格\r\n".encode("utf-16"))
        self.assertEqual(self._column(inspection, "attribute").mapped("state"), ["met", "not_met", "empty"])
        self.assertEqual(self._column(inspection, "measured").mapped("value"), [0, 60.05, 0])

    def test_csv_with_anything_wrong_leaves_nothing_half_done(self):
        inspection = self._start()
        one, two, three = self._numbers(inspection)
        free = next(number for number in range(1, 151) if number not in (one, two, three))
        table = self._table(inspection, [one, "ok", "60"], [two, "perhaps", "sixty"], [free, "ok", "60"], [one, "", "60"])
        with self.assertRaises(UserError) as refusal:
            self._import(inspection, table)
        for told in ("Row 3, column B", "Row 3, column C", "Row 4, column A", "Row 5, column A", "stands in row 2"):
            self.assertIn(told, str(refusal.exception))
        self.assertEqual(set(inspection.reading_ids.mapped("state")), {"empty"})

    def test_headers_are_checked(self):
        inspection = self._start()
        for header, told in (
            ("Unit,No cracks,Colour", "column C: “Colour” is no characteristic"),
            ("Unit,Diameter,diameter", "column C: “diameter” is there twice"),
            ("Piece,No cracks,Diameter", "column A"),
        ):
            with self.assertRaises(UserError) as refusal:
                self._import(inspection, f"{header}\n1,ok,60\n".encode())
            self.assertIn(told, str(refusal.exception))
        for content in (b"", b"\x00\x01\x02", b"PK\x03\x04nothing", b"Unit,No cracks,Diameter\n"):
            with self.assertRaises(UserError):
                self._import(inspection, content)

    def test_what_is_there_is_replaced_only_when_that_was_meant(self):
        inspection = self._start()
        reading = self._column(inspection, "measured")[0]
        unit = reading.unit_id
        self._type(inspection.with_user(self.quality), reading, "60.01")
        table = self._table(inspection, [unit.number, "ok", "60.02"])
        with self.assertRaises(UserError) as refusal:
            self._import(inspection, table)
        self.assertIn(f"60.01 was entered by {self.quality.name}; the file says 60.02", str(refusal.exception))
        self.assertEqual(self._column(inspection, "attribute")[0].state, "empty")
        self._import(inspection, table, is_replacing=True)
        self.assertEqual((reading.value, self._column(inspection, "attribute")[0].state), (60.02, "met"))
        self.assertIn("60.01 → 60.02", self._messages(inspection))

    def test_overdue_gauge_is_told_once_for_a_file(self):
        inspection = self._start_overdue()
        rows = "".join(f"{number},60\n" for number in inspection.unit_ids.mapped("number"))
        with self.assertRaises(UserError) as refusal:
            self._import(inspection, f"Unit,Diameter\n{rows}".encode())
        self.assertEqual(str(refusal.exception).count("Caliper 7"), 1)

    def test_template_is_filled_in_and_comes_in(self):
        inspection = self._start()
        self._type(inspection, self._column(inspection, "measured")[0], "60.001")
        book = openpyxl.load_workbook(io.BytesIO(make_workbook(inspection)))
        sheet = book.active
        self.assertEqual([cell.value for cell in sheet[1]], ["Unit No.", "No cracks", "Diameter"])
        self.assertEqual([row[0].value for row in sheet.iter_rows(min_row=2)], self._numbers(inspection))
        self.assertEqual(sheet["C2"].value, 60.001)
        sheet["B2"], sheet["C3"], sheet["C4"] = True, 0.1 + 59.9, "６０．５"
        buffer = io.BytesIO()
        book.save(buffer)
        self._import(inspection, buffer.getvalue(), "readings.xlsx")
        self.assertEqual(self._column(inspection, "measured").mapped("value"), [60.001, 60.0, 60.5])
        self.assertEqual(self._column(inspection, "attribute").mapped("state"), ["met", "empty", "empty"])

    def test_wizards_of_others_are_not_used(self):
        inspection = self._start()
        wizard = self.env["guard.reading.import"].with_user(self.quality).create({"inspection_id": inspection.id})
        with self.assertRaises(AccessError):
            wizard.with_user(self.named).action_import()

    # many

    def _fill(self, inspection):
        """Everything is good that has not been read."""
        inspection.enter_readings(
            [
                {"id": reading.id, "text": "y" if reading.kind == "attribute" else "60", "seen": False}
                for reading in inspection.reading_ids
                if reading.state == "empty"
            ]
        )

    def _count_queries(self, step):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        step()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_many_readings_take_as_few_queries_as_one(self):
        inspection = self._start(sample_size=600, quantity=1000)
        readings = self._column(inspection, "measured")
        self._type(inspection, readings[0], "60")  # warm
        counts, begin = [], 1
        for count in (1, 50, 500):
            batch, begin = readings[begin : begin + count], begin + count
            entries = [{"id": reading.id, "text": f"{60 + reading.id % 7 / 1000}", "seen": False} for reading in batch]
            counts.append(self._count_queries(lambda entries=entries: inspection.enter_readings(entries)))
        self.assertLessEqual(max(counts), counts[0] + 6, counts)
        self.assertLess(counts[0], 40)

    def test_grid_takes_as_few_queries_for_many_units(self):
        small, large = self._start(sample_size=3), None
        self.env["guard.control.point"].search([]).sample_size = 600
        _receipt, large = self._receive(1000)
        large = large.with_user(self.named)
        large.action_start()
        small.get_grid()
        counts = [self._count_queries(inspection.get_grid) for inspection in (small, large)]
        self.assertLessEqual(counts[1], counts[0] + 4, counts)
        self.assertLess(counts[0], 40)
