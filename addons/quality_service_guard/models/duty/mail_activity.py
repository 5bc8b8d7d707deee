from odoo import api, fields, models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    """A duty: an activity that names the clause that asks for it and the hour until which.

    So one inbox holds whatever the policy asks of a person. Marking it done proves nothing: while its
    document says that the duty is open, it can be neither ticked off nor deleted; the document closes it.
    """

    _inherit = "mail.activity"

    guard_clause_id = fields.Many2one("guard.clause", "Clause", index="btree_not_null", readonly=True)
    guard_deadline = fields.Datetime("Due", readonly=True, help="The hour until which, counted in working time.")
    guard_key = fields.Char("Duty Key", readonly=True, export_string_translation=False)
    is_guard_late = fields.Boolean("Late", compute="_compute_is_guard_late", search="_search_is_guard_late")

    @api.depends("guard_deadline", "active")
    def _compute_is_guard_late(self):
        now = fields.Datetime.now()
        for activity in self:
            activity.is_guard_late = bool(activity.active and activity.guard_deadline and activity.guard_deadline < now)

    def _search_is_guard_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("guard_deadline", "<", fields.Datetime.now())]

    def write(self, vals):
        if vals.get("active") is False or {"guard_clause_id", "guard_key", "res_id", "res_model_id"} & vals.keys():
            self._check_duty_closed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_closed_duty(self):
        self._check_duty_closed()

    def action_guard_open(self):
        """Open the document of the duty in full; also offered where the activity itself is listed."""
        return self.action_open_document()

    def _check_duty_closed(self):
        for activity in self.filtered("guard_clause_id"):
            document = self.env.get(activity.res_model)
            document = document.browse(activity.res_id).exists() if hasattr(document, "_duty_is_open") else None
            if document and document.sudo()._duty_is_open(activity.guard_key):
                raise UserError(
                    self.env._(
                        "“%(duty)s” is asked by clause %(clause)s and ends when %(document)s says so. "
                        "Open the document and settle it there.",
                        duty=activity.summary,
                        clause=activity.guard_clause_id.display_name,
                        document=document.sudo().display_name,
                    )
                )
