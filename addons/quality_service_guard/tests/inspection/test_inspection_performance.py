from odoo.tests import tagged

from .common import InspectionInForceCommon

MANY = 50


@tagged("post_install", "-at_install")
class TestInspectionPerformance(InspectionInForceCommon):
    """What inspecting adds to a receipt does not grow with its lines: all of them take the same few queries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bar_products = cls.env["product.product"].create(
            [
                {"name": f"Bar {number}", "type": "consu", "is_storable": True, "categ_id": cls.bars.id}
                for number in range(MANY)
            ]
        )
        cls.spec = cls._make_spec_in_force(cls.bars)
        for product in cls.bar_products:
            cls._make_point(name=product.name, product_tmpl_id=product.product_tmpl_id.id)

    def _confirm(self, number):
        receipt = self._make_receipt(*((product, 10) for product in self.bar_products[:number]))
        receipt.action_confirm()
        return receipt, self._get_inspections(receipt).with_user(self.quality)

    def _enter(self, inspections):
        return inspections.enter_readings(
            [
                {"id": reading.id, "text": "y" if reading.kind == "attribute" else "60", "seen": False}
                for reading in inspections.sudo().reading_ids
            ]
        )

    def _count(self, work):
        """Queries of a click of its own."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _count_steps(self, number):
        receipt, inspections = self._confirm(number)
        self.assertEqual(len(inspections), number)
        counts = {
            "start": self._count(inspections.action_start),
            "read": self._count(lambda: self._enter(inspections)),
            "pass": self._count(inspections.action_pass),
        }
        self.assertEqual(set(inspections.mapped("state")), {"passed"})
        return receipt, counts

    def test_steps_of_one_and_of_many(self):
        """Starting, reading and deciding fifty takes hardly more queries than one."""
        self._count_steps(1)  # to warm up what is kept
        _receipt, one = self._count_steps(1)
        _receipt, many = self._count_steps(MANY)
        for step, count in one.items():
            self.assertLessEqual(many[step], count + 3, step)

    def test_opening_one_and_many(self):
        """Fifty inspections are opened with as many queries as one."""
        counts = {}
        for number in (1, 1, MANY):
            receipt = self._make_receipt(*((product, 10) for product in self.bar_products[:number]))
            receipt.action_confirm()
            moves = receipt.move_ids.browse(receipt.move_ids.ids)  # read together, also when nothing is known of them
            with self.env["guard.inspection"]._unsealed():
                self._get_inspections(receipt).unlink()
            counts[number] = self._count(moves._guard_open_inspections)
            self.assertEqual(len(self._get_inspections(receipt)), number)
        self.assertLessEqual(counts[MANY], counts[1] + 3)

    def test_judging_one_and_many(self):
        """The gate judges fifty lines with as many queries as one."""
        counts = {}
        for number in (1, 1, MANY):
            receipt, _counts = self._count_steps(number)
            moves = receipt.move_ids.browse(receipt.move_ids.ids)
            counts[number] = self._count(moves._obstacles_inspection_undecided)
        self.assertLessEqual(counts[MANY], counts[1] + 2)

    def test_receipt_of_one_line(self):
        """What one inspected receipt takes; more than this is looked into."""
        self._count_steps(1)
        receipt, inspections = self._confirm(1)
        limits = {"start": 16, "read": 16, "pass": 30}
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(limits["start"]):
            inspections.action_start()
            self.env.flush_all()
        with self.assertQueryCount(limits["read"]):
            self._enter(inspections)
            self.env.flush_all()
        with self.assertQueryCount(limits["pass"]):
            inspections.action_pass()
            self.env.flush_all()
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")

    def test_off_asks_nothing(self):
        """While the clause is not in force, neither inspections nor points are looked for."""
        self.env.ref("quality_service_guard.clause_2_2_3").in_force = False
        receipt = self._make_receipt(*((product, 10) for product in self.bar_products))
        self.assertFalse(self.env["stock.move"]._guard_inspects())
        with self.assertQueryCount(0):
            receipt.move_ids._guard_open_inspections()
        receipt.action_confirm()
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertFalse(self._get_inspections(receipt))
