from xml.etree import ElementTree

from odoo.tests import tagged

from ...tools import oc_chart, operating_characteristic
from .common import InspectionInForceCommon


@tagged("post_install", "-at_install")
class TestInspectionPlan(InspectionInForceCommon):
    """An AQL control point draws the sample of the standard, and the page shows what that lets through (clause 2.2.3)."""

    def _start(self, quantity, level, aql, product=None):
        """The plan of a receipt by an AQL control point, its sample drawn."""
        product = product or self.steel
        self._make_point(product_tmpl_id=product.product_tmpl_id.id, frequency="aql", level=level, aql_b=aql)
        _receipt, inspection = self._receive(quantity, product)
        self._read(inspection)
        return inspection.plan_ids

    def test_150_pieces_level_ii_aql_1_5_are_32_and_one_may_be_bad(self):
        plan = self._start(150, "II", "1.5")
        self.assertEqual((plan.letters, plan.size, plan.acceptance, plan.rejection), ("F → G", 32, 1, 2))
        inspection = plan.inspection_id
        self.assertEqual((len(inspection.unit_ids), len(inspection.reading_ids)), (32, 32))
        self.assertTrue(all(1 <= number <= 150 for number in inspection.unit_ids.mapped("number")))
        self.assertEqual(plan.consumer_risk, "11.6 % nonconforming")
        self._decide(inspection, accepted=150)
        self.assertEqual((inspection.state, plan.verdict, plan.found), ("passed", "accepted", "0"))

    def test_8_pieces_level_ii_aql_1_0_are_all_8(self):
        plan = self._start(8, "II", "1.0")
        self.assertEqual((plan.letter, plan.size, plan.acceptance), ("A", 8, 0))
        self.assertEqual(sorted(plan.inspection_id.unit_ids.mapped("number")), [1, 2, 3, 4, 5, 6, 7, 8])
        self.assertEqual((plan.consumer_risk, plan.producer_risk), ("nothing is left to chance", "–"))
        self.assertIn("Every unit is inspected", plan.inspection_id.curves)

    def test_other_lots_of_the_standard(self):
        for quantity, level, aql, found in (
            (1000, "II", "2.5", ("J", "J", 80, 5)),
            (100, "II", "4.0", ("F", "F", 20, 2)),
            (25, "III", "2.5", ("D", "C", 5, 0)),
        ):
            with self.subTest(quantity=quantity):
                self.env["guard.control.point"].search([]).active = False
                plan = self._start(quantity, level, aql)
                self.assertEqual((plan.letter, plan.used, plan.size, plan.acceptance), found)

    def test_a_lot_of_one_is_inspected_whole(self):
        plan = self._start(1, "II", "1.5")
        self.assertEqual((plan.size, plan.acceptance, plan.inspection_id.unit_ids.number), (1, 0, 1))
        self._decide(plan.inspection_id, accepted=1)
        self.assertEqual(plan.inspection_id.state, "passed")
        self.assertEqual(plan.state_id.severity, "normal")

    def test_each_begun_kilogram_is_a_unit(self):
        kilogram = self.env.ref("uom.product_uom_kgm")
        powder = self.env["product.product"].create(
            {"name": "Powder", "type": "consu", "is_storable": True, "uom_id": kilogram.id, "categ_id": self.bars.id}
        )
        self._make_spec_in_force(self.bars)
        plan = self._start(149.4, "II", "1.5", product=powder)
        self.assertEqual((plan.lot_size, plan.size, plan.acceptance), (150, 32, 1))
        self._decide(plan.inspection_id, accepted=149.4)
        self.assertEqual((plan.inspection_id.state, plan.inspection_id.accepted), ("passed", 149.4))

    def test_one_bad_unit_is_let_through_and_two_are_not(self):
        plan = self._start(150, "II", "1.5")
        inspection = plan.inspection_id
        reading = inspection.reading_ids[0]
        with reading._unsealed():
            reading.value = 60.5
        self._decide(inspection, accepted=149, rejected=1)
        self.assertEqual((plan.nonconforming, plan.is_accepted, inspection.state), (1, True, "failed"))

    # the page

    def test_page_draws_a_curve_for_each_class(self):
        self._make_point(frequency="aql", level="II", aql_a="0.65", aql_b="1.5")
        _receipt, inspection = self._receive(150)
        self._read(inspection)
        drawn = inspection.with_user(self.buyer).curves
        self.assertEqual(drawn.count("<svg"), 2)
        self.assertIn("Class B: 32 inspected of 150", drawn)
        self.assertIn("AQL 1.5: accepted 91.7%", drawn)

    def test_picture_can_be_read_by_all(self):
        curve = operating_characteristic.Curve(80, 5)
        text = oc_chart.draw(curve, "A & <B>", "Nonconforming", "Chance", [(2.5, "AQL"), (11.3, '"10%"')])
        picture = ElementTree.fromstring(text)  # escaped, and well formed
        self.assertEqual(picture.get("aria-label"), "A & <B>")
        self.assertEqual(picture.find("{*}title").text, "A & <B>")
        self.assertEqual(picture.get("stroke"), "currentColor")
        colours = {part.get(name) for part in picture.iter() for name in ("fill", "stroke")}
        self.assertEqual(colours, {None, "none", "currentColor"})
        for part in picture.iter():  # nothing leaves the picture
            for name, most in (("x", oc_chart.WIDTH), ("cx", oc_chart.WIDTH), ("y", oc_chart.HEIGHT), ("cy", oc_chart.HEIGHT)):
                self.assertTrue(0 <= float(part.get(name, 0)) <= most)

    def test_picture_of_any_plan(self):
        for size, acceptance, per_hundred in ((2, 0, False), (2000, 21, False), (2, 30, True), (5, 5, False)):
            with self.subTest(size=size):
                curve = operating_characteristic.Curve(size, acceptance, None, per_hundred)
                ElementTree.fromstring(oc_chart.draw(curve, "Plan", "x", "y", [(1.0, "AQL")]))
