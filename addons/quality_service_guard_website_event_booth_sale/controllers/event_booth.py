import json

from odoo.addons.website_event_booth_sale.controllers.event_booth import WebsiteEventBoothController
from odoo.http import request, route


class GuardEventBoothController(WebsiteEventBoothController):
    @route()
    def event_booth_registration_confirm(self, event, booth_category_id, event_booth_ids, **kwargs):
        """Lead to the confirmation page of the shop, which says what a held order waits for (clause 2.1.1)."""
        answer = super().event_booth_registration_confirm(event, booth_category_id, event_booth_ids, **kwargs)
        order = request.cart  # the order of this very request, although the session has forgotten it by now
        if not order.guard_is_held:
            return answer
        request.session["sale_last_order_id"] = order.id
        return json.dumps({"redirect": "/shop/confirmation"})
