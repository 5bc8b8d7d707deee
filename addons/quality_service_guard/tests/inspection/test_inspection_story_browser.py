from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import InspectionInForceCommon


@tagged("post_install", "-at_install")
class TestInspectionStoryBrowser(InspectionInForceCommon, HttpCase):
    """150 pieces arrive, are sampled, read, decided; one goes back, and what passed is there for who waits (clause 2.2.3)."""

    def test_from_the_truck_to_the_customer_browser(self):
        guard = "quality_service_guard.group_review_quality"
        new_test_user(self.env, "story", f"base.group_user,stock.group_stock_manager,{guard}", name="Story Teller")
        self._make_point(frequency="aql", level="II", aql_a="1.5", aql_b="1.5", hold="quarantine")
        delivery = self._make_delivery(100)
        receipt, inspection = self._receive(150)
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{receipt.id}", "guard_inspection_story_receive", login="story"
        )
        quarantine, stock = self.warehouse.guard_quarantine_id, self.warehouse.lot_stock_id
        self.assertEqual((self._count_at(quarantine), self._count_at(stock)), (150, 0))
        delivery.action_assign()
        self.assertEqual((delivery.move_ids.quantity, delivery.state), (0, "confirmed"), "what is held is not reserved")

        self.start_tour(
            f"/odoo/action-quality_service_guard.guard_inspection_action/{inspection.id}",
            "guard_inspection_story_decide",
            login="story",
            timeout=120,
        )
        self.env.invalidate_all()
        self.assertEqual((len(inspection.unit_ids), inspection.accepted, inspection.rejected), (32, 149, 1))
        self.assertEqual((self._count_at(quarantine), self._count_at(stock)), (0, 149))
        self.assertEqual(inspection.disposition_ids.state, "settled")
        delivery.action_assign()
        self.assertEqual((delivery.move_ids.quantity, delivery.state), (100, "assigned"), "what was released is")

    def _make_delivery(self, quantity):
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [Command.create({"product_id": self.steel.id, "product_uom_qty": quantity})],
            }
        )
        delivery.action_confirm()
        return delivery
