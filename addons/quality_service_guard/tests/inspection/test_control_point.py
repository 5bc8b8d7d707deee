from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...tools import sampling
from .common import InspectionCommon, InspectionInForceCommon

AQL = {"frequency": "aql", "level": "II", "aql_a": "0.10", "aql_b": "1.0", "aql_c": "2.5"}


@tagged("post_install", "-at_install")
class TestControlPoint(InspectionCommon):
    """When something is inspected, in words and in numbers."""

    # in words

    def test_sentence_says_it_all(self):
        unit, delivery = self.warehouse.in_type_id, {"occasion": "delivery", "product_tmpl_id": False}
        tests = [
            ({}, "Every receipt of Steel Bar"),
            (
                {"supplier_id": self.vendor.id, **AQL},
                "Every receipt of Steel Bar from Bearing Makers: level II, AQL A 0.10 / B 1.0 / C 2.5",
            ),
            ({"frequency": "aql", "level": "S-2", "aql_c": "4.0"}, "Every receipt of Steel Bar: level S-2, AQL C 4.0"),
            ({"frequency": "nth", "nth": 5}, "One receipt in 5 of Steel Bar"),
            ({"frequency": "random", "share": 12.5}, "Each receipt with a chance of 12.5 % of Steel Bar"),
            ({"frequency": "period", "period_number": 2}, "One receipt every 2 weeks of Steel Bar"),
            (
                {"occasion": "periodic", "frequency": "period", "period_unit": "month"},
                "Every month, the stock of Steel Bar",
            ),
            (
                {"product_tmpl_id": False, "categ_id": self.bars.id},
                "Every receipt of the category Metal / Bars",
            ),
            ({"picking_type_id": unit.id}, f"Every receipt of Steel Bar in {unit.display_name}"),
            (
                {**delivery, "customer_id": self.customer.id, "warehouse_id": self.warehouse.id},
                f"Every delivery of all products to Customer in {self.warehouse.name}",
            ),
            (
                {"occasion": "operation", "product_tmpl_id": False, "operation_id": self.cut.id},
                "Every work order at Cut",
            ),
            ({"occasion": "finished"}, "Every finished lot of Steel Bar"),
            ({"occasion": "internal"}, "Every internal transfer of Steel Bar"),
        ]
        for values, sentence in tests:
            with self.subTest(sentence=sentence):
                self.assertEqual(self._make_point(**values).sentence, sentence)

    def test_sentence_names_the_specification(self):
        point = self._make_point(spec_id=self._make_spec_in_force().id)
        self.assertEqual(point.sentence, "Every receipt of Steel Bar, by Steel Bar, version 1")

    # what does not go together

    def test_what_cannot_be_meant_is_refused_with_the_reason(self):
        out_type = self.warehouse.out_type_id
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        tests = [
            ({"categ_id": self.metal.id}, "a product or a category"),
            ({"operation_id": self.cut.id}, "only where operations are inspected"),
            ({"occasion": "delivery", "supplier_id": self.vendor.id}, "only where receipts are inspected"),
            ({"customer_id": self.customer.id}, "only where deliveries are inspected"),
            ({"picking_type_id": out_type.id}, "no documents of this kind"),
            ({"picking_type_id": self.warehouse.in_type_id.id, "warehouse_id": other.id}, "does not belong to"),
            ({"occasion": "periodic"}, "inspected by period"),
            ({"frequency": "nth", "nth": 1}, "begins at 2"),
            ({"frequency": "random", "share": 0}, "more than 0 and at most 100"),
            ({"frequency": "random", "share": 100.5}, "more than 0 and at most 100"),
            ({"frequency": "period", "period_number": 0}, "at least one day"),
            ({"frequency": "period", "period_unit": False}, "at least one day"),
            ({**AQL, "level": False}, "needs an inspection level"),
            ({"frequency": "aql"}, "the AQL of at least one class"),
            ({**AQL, "aql_a": "4.0"}, "at least as strictly"),
        ]
        for values, message in tests:
            with self.subTest(message=message), self.assertRaisesRegex(ValidationError, message):
                self._make_point(**values)

    def test_specification_must_be_in_force_and_of_the_company(self):
        with self.assertRaisesRegex(ValidationError, "is not in force"):
            self._make_point(spec_id=self._make_spec().id)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.env["guard.inspection.spec"].create(
            {
                "name": "Theirs",
                "company_id": other.id,
                "applies_to": "category",
                "categ_id": self.metal.id,
                "characteristic_ids": [Command.create({"name": "Colour"})],
            }
        )
        foreign.action_put_in_force()
        with self.assertRaises(UserError):
            self._make_point(spec_id=foreign.id)

    def test_form_takes_out_what_does_not_belong_to_the_occasion(self):
        with Form(self.env["guard.control.point"].with_user(self.quality)) as form:
            form.name = "Incoming"
            form.occasion = "receipt"
            form.supplier_id = self.vendor
            form.occasion = "periodic"
        point = form.record
        self.assertEqual((point.supplier_id.id, point.frequency), (False, "period"))

    def test_aqls_are_those_of_the_tables(self):
        offered = [float(name) for name, _label in self.env["guard.control.point"]._select_aqls()]
        for severity in sampling.SEVERITIES:
            self.assertEqual(tuple(offered), sampling.table(severity).aqls)

    # versions of the specification

    def test_point_goes_on_with_the_next_version_of_its_specification(self):
        spec = self._make_spec_in_force()
        point, archived = self._make_point(spec_id=spec.id), self._make_point(spec_id=spec.id, active=False)
        draft = spec.browse(spec.action_new_version()["res_id"])
        self.assertEqual(point.spec_id, spec)
        draft.action_put_in_force()
        self.assertEqual((point + archived).spec_id, draft)

    def test_specification_that_a_point_names_is_not_withdrawn(self):
        spec = self._make_spec_in_force()
        point = self._make_point(spec_id=spec.id)
        with self.assertRaisesRegex(UserError, "Incoming"):
            spec.action_withdraw()
        point.spec_id = False
        spec.action_withdraw()
        self.assertEqual(spec.state, "superseded")

    # who

    def test_reading_is_for_store_purchasing_and_shop_floor_writing_for_quality(self):
        point = self._make_point(supplier_id=self.vendor.id, **AQL)
        for reader in self.readers:
            self.assertIn("Bearing Makers", point.with_user(reader).sentence)
            self.assertIn("125", str(point.with_user(reader).preview_plan))
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                point.with_user(reader).write({"active": False})
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            point.with_user(self.seller).read(["name"])
        point.with_user(self.manager).active = False

    def test_copy_says_that_it_is_one(self):
        copy = self._make_point(**AQL).copy()
        self.assertEqual((copy.name, copy.aql_b), ("Incoming (copy)", "1.0"))

    # the plan of a lot

    def test_preview_shows_the_plan_of_the_typed_lot_size(self):
        point = self._make_point(**AQL)
        self.assertEqual(point.preview_lot_size, 500)
        with Form(point) as form:
            form.preview_lot_size = 150
            shown = form.preview_plan
        for cell in ("F → K", "125", "F → E", "13", "1.83 %"):
            self.assertIn(cell, shown)

    def test_preview_is_the_plan_of_the_tables(self):
        plans = self._make_point(**AQL)._plan(1000)
        for grade, aql in (("A", 0.10), ("B", 1.0), ("C", 2.5)):
            self.assertEqual(plans[grade], sampling.plan(1000, "II", aql))

    def test_preview_says_where_the_whole_lot_is_inspected(self):
        point = self._make_point(**AQL)
        with Form(point) as form:
            form.preview_lot_size = 20
            self.assertIn("all 20", form.preview_plan)
            self.assertIn("nothing is left to chance", form.preview_plan)

    def test_preview_of_no_lot_says_why(self):
        point = self._make_point(**AQL)
        for size in (1, 0, -3):
            with self.subTest(size=size), Form(point) as form:
                form.preview_lot_size = size
                self.assertIn("2 at least", form.preview_plan)
        with self.assertRaisesRegex(UserError, "whole number"):
            point._plan(2.5)

    def test_without_a_sampling_plan_there_is_none_to_show(self):
        self.assertFalse(self._make_point().preview_plan)

    def test_reduced_table_stays_off(self):
        point = self._make_point(**AQL)
        with self.assertRaises(sampling.SamplingError) as caught:
            sampling.plan(500, "II", "1.0", "reduced")
        self.assertIn("has not been checked", point._explain(caught.exception))

    # which inspections a document would have

    def _preview(self, document, points=None):
        points = points or self.env["guard.control.point"]
        return points.with_user(self.quality)._preview(document)

    def test_receipt_is_asked_by_the_points_that_fit(self):
        spec = self._make_spec_in_force(self.metal)
        by_product = self._make_point(supplier_id=self.vendor.id, **AQL)
        by_category = self._make_point(product_tmpl_id=False, categ_id=self.metal.id, frequency="nth")
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self._make_point(supplier_id=stranger.id)
        self._make_point(occasion="delivery")
        self._make_point(product_tmpl_id=self.bearing.product_tmpl_id.id)
        self._make_point(active=False)
        found = self._preview_of_quality(self._make_receipt((self.steel, 500)))
        self.assertEqual([line["point"] for line in found], [by_product, by_category])
        self.assertEqual([line["spec"] for line in found], [spec, spec])
        self.assertEqual([line["is_certain"] for line in found], [True, False])
        self.assertEqual({grade: plan.size for grade, plan in found[0]["plans"].items()}, {"A": 125, "B": 50, "C": 50})
        self.assertIn("level II", found[0]["reason"])
        self.assertIn("Metal, version 1 applies to Metal", found[0]["reason"])

    def _preview_of_quality(self, document):
        """As quality, who may look into the store as well."""
        self.quality.group_ids += self.env.ref("stock.group_stock_user") + self.env.ref("mrp.group_mrp_user")
        return self._preview(document.with_user(self.quality))

    def test_supplier_is_the_company_of_the_contact(self):
        self._make_point(supplier_id=self.vendor.id)
        contact = self.env["res.partner"].create({"name": "Clerk", "parent_id": self.vendor.id})
        self.assertEqual(len(self._preview_of_quality(self._make_receipt(partner=contact))), 1)

    def test_lines_of_one_product_are_one_lot(self):
        point = self._make_point(**AQL)
        receipt = self._make_receipt((self.steel, 100), (self.steel, 50), (self.bearing, 9))
        (line,) = self._preview_of_quality(receipt)
        self.assertEqual((line["point"], line["quantity"], line["plans"]["C"].used), (point, 150, "F"))

    def test_preview_says_what_is_missing(self):
        self._make_point(**AQL)
        (line,) = self._preview_of_quality(self._make_receipt((self.steel, 1)))
        self.assertIn("2 at least", line["reason"])
        self.assertIn("No specification applies", line["reason"])
        self.assertEqual((line["plans"], bool(line["spec"])), ({}, False))

    def test_warehouse_and_operation_type_let_through_their_own_only(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        here = self._make_point(warehouse_id=self.warehouse.id)
        typed = self._make_point(picking_type_id=self.warehouse.in_type_id.id)
        self._make_point(warehouse_id=other.id)
        self._make_point(picking_type_id=other.in_type_id.id)
        found = self._preview_of_quality(self._make_receipt())
        self.assertEqual([line["point"] for line in found], [here, typed])

    def test_only_the_points_asked_about_are_looked_at(self):
        first = self._make_point()
        self._make_point()
        receipt = self._make_receipt().with_user(self.storekeeper)
        found = first.with_user(self.storekeeper)._preview(receipt)
        self.assertEqual([line["point"] for line in found], [first])

    def test_manufacturing_order_is_asked_at_its_operations_and_when_finished(self):
        product = {"product_tmpl_id": self.shaft.product_tmpl_id.id}
        cut = self._make_point(occasion="operation", product_tmpl_id=False, operation_id=self.cut.id)
        each = self._make_point(occasion="operation", **product)
        finished = self._make_point(occasion="finished", **product, **AQL)
        self._make_point(**product)
        spec = self._make_spec_in_force(self.turn)
        order = self.env["mrp.production"].create(
            {"product_id": self.shaft.id, "product_qty": 40, "bom_id": self.bom.id}
        )
        found = self._preview_of_quality(order)
        self.assertEqual(
            [(line["point"], line["operation"]) for line in found],
            [(cut, self.cut), (each, self.cut), (each, self.turn), (finished, self.cut.browse())],
        )
        self.assertEqual([bool(line["spec"]) for line in found], [False, False, True, False])
        self.assertEqual((found[2]["spec"], found[3]["quantity"]), (spec, 40))

    def test_document_that_may_not_be_read_is_not_previewed(self):
        self._make_point()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self._preview(self._make_receipt().with_user(self.engineering))

    def test_preview_changes_nothing(self):
        self._make_point(**AQL)
        receipt = self._make_receipt()
        before = self.env["mail.message"].search_count([])
        self._preview_of_quality(receipt)
        self.assertEqual((receipt.state, self.env["mail.message"].search_count([])), ("draft", before))


@tagged("post_install", "-at_install")
class TestControlPointOverview(InspectionInForceCommon):
    """Whoever leads quality sees what waits at each control point and how its goods fared (clause 2.3.3)."""

    def test_counts(self):
        point = self._make_point()
        for accepted, rejected in ((10, 0), (10, 0), (4, 6)):
            _receipt, inspection = self._receive(10)
            self._read(inspection)
            self._decide(inspection, accepted=accepted, **({"rejected": rejected} if rejected else {}))
        _receipt, late = self._receive(10)
        late.move_id.date = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        coming, _inspection = self._receive(10)
        coming.move_ids.date = fields.Datetime.add(fields.Datetime.now(), days=2)
        point.invalidate_recordset()
        self.assertEqual((point.todo_count, point.progress_count, point.late_count), (2, 0, 1))
        self.assertEqual((point.decided_count, point.failed_count), (3, 1))
        self.assertAlmostEqual(point.passed_share, 200 / 3)
        shown = point.with_context(guard_show="late").action_open_inspections()
        self.assertEqual(self.env["guard.inspection"].search(shown["domain"]), late)

    def test_preview_page(self):
        self._make_point(frequency="aql", level="II", aql_a="1.5", aql_b="1.5")
        receipt = self._make_receipt((self.steel, 150), (self.bearing, 3)).with_user(self.storekeeper)
        wizard = self.env["guard.inspection.preview"].browse(receipt.action_guard_preview()["res_id"])
        line = wizard.with_user(self.storekeeper).line_ids
        self.assertEqual((line.product_id, line.quantity, line.sample), (self.steel, 150, 32))
        self.assertIn("level II", line.reason)
