from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.passage import is_open

# who is asked by which clause until when: the document's word, never typed
SEALED = frozenset({"guard_clause_id", "guard_key", "guard_deadline", "res_id", "res_model_id", "res_model"})


class MailActivity(models.Model):
    """A duty: an activity that names the clause that asks for it and the hour until which.

    So one inbox holds whatever the policy asks of a person. Marking it done proves nothing: while its
    document says that the duty is open, it can be neither ticked off nor deleted; the document closes it.
    """

    _inherit = "mail.activity"

    guard_clause_id = fields.Many2one("guard.clause", "Clause", index="btree_not_null", readonly=True, copy=False)
    guard_deadline = fields.Datetime(
        "Due", readonly=True, copy=False, help="The hour until which, counted in working time."
    )
    guard_key = fields.Char("Duty Key", readonly=True, copy=False, export_string_translation=False)
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

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        if not is_open(self.browse(), "duty") and activities.filtered(lambda a: a.guard_clause_id or a.guard_key):
            raise UserError(self.env._("A duty is asked by its document, not typed by anybody."))
        return activities

    def write(self, vals):
        if ("active" in vals and not vals["active"]) or SEALED & vals.keys():
            self._check_duty_closed()
        if {"guard_clause_id", "guard_key"} & vals.keys() and not is_open(self.browse(), "duty"):
            raise UserError(self.env._("A duty is asked by its document, not typed by anybody."))
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
