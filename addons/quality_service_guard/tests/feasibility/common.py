from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.fields import Command

from ..common import OrderReviewCommon

# a Monday, before work begins
NOW = datetime(2026, 3, 2, 6, 0)


class FeasibilityCommon(OrderReviewCommon):
    """A workshop whose days are from 8 to 16 o'clock UTC, five days a week, and makers of what is made in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "One shift",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 16, "day_period": "morning"}
                    )
                    for day in range(5)
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.lathe, cls.mill = cls.env["mrp.workcenter"].create(
            [{"name": name, "resource_calendar_id": cls.calendar.id} for name in ("Lathe", "Mill")]
        )
        cls.steel = cls._make_product("Steel")
        cls.gear = cls._make_product("Gear")
        cls.vendor = cls.env["res.partner"].create({"name": "Steel works"})
        cls.env["product.supplierinfo"].create(
            {"partner_id": cls.vendor.id, "product_tmpl_id": cls.steel.product_tmpl_id.id, "delay": 10}
        )
        cls.axle = cls._make_product("Axle")
        cls._make_bom(cls.axle, [(cls.steel, 1)], [(cls.lathe, 60)])
        cls.bom = cls._make_bom(cls.gear, [(cls.steel, 1)], [(cls.lathe, 60)])
        cls._stock(cls.steel, 100)

    @staticmethod
    def _freeze(moment):
        return freeze_time(moment)

    @classmethod
    def _make_product(cls, name, **values):
        return cls.env["product.product"].create({"name": name, "type": "consu", "is_storable": True, **values})

    @classmethod
    def _make_bom(cls, product, components, operations=(), **values):
        """A bill of materials for one unit.

        :param components: ``[(product, quantity)]``
        :param operations: ``[(work centre, minutes)]``
        """
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": 1,
                "bom_line_ids": [Command.create({"product_id": part.id, "product_qty": qty}) for part, qty in components],
                "operation_ids": [
                    Command.create(
                        {"name": f"{centre.name} work", "workcenter_id": centre.id, "time_mode": "manual", "time_cycle_manual": minutes}
                    )
                    for centre, minutes in operations
                ],
                **values,
            }
        )

    @classmethod
    def _stock(cls, product, quantity):
        cls.env["stock.quant"]._update_available_quantity(product, cls.warehouse.lot_stock_id, quantity)

    @classmethod
    def _make_gear_order(cls, quantity=4, promised=NOW + timedelta(days=4), product=None, **values):
        return cls._make_order(
            commitment_date=promised,
            order_line=[Command.create({"product_id": (product or cls.gear).id, "product_uom_qty": quantity})],
            **values,
        )

    @classmethod
    def _reckon(cls, order):
        """Ask for the review of an order and give back what was reckoned."""
        return cls._make_review(order).feasibility_id

    @classmethod
    def _make_production(cls, quantity, product=None, plan=False):
        """A confirmed manufacturing order, of something else than is ordered, planned if asked for."""
        production = cls.env["mrp.production"].create({"product_id": (product or cls.axle).id, "product_qty": quantity})
        production.action_confirm()
        if plan:
            production.button_plan()
        return production

    @classmethod
    def _make_operator(cls, name, calendar=None):
        return cls.env["hr.employee"].create({"name": name, "resource_calendar_id": (calendar or cls.calendar).id})
