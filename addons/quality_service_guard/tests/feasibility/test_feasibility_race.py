import uuid

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from ..approval import test_approval_concurrency as racing
from .common import FeasibilityCommon


@tagged("post_install", "-at_install", "database_breaking")
class TestFeasibilityRace(BaseCase):
    """Two reviews reserve at once, in two real transactions; what the test committed is archived."""

    _race = racing.TestApprovalConcurrency._race
    _make_people = racing.TestApprovalConcurrency._make_people
    _clean = racing.TestApprovalConcurrency._clean

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US", "tracking_disable": True})
            maker = type("Maker", (FeasibilityCommon,), {"env": env})
            self._make_people(maker, env)
            maker.env = env
            centre = env["mrp.workcenter"].create({"name": f"Racing lathe {uuid.uuid4().hex[:8]}"})
            gear = maker._make_product("Racing gear")
            maker._make_bom(gear, [], [(centre, 60)])
            reviews = env["guard.order.review"].union(
                *(
                    maker._make_review(
                        maker._make_order(
                            order_line=[Command.create({"product_id": gear.id, "product_uom_qty": 8})]
                        )
                    )
                    for _each in range(2)
                )
            )
            self.users = {user.login.rsplit("_", 1)[0]: user.id for user in maker.approvers + [maker.seller]}
            self.review_ids, self.centre_id = reviews.ids, centre.id
        self.addCleanup(self._close)

    def _close(self):
        self._clean()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["guard.capacity.reservation"].search([("workcenter_id", "=", self.centre_id)])._release("released")
            env["mrp.workcenter"].browse(self.centre_id).active = False

    def test_two_reviews_never_sell_the_same_hour(self):
        first, second = (
            lambda env, review_id=review_id: env["guard.order.review"].browse(review_id).sudo()._reserve_capacity()
            for review_id in self.review_ids
        )
        self.assertFalse(self._race(("race_production", first), ("race_quality", second)))
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            one, other = env["guard.capacity.reservation"].search(
                [("review_id", "in", self.review_ids)], order="date_start"
            )
            self.assertLessEqual(one.date_end, other.date_start)
