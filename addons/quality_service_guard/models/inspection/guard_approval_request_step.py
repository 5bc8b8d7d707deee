from odoo import models


class GuardApprovalRequestStep(models.Model):
    """Nobody is asked to concede goods that they have read or bought themselves (clause 2.2.3)."""

    _inherit = "guard.approval.request.step"

    def _may_speak(self, user, behalf=None):
        barred = self._get_barred()
        return user not in barred and not (behalf and behalf in barred) and super()._may_speak(user, behalf)

    def _mandates(self, user):
        """A deputy does not lend their voice to who has none."""
        mandates = super()._mandates(user)
        barred = self._get_barred()
        return [person for person in mandates if person not in barred] if barred else mandates

    def _get_barred(self):
        """Who has a part in what is judged, whatever their group."""
        if self.request_id.res_model != "guard.concession":
            return self.env["res.users"]
        return self.env["guard.concession"].browse(self.request_id.res_id).exists()._get_barred()
