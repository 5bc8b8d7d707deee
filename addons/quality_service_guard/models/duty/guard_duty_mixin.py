from collections import defaultdict

from markupsafe import Markup
from odoo import api, models
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
        """Ask one person, and mail them the link.

        :param str key: what tells this duty from others of the document
        :param deadline: naive UTC datetime, None where no working calendar answers: due today
        :return: the activity
        """
        self.ensure_one()
        values = {"key": key, "user": user, "clause": clause, "summary": summary, "deadline": deadline}
        return self._duty_open_many([{"document": self, **values}])

    @api.model
    def _duty_open_many(self, duties):
        """Ask many things of many people with the same few queries; one mail a person.

        Who is away by a running delegation is represented by the deputy.

        :param duties: dicts with document, key, user, clause, summary, deadline, and perhaps ``behalf`` (for whom
            the user stands in) and ``text`` (what the mail says instead of the summary)
        :return: the activities in the order of the duties
        """
        Delegation, Activity = self.env["guard.delegation"], self.env["mail.activity"].sudo()
        kind = self.env.ref(ACTIVITY_TYPE)
        values, letters = [], defaultdict(list)
        for duty in duties:
            document, user, behalf = duty["document"], duty["user"], duty.get("behalf") or duty["user"].browse()
            deputy = not behalf and Delegation._deputy_of(user, duty["clause"])
            if deputy and document._duty_may_take(duty["key"], deputy, user):
                user, behalf = deputy, user
            values.append(
                {
                    "activity_type_id": kind.id,
                    "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(document._name),
                    "res_id": document.id,
                    "user_id": user.id,
                    "summary": duty["summary"],
                    "date_deadline": Activity._guard_day(duty["deadline"], user),
                    "guard_clause_id": duty["clause"].id,
                    "guard_key": duty["key"],
                    "guard_deadline": duty["deadline"],
                    "guard_for_id": behalf.id,
                    "guard_rung": "asked",
                    "guard_company_id": (document.company_id if "company_id" in document else self.env.company).id,
                    "guard_department_id": user.sudo().employee_ids[:1].department_id.id,
                    "active": True,  # whatever the asker has set as default
                }
            )
            letters[user].append((document, duty["key"], duty.get("text") or duty["summary"]))
        with passage(Activity.browse(), "duty"):
            activities = Activity.with_context(mail_activity_quick_update=True).create(values)
        activities._guard_plan_first_rung()
        for user, items in letters.items():
            self._duty_write_to(user, items)
        return activities

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
        duties = self.env["mail.activity"].sudo().search_fetch(domain)
        with passage(duties.browse(), "duty"):
            if feedback:
                duties.write({"active": False, "feedback": feedback, "guard_next_on": False})
            else:
                duties.unlink()

    @api.model
    def _duty_write_to(self, user, items):
        """Mail one person what is asked of them, each with a link to a page that they may read.

        :param items: ``[(document, key, text)]``
        """
        by_model = defaultdict(self.env["guard.duty.mixin"].browse)
        for document, _key, _text in items:
            by_model[document._name] = self.env[document._name].browse(
                [*by_model[document._name].ids, document.id]
            )
        readable = {
            record
            for records in by_model.values()
            for record in records.with_user(user).sudo(False)._filtered_access("read")
        }
        lines = []
        for document, key, text in items:
            page = document if document in readable else document._duty_page(key)
            lines.append((document.sudo().display_name, page._name, page.id, text))
        self._duty_mail(user, lines)

    @api.model
    def _duty_mail(self, user, lines):
        """One mail to one person about one document or many.

        :param lines: ``[(name of the document, model, id, text)]``
        """
        if not user.active or not lines:
            return
        env = self.with_context(lang=user.lang).env
        if len(lines) == 1:
            ((name, model, res_id, text),) = lines
            thread, subject, body = env[model].sudo().browse(res_id), name, Markup("<p>%s</p>") % text
            if not hasattr(thread, "message_notify"):
                thread = env["mail.thread"].sudo()
                body = Markup('<p><a href="/mail/view?model=%s&amp;res_id=%s">%s</a></p>') % (model, res_id, text)
        else:
            thread = env["mail.thread"].sudo()
            subject = env._("%(count)s documents", count=len(lines))
            rows = [
                Markup('<li><a href="/mail/view?model=%s&amp;res_id=%s">%s</a>: %s</li>') % (model, res_id, name, text)
                for name, model, res_id, text in lines
            ]
            body = Markup("<ul>%s</ul>") % Markup().join(rows)
        thread.message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=body,
            email_layout_xmlid="mail.mail_notification_layout",
        )

    @api.model
    def _duty_administrator(self, company):
        """Who is told where nobody can be asked: an administrator of assurance, the one with the fewest duties."""
        users = self.env.ref("quality_service_guard.group_guard_manager").sudo().all_user_ids
        users = users.filtered(lambda user: user.active and (not company or company in user.company_ids))
        load = self.env["guard.approval.request.step"]._load(users)
        return users.sorted(lambda user: (load[user.id], user.id))[:1]

    # For heirs

    def _duty_is_open(self, key):
        """Whether the document still asks for the duty with this key."""
        return False

    def _duty_may_take(self, key, user, behalf):
        """Whether a duty may be handed to this user, who then acts for ``behalf`` (empty: by their own right)."""
        return user.active and not user.share and ("company_id" not in self or self.company_id in user.company_ids)

    def _duty_peers(self, key):
        """Others who could take a duty by their own right."""
        return self.env["res.users"]

    def _duty_moved(self, key, user, behalf, escalated):
        """A duty is in other hands now: by a delegation, or because it was late (``escalated``)."""

    def _duty_page(self, key):
        """The page to open where the document itself is closed to the person."""
        return self
