from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common import NOW, FeasibilityCommon


@tagged("post_install", "-at_install")
class TestFeasibilityQueries(FeasibilityCommon):
    """What is asked of the database depends on the levels of the bills of materials, on nothing else."""

    def _make_tower(self, name, levels):
        """A product made in so many levels, each of the next and of steel."""
        product = self.steel
        for level in range(levels, 0, -1):
            above = self._make_product(f"{name} {level}")
            parts = [(product, 2)] if product == self.steel else [(product, 1), (self.steel, 1)]
            self._make_bom(above, parts, [(self.lathe, 10), (self.mill, 10)])
            product = above
        return product

    def _make_tower_order(self, lines, levels, name="Tower"):
        products = [self._make_tower(f"{name} {number}", levels) for number in range(lines)]
        return self._make_order(
            commitment_date=NOW + timedelta(days=30),
            order_line=[Command.create({"product_id": product.id, "product_uom_qty": 1}) for product in products],
        )

    def _make_varied_order(self, number):
        """An order of so many products, each of a material, a vendor, a unit and an operator's skill of its own."""
        kind = self.env["hr.skill.type"].create(
            {
                "name": "Trade",
                "skill_ids": [Command.create({"name": f"Trade {place}"}) for place in range(number)],
                "skill_level_ids": [Command.create({"name": "Able", "level_progress": 100, "default_level": True})],
            }
        )
        products = self.env["product.product"]
        for place, skill in enumerate(kind.skill_ids):
            unit = self.env["uom.uom"].create({"name": f"Unit {place}", "relative_factor": 1})
            made, material = self._make_product("Made", uom_id=unit.id), self._make_product("Material")
            self._make_bom(made, [(material, 1)], [(self.lathe, 10)]).operation_ids.guard_skill_ids = skill
            self.env["product.supplierinfo"].create(
                {
                    "partner_id": self.env["res.partner"].create({"name": f"Vendor {place}"}).id,
                    "product_tmpl_id": material.product_tmpl_id.id,
                    "delay": 3,
                }
            )
            self.env["hr.employee.skill"].create(
                {
                    "employee_id": self._make_operator(f"Operator {place}").id,
                    "skill_type_id": kind.id,
                    "skill_id": skill.id,
                    "skill_level_id": kind.skill_level_ids.id,
                }
            )
            products |= made
        return self._make_order(
            commitment_date=NOW + timedelta(days=30),
            order_line=[Command.create({"product_id": product.id, "product_uom_qty": 1}) for product in products],
        )

    def _count(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _count_reckoning(self, order):
        return self._count(lambda: [found.values() for found in self.env["guard.feasibility"]._reckon(order).values()])

    def _make_productions(self, number):
        productions = self.env["mrp.production"].create([{"product_id": self.axle.id, "product_qty": 1} for _each in range(number)])
        productions.action_confirm()

    def _assert_work_orders_cost_nothing(self, order):
        self._make_productions(10)
        self._count_reckoning(order)  # to warm up
        few = self._count_reckoning(order)
        self._make_productions(190)
        self._count_reckoning(order)  # to warm up: documents were made in between
        self.assertLessEqual(self._count_reckoning(order), few + 1)

    def _make_reviews(self, number):
        product = self._make_tower("Reviewed", 2)
        orders = self.env["sale.order"].union(
            *(self._make_gear_order(1, NOW + timedelta(days=20), product) for _each in range(number))
        )
        orders.with_user(self.seller).action_guard_ask_review()
        orders.guard_review_id.with_user(self.seller).action_submit()
        # not by way of the orders: what is read together would be forgotten with what they have in memory
        return self.env["guard.order.review"].with_user(self.seller).browse(orders.guard_review_id.ids)

    def test_lines_cost_no_queries(self):
        one, ten = self._make_tower_order(1, 3, "One"), self._make_tower_order(10, 3, "Ten")
        self._count_reckoning(one)  # to warm up
        few, many = self._count_reckoning(one), self._count_reckoning(ten)
        self.assertLessEqual(many, few + 2)
        self.assertLessEqual(many, 30 + 10 * 3)  # measured: 55

    def test_a_level_costs_ten_queries_at_most(self):
        one, three = self._make_tower_order(1, 1, "Low"), self._make_tower_order(1, 3, "High")
        self._count_reckoning(one)  # to warm up
        low, high = self._count_reckoning(one), self._count_reckoning(three)
        self.assertLessEqual(low, 30 + 10 * 2)  # what is bought for it is a level, too
        self.assertLessEqual(high, low + 2 * 10)

    def test_vendors_skills_and_units_cost_no_queries(self):
        few, many = self._make_varied_order(2), self._make_varied_order(12)
        self._count_reckoning(few)  # to warm up
        self.assertLessEqual(self._count_reckoning(many), self._count_reckoning(few) + 2)

    def test_work_orders_cost_no_queries(self):
        order = self._make_tower_order(2, 2)
        order.commitment_date = NOW + timedelta(days=90)  # late enough for nobody to have to wait
        self._assert_work_orders_cost_nothing(order)

    def test_work_orders_that_would_have_to_wait_cost_no_queries(self):
        order = self._make_tower_order(2, 2)
        order.commitment_date = NOW + timedelta(hours=9)
        self._assert_work_orders_cost_nothing(order)

    def test_reviews_recomputed_together_cost_few_queries(self):
        reviews = self._make_reviews(50)
        assess = self.env["guard.feasibility"]._assess
        self._count(lambda: assess(reviews))  # to warm up
        one, fifty = self._count(lambda: assess(reviews[:1])), self._count(lambda: assess(reviews))
        self.assertLessEqual(fifty, one + 10)

    def test_reserving_for_many_reviews_costs_few_queries(self):
        reviews = self._make_reviews(21)
        one, twenty = self._count(reviews[:1]._reserve_capacity), self._count(reviews[1:]._reserve_capacity)
        self.assertEqual(len(reviews.reservation_ids), 21 * 2 * 2)  # two levels of two operations
        self.assertLessEqual(twenty, one + 5)

    def test_staleness_of_a_list_costs_no_more_than_that_of_one(self):
        reviews = self._make_reviews(20)
        self._count(lambda: reviews.mapped("feasibility_stale"))  # to warm up
        one = self._count(lambda: reviews[:1].mapped("feasibility_stale"))
        self.assertLessEqual(self._count(lambda: reviews.mapped("feasibility_stale")), one + 1)
