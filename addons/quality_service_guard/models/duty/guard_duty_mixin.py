from odoo import fields, models
from odoo.fields import Domain

from ...tools.passage import passage

ACTIVITY_TYPE = "quality_service_guard.mail_activity_type_duty"


class GuardDutyMixin(models.AbstractModel):
    """A document that asks duties of people: opens them, knows whether they are open, closes them.

    Heirs also inherit ``mail.activity.mixin``. A duty is told from others of the same document by a key.
    """

    _name = "guard.duty.mixin"
    _description = "Document with Duties"

    def _duty_open(self, key, user, clause, summary, deadline):
        """Ask one person; the mail with the link is left to the caller, who knows what it is about.

        :param str key: what tells this duty from others of the document
        :param deadline: naive UTC datetime, None where no working calendar answers: due today
        :return: the activity
        """
        self.ensure_one()
        day = fields.Datetime.context_timestamp(self.with_context(tz=user.tz), deadline).date() if deadline else None
        with passage(self.env["mail.activity"], "duty"):
            return (
                self.sudo()
                .with_context(mail_activity_quick_update=True)
                .activity_schedule(
                    ACTIVITY_TYPE,
                    date_deadline=day or fields.Date.context_today(self),
                    user_id=user.id,
                    summary=summary,
                    active=True,  # whatever the asker has set as default
                    guard_clause_id=clause.id,
                    guard_deadline=deadline,
                    guard_key=key,
                )
            )

    def _duty_close(self, keys=None, feedback=None):
        """Close the duties that have been settled, whoever settled them.

        :param keys: the keys of the duties, all by default
        :param str feedback: kept on the activity where it was done; without it the duty was withdrawn
        """
        domain = (
            Domain("res_model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("guard_clause_id", "!=", False)
        )
        if keys is not None:
            domain &= Domain("guard_key", "in", keys)
        duties = self.env["mail.activity"].sudo().search(domain)
        if feedback:
            duties.write({"active": False, "feedback": feedback})
        else:
            duties.unlink()

    # For heirs

    def _duty_is_open(self, key):
        """Whether the document still asks for the duty with this key."""
        return False
