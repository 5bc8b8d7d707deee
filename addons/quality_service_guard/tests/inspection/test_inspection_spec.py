from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .common import InspectionCommon


@tagged("post_install", "-at_install")
class TestInspectionSpec(InspectionCommon):
    """Specifications: written by quality, put in force, superseded, never edited in between."""

    # versions

    def test_specification_begins_as_a_draft_without_a_version(self):
        spec = self._make_spec()
        self.assertEqual((spec.state, spec.version, spec.display_name), ("draft", 0, "Steel Bar (draft)"))

    def test_putting_in_force_gives_the_first_version(self):
        spec = self._make_spec_in_force()
        self.assertEqual((spec.state, spec.version, spec.in_force_by_id), ("in_force", 1, self.quality))
        self.assertEqual(spec.display_name, "Steel Bar, version 1")

    def test_new_version_is_a_draft_with_the_same_characteristics(self):
        spec = self._make_spec_in_force(instruction="<p>Look closely</p>")
        draft = spec.browse(spec.action_new_version()["res_id"])
        self.assertEqual((draft.state, draft.name, spec.state), ("draft", "Steel Bar", "in_force"))
        self.assertEqual(draft.instruction, spec.instruction)
        names = ["name", "grade", "kind", "requirement", "has_target"]
        self.assertEqual(
            [[line[name] for name in names] for line in draft.characteristic_ids],
            [[line[name] for name in names] for line in spec.characteristic_ids],
        )

    def test_new_version_supersedes_the_old_one_when_it_is_put_in_force(self):
        spec = self._make_spec_in_force()
        draft = spec.browse(spec.action_new_version()["res_id"])
        draft.action_put_in_force()
        self.assertEqual((spec.state, bool(spec.superseded_on)), ("superseded", True))
        self.assertEqual((draft.state, draft.version, draft.previous_id), ("in_force", 2, spec))

    def test_asking_twice_for_a_new_version_opens_the_same_draft(self):
        spec = self._make_spec_in_force()
        self.assertEqual(spec.action_new_version()["res_id"], spec.action_new_version()["res_id"])

    def test_version_counts_on_after_a_withdrawal(self):
        first = self._make_spec_in_force()
        first.action_withdraw()
        second = self._make_spec_in_force()
        self.assertEqual((second.version, second.previous_id), (2, first))

    def test_two_drafts_of_one_product_put_in_force_together_leave_one(self):
        specs = self._make_spec() + self._make_spec()
        specs.action_put_in_force()
        self.assertEqual(specs.mapped("state"), ["superseded", "in_force"])
        self.assertEqual(specs.mapped("version"), [1, 2])

    def test_specification_that_asks_for_nothing_is_not_put_in_force(self):
        spec = self._make_spec(characteristic_ids=[])
        with self.assertRaisesRegex(UserError, "add a characteristic"):
            spec.action_put_in_force()

    # the seal

    def test_specification_in_force_is_edited_by_nobody(self):
        spec = self._make_spec_in_force()
        line = spec.characteristic_ids[1]
        for powered in (spec, spec.with_user(self.manager), spec.sudo()):
            lines = line.with_env(powered.env)
            for attack in (
                lambda s=powered: s.write({"name": "Other"}),
                lambda s=powered: s.write({"product_tmpl_id": self.bearing.product_tmpl_id.id}),
                lambda s=powered: s.write({"instruction": "Wave it through"}),
                lambda s=powered: s.write({"picture": False}),
                lambda s=powered: s.write({"characteristic_ids": [Command.clear()]}),
                lambda s=powered: s.write({"state": "draft"}),
                lambda s=powered: s.write({"version": 7}),
                lambda s=powered: s.unlink(),
                lambda r=lines: r.write({"upper_limit": 99}),
                lambda r=lines: r.unlink(),
                lambda r=lines: r.copy(),
                lambda s=powered, r=lines: r.create({"name": "New", "spec_id": s.id}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attack()

    def test_line_is_not_moved_into_a_specification_in_force(self):
        spec, draft = self._make_spec_in_force(), self._make_spec(self.bearing.product_tmpl_id)
        with self.assertRaisesRegex(UserError, "not a draft any more"):
            draft.characteristic_ids[0].spec_id = spec

    def test_specification_is_not_born_in_force(self):
        for values in ({"state": "in_force"}, {"version": 3}, {"superseded_on": "2026-01-01"}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self._make_spec(**values)
        self.env["ir.default"].set("guard.inspection.spec", "state", "in_force")
        with self.assertRaises(UserError):
            self._make_spec()

    def test_draft_can_be_deleted_what_was_in_force_cannot(self):
        spec = self._make_spec_in_force()
        spec.browse(spec.action_new_version()["res_id"]).unlink()
        spec.action_withdraw()
        with self.assertRaisesRegex(UserError, "stays on record"):
            spec.unlink()

    def test_copy_is_a_draft_of_its_own(self):
        copy = self._make_spec_in_force().copy()
        self.assertEqual((copy.name, copy.state, copy.version), ("Steel Bar (copy)", "draft", 0))
        self.assertEqual(len(copy.characteristic_ids), 2)

    def test_database_keeps_one_in_force_whatever_happens_at_the_same_time(self):
        self._make_spec_in_force()
        draft = self._make_spec()
        self.env.flush_all()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE guard_inspection_spec SET state = 'in_force' WHERE id = %s", [draft.id])

    # who

    def test_reading_is_for_store_purchasing_and_shop_floor_writing_for_quality(self):
        spec = self._make_spec()
        for reader in self.readers:
            seen = spec.with_user(reader)
            self.assertEqual(seen.characteristic_ids[1].requirement, "59.9 to 60.1, target 60")
            for attack in (
                lambda s=seen: s.write({"name": "Other"}),
                lambda s=seen: s.action_put_in_force(),
                lambda s=seen: s.copy(),
            ):
                with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                    attack()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            spec.with_user(self.seller).read(["name"])

    def test_specification_of_another_company_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        spec = self.env["guard.inspection.spec"].create(
            {"name": "Theirs", "company_id": other.id, "applies_to": "category", "categ_id": self.metal.id}
        )
        self.assertNotIn(spec, spec.with_user(self.quality).search([]))

    def test_quality_chooses_among_all_gauges_and_operations(self):
        gauge = self.env["maintenance.equipment"].create({"name": "Micrometer"})
        self.assertIn(gauge, gauge.with_user(self.quality).search([]))
        self.assertEqual(self._make_spec(self.cut).subject, "Cut")

    # subjects

    def test_one_thing_is_specified_and_named(self):
        tests = [
            ({"applies_to": "category"}, "choose the Product Category"),
            ({"categ_id": self.metal.id}, "leave the Product Category empty"),
            ({"product_tmpl_id": False}, "choose the Product"),
        ]
        for values, message in tests:
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, message):
                self._make_spec(**values)

    def test_most_specific_specification_applies(self):
        specs, nothing = self.env["guard.inspection.spec"], self.cut.browse()

        def applying(product, operation=nothing):
            return specs._applying(self.company, [(product, operation)])[product, operation]

        self.assertFalse(applying(self.steel))
        metal = self._make_spec_in_force(self.metal)
        self.assertEqual(applying(self.steel), metal)
        bars = self._make_spec_in_force(self.bars)
        self.assertEqual(applying(self.steel), bars)
        steel = self._make_spec_in_force()
        self.assertEqual(applying(self.steel), steel)
        cut = self._make_spec_in_force(self.cut)
        self.assertEqual(applying(self.steel, self.cut), cut)
        self.assertEqual(applying(self.steel, self.turn), steel)
        steel.action_withdraw()
        self.assertEqual(applying(self.steel), bars)
        self.assertFalse(applying(self.bearing))

    def test_draft_applies_to_nothing_and_a_product_without_category_to_its_own(self):
        self._make_spec()
        key = (self.steel, self.cut.browse())
        specs = self.env["guard.inspection.spec"]
        self.assertFalse(specs._applying(self.company, [key])[key])
        self.steel.categ_id = False
        self.assertFalse(specs._applying(self.company, [key])[key])

    def test_choice_for_many_products_takes_no_more_queries(self):
        products = self.env["product.product"].create(
            [{"name": f"Bar {number}", "categ_id": self.bars.id} for number in range(30)]
        )
        self._make_spec_in_force(self.bars)
        specs, nothing, counts = self.env["guard.inspection.spec"], self.cut.browse(), []
        for some in (products[:1], products):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            specs._applying(self.company, [(product, nothing) for product in some])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    # characteristics

    def test_limits_that_cannot_be_meant_are_refused_with_the_reason(self):
        measured = {"kind": "measured", "name": "Diameter"}
        tests = [
            ({**measured}, "needs a lower or an upper limit"),
            ({**measured, "target": 5}, "needs a lower or an upper limit"),
            ({**measured, "lower_limit": 2, "upper_limit": 1}, "2 must be below the upper limit 1"),
            ({**measured, "lower_limit": 1, "upper_limit": 1}, "must be below"),
            ({**measured, "lower_limit": 1, "target": 0.5}, "target 0.5 is not within"),
            ({**measured, "upper_limit": 1, "target": 1.000001}, "target 1.000001 is not within"),
            ({"kind": "attribute", "name": "Colour", "upper_limit": 1}, "no limits and no target"),
        ]
        for values, message in tests:
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, message):
                self._make_spec(characteristic_ids=[Command.create(values)])

    def test_nought_is_a_limit_and_nothing_is_none(self):
        lines = self._make_spec(
            characteristic_ids=[
                Command.create({"name": "Runout", "kind": "measured", "lower_limit": 0, "upper_limit": 0.02}),
                Command.create({"name": "Gap", "kind": "measured", "lower_limit": False, "upper_limit": 0.0}),
                Command.create({"name": "Hardness", "kind": "measured", "lower_limit": 28}),
            ]
        ).characteristic_ids
        self.assertEqual(lines.mapped("requirement"), ["0 to 0.02", "at most 0", "at least 28"])

    def test_unit_and_target_are_told(self):
        unit = self.env.ref("uom.product_uom_millimeter")
        line = self._make_spec().characteristic_ids[1]
        line.uom_id = unit
        self.assertEqual(line.requirement, "59.9 to 60.1 mm, target 60")

    def test_gauge_past_its_calibration_is_told(self):
        gauge = self.env["maintenance.equipment"].create({"name": "Micrometer", "guard_calibrated_until": "2020-01-01"})
        line = self._make_spec().characteristic_ids[1]
        self.assertFalse(line.is_gauge_overdue)
        line.gauge_id = gauge.id
        self.assertTrue(line.is_gauge_overdue)
        self.assertEqual(line.with_user(self.storekeeper).gauge_calibrated_until.year, 2020)
        gauge.guard_calibrated_until = "2099-01-01"
        self.assertFalse(line.is_gauge_overdue)
