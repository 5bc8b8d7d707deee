from odoo.addons.sale.controllers import portal
from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route


class CustomerPortal(portal.CustomerPortal):
    """The customer's page of an order that waits for its review: nothing is asked of them twice."""

    def _get_page_view_values(self, document, access_token, values, *args, **kwargs):
        if document._name == "sale.order" and document.guard_is_held:
            values["payment_amount"] = None
        return super()._get_page_view_values(document, access_token, values, *args, **kwargs)

    @route()
    def portal_quote_decline(self, order_id, access_token=None, decline_message=None, **kwargs):
        """Who declines what they have signed or paid is heard; what becomes of it, two people settle."""
        try:
            order_sudo = self._document_check_access("sale.order", order_id, access_token=access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not order_sudo.guard_is_held or not decline_message:
            return super().portal_quote_decline(
                order_id, access_token=access_token, decline_message=decline_message, **kwargs
            )
        user = request.env.user
        author = order_sudo.partner_id if user._is_public() else user.partner_id
        order_sudo._guard_customer_declines(author, decline_message)
        return request.redirect(order_sudo.get_portal_url(query_string="&message=decline_heard"))
