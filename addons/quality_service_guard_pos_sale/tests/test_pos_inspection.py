from odoo.addons.point_of_sale.tests.common import TestPoSCommon
from odoo.addons.quality_service_guard.tests.common import OrderReviewCommon
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestPosInspection(OrderReviewCommon, TestPoSCommon):
    """A held lot is sold at the till while the gate of inspection is closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("quality_service_guard.clause_2_2_3").in_force = True
        cls.cashier = new_test_user(cls.env, "cashier", "base.group_user,point_of_sale.group_pos_user,stock.group_stock_user")
        cls.oil = cls.env["product.product"].create(
            {
                "name": "Oil",
                "type": "consu",
                "is_storable": True,
                "tracking": "lot",
                "list_price": 10,
                "available_in_pos": True,
                "taxes_id": False,
            }
        )
        cls.lot = cls.env["stock.lot"].create({"name": "BAD", "product_id": cls.oil.id})

    def setUp(self):
        super().setUp()
        self.config = self.basic_config
        self.place = self.config.picking_type_id.default_location_src_id
        self.env["stock.quant"]._update_available_quantity(self.oil, self.place, 10, lot_id=self.lot)
        self.open_new_session()

    def _sell(self):
        data = self.create_ui_order_data([(self.oil, 2)], customer=self.customer)
        data["lines"][0][2]["pack_lot_ids"] = [(0, 0, {"lot_name": "BAD"})]
        answer = self.env["pos.order"].with_user(self.cashier).sync_from_ui([data])
        return self.env["pos.order"].browse(answer["pos.order"][0]["id"])

    def test_free_lot_is_booked(self):
        self.assertEqual(self._sell().sudo().picking_ids.state, "done")

    def test_held_lot_leaves_the_transfer_open_and_asks_somebody(self):
        self.lot._guard_hold_lots("Cracks")
        order = self._sell()
        picking = order.sudo().picking_ids
        self.assertEqual(order.state, "paid", "the customer has walked off with it")
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(self.lot.product_qty, 10)
        self.assertIn("BAD is held", picking.activity_ids.note)
