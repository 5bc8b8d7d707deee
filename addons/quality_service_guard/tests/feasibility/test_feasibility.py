from datetime import datetime

from odoo.fields import Command
from odoo.tests import tagged

from .common import FeasibilityCommon


@tagged("post_install", "-at_install")
class TestFeasibility(FeasibilityCommon):
    def test_free_machine_and_material_on_stock_bind_nothing(self):
        found = self._reckon(self._make_gear_order(4))
        self.assertEqual(found.verdict, "kept")
        self.assertEqual(found.date_earliest, datetime(2026, 3, 2, 12, 0))
        self.assertEqual(found.line_ids.reason["code"], "work")

    def test_a_confirmed_order_that_nobody_planned_binds_the_machine(self):
        self._make_production(16)  # Monday and Tuesday
        found = self._reckon(self._make_gear_order(4))
        self.assertEqual(found.date_earliest, datetime(2026, 3, 4, 12, 0))
        self.assertEqual(found.line_ids.reason["code"], "machine")
        self.assertIn("Lathe is the bottleneck until 2026-03-04", found.line_ids.sentence)

    def test_a_planned_order_binds_the_machine(self):
        self._make_production(16, plan=True)
        found = self._reckon(self._make_gear_order(4))
        self.assertEqual(found.date_earliest, datetime(2026, 3, 4, 12, 0))

    def test_what_is_being_made_comes_when_its_machine_is_done_with_it(self):
        self._make_production(16, product=self.gear)
        found = self._reckon(self._make_gear_order(16))
        self.assertEqual(found.date_earliest, datetime(2026, 3, 3, 16, 0))
        self.assertEqual(found.line_ids.reason["code"], "material")

    def test_a_planned_order_that_should_have_begun_goes_first(self):
        self._make_production(8, product=self.gear, plan=True)  # Monday
        self._make_production(8, plan=True)  # Tuesday
        self.startPatcher(self._freeze(datetime(2026, 3, 2, 12, 0)))
        found = self._reckon(self._make_gear_order(8))
        self.assertEqual(found.date_earliest, datetime(2026, 3, 3, 12, 0))
        other = self._make_product("Other")
        self._make_bom(other, [(self.steel, 1)], [(self.lathe, 60)])
        found = self._reckon(self._make_gear_order(4, product=other))
        self.assertEqual(found.date_earliest, datetime(2026, 3, 4, 16, 0))  # Tuesday's work ends on Wednesday at noon

    def test_bought_material_binds_by_its_vendors_lead_time(self):
        found = self._reckon(self._make_gear_order(101))
        self.assertEqual(found.line_ids.reason["code"], "material")
        self.assertEqual(found.verdict, "late")
        self.assertEqual(found.line_ids.reason["product"][1], "Steel")

    def test_a_certified_operator_who_is_away_binds_by_people(self):
        skill_type = self.env["hr.skill.type"].create(
            {
                "name": "Machines",
                "is_certification": True,
                "skill_ids": [Command.create({"name": "Turning"})],
                "skill_level_ids": [Command.create({"name": "Able", "level_progress": 100, "default_level": True})],
            }
        )
        turner = self._make_operator("Turner")
        self.env["hr.employee.skill"].create(
            {
                "employee_id": turner.id,
                "skill_type_id": skill_type.id,
                "skill_id": skill_type.skill_ids.id,
                "skill_level_id": skill_type.skill_level_ids.id,
                "valid_from": "2026-01-01",
                "valid_to": "2026-03-31",
            }
        )
        self.bom.operation_ids.guard_skill_ids = skill_type.skill_ids
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": turner.resource_id.id,
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-02 00:00:00",
                "date_to": "2026-03-03 23:00:00",
            }
        )
        found = self._reckon(self._make_gear_order(4))
        self.assertEqual(found.date_earliest, datetime(2026, 3, 4, 12, 0))
        self.assertEqual(found.line_ids.reason["code"], "people")

    def test_broken_key_equipment_binds_until_its_repair_ends(self):
        press = self.env["maintenance.equipment"].create(
            {"name": "Spindle", "guard_workcenter_id": self.lathe.id, "guard_is_key": True}
        )
        repair = self.env["maintenance.request"].create(
            {"name": "Broken", "equipment_id": press.id, "maintenance_type": "corrective"}
        )
        found = self._reckon(self._make_gear_order(4))
        self.assertEqual((found.verdict, found.line_ids.reason["code"]), ("unknown", "no_equipment"))
        repair.write({"schedule_date": "2026-03-02 08:00:00", "schedule_end": "2026-03-03 12:00:00"})
        found = self._reckon(self._make_gear_order(4))
        self.assertEqual(found.date_earliest, datetime(2026, 3, 3, 16, 0))
        self.assertEqual(found.line_ids.reason["code"], "equipment")

    def test_what_would_slip_is_named_with_its_hours(self):
        other = self._make_gear_order(16, promised=datetime(2026, 3, 4, 12, 0), product=self.axle)
        production = self._make_production(16)
        production.reference_ids = self.env["stock.reference"].create(
            {"name": other.name, "sale_ids": [Command.link(other.id)]}
        )
        found = self._reckon(self._make_gear_order(8, promised=datetime(2026, 3, 3, 16, 0)))
        self.assertEqual(found.verdict, "displaces")
        self.assertEqual(found.date_first, datetime(2026, 3, 2, 16, 0))
        (slip,) = found.displaced
        self.assertEqual(slip["order"], [other.id, other.name])
        self.assertEqual(slip["hours"], 8.0)
        self.assertTrue(slip["breaks"])

    def test_weeks_of_the_load_begin_on_mondays_where_the_company_works(self):
        self.calendar.tz = "Asia/Shanghai"  # whose Monday begins on Sunday in UTC
        found = self._reckon(self._make_gear_order(4))
        self.assertEqual(found.load["weeks"][:2], ["2026-03-02", "2026-03-09"])
