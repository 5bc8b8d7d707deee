from odoo.http import Controller, request, route
from odoo.tools import consteq


class Certificate(Controller):
    """Where the code on a certificate leads to: whoever holds the paper sees whether it is genuine."""

    @route(
        "/quality/certificate/<int:inspection_id>/<string:token>", type="http", auth="public", website=True, sitemap=False
    )
    def certificate(self, inspection_id, token):
        """Show what was certified, to holders of the printed code only."""
        inspection = request.env["guard.inspection"].sudo().browse(inspection_id).exists()
        genuine = inspection and consteq(inspection._get_certificate_token(), token)
        values = {"inspection": inspection if genuine else None, "page_name": "certificate"}
        return request.render(
            "quality_service_guard.certificate_page", values, status=200 if genuine else 404
        )
