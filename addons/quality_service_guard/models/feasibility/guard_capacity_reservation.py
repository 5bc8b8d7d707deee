from odoo import api, fields, models


class GuardCapacityReservation(models.Model):
    """Time of a work centre that an approved review keeps for its order (clauses 2.1.1 and 2.1.2).

    It stands in the work centre's calendar like a planned work order, so that nobody plans over it: neither another
    review nor Odoo's own planning. The order's work orders take it over; what nobody takes over runs out.
    """

    _name = "guard.capacity.reservation"
    _description = "Reserved Capacity"
    _inherit = ["guard.sealed.mixin"]
    _order = "date_start, id"

    state = fields.Selection(
        [("active", "Reserved"), ("taken", "Taken Over"), ("released", "Released"), ("expired", "Expired")],
        required=True,
        default="active",
        index=True,
    )
    review_id = fields.Many2one("guard.order.review", "Order Review", required=True, index=True, ondelete="cascade")
    order_id = fields.Many2one(related="review_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    workcenter_id = fields.Many2one("mrp.workcenter", "Work Center", required=True, index=True, ondelete="cascade")
    operation_id = fields.Many2one("mrp.routing.workcenter", ondelete="set null", index="btree_not_null")
    product_id = fields.Many2one("product.product", ondelete="set null")
    date_start = fields.Datetime("Start", required=True)
    date_end = fields.Datetime("End", required=True)
    hours = fields.Float(help="Hours of work.")
    expires_on = fields.Date("Kept Until", help="When nobody has taken it over by then, the time is free again.")
    leave_id = fields.Many2one("resource.calendar.leaves", ondelete="set null", index="btree_not_null")

    @api.depends("order_id.name", "workcenter_id.name")
    def _compute_display_name(self):
        """The order for which time is kept: who plans a work center need not see sales orders."""
        for reservation in self:
            known = reservation.sudo()
            reservation.display_name = f"{known.order_id.name} · {known.workcenter_id.name}"

    @api.model
    def _reserve(self, slots):
        """Keep time of work centres for the orders of reviews.

        :param slots: ``[{"review_id", "expires_on", "workcenter_id", "operation_id", "product_id", "date_start",
            "date_end", "hours"}]``
        """
        reviews = self.env["guard.order.review"].sudo().browse({slot["review_id"] for slot in slots})
        centres = self.env["mrp.workcenter"].browse({slot["workcenter_id"] for slot in slots})
        names = {review.id: review.order_id.name for review in reviews}
        calendars = {centre.id: (centre.resource_id, centre.resource_calendar_id) for centre in centres}
        leaves = self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": names[slot["review_id"]],
                    "time_type": "other",
                    "resource_id": calendars[slot["workcenter_id"]][0].id,
                    "calendar_id": calendars[slot["workcenter_id"]][1].id,
                    "date_from": slot["date_start"],
                    "date_to": slot["date_end"],
                }
                for slot in slots
            ]
        )
        with self._unsealed():
            reserved = self.create(
                [{**slot, "leave_id": leave.id} for slot, leave in zip(slots, leaves, strict=True)]
            )
        self._lock(centres)
        return reserved

    def _release(self, state):
        """Give the time back: ``taken`` by work orders, ``released`` by a decision, ``expired`` by the calendar."""
        active = self.filtered(lambda reservation: reservation.state == "active")
        active.leave_id.unlink()
        with self._unsealed():
            active.write({"state": state})

    @api.model
    def _lock(self, centres):
        """Let nobody else reserve time of these work centres until this is committed.

        Who comes second at the same time is told so by the database, and Odoo repeats their whole request.
        """
        centres = centres.sorted("id")
        for centre in centres:
            centre.guard_reserved += 1
        centres.flush_recordset(["guard_reserved"])

    @api.autovacuum
    def _gc_expired(self):
        self.search([("state", "=", "active"), ("expires_on", "<", fields.Date.today())])._release("expired")
