from odoo import api, fields, models
from odoo.tools import format_datetime

SYSTRAY_DUTIES = 5  # that the systray names one by one; the rest stands behind their kind


class ResUsers(models.Model):
    _inherit = "res.users"

    guard_deputy_id = fields.Many2one(
        "res.users",
        "Standing Deputy",
        domain="[('share', '=', False), ('id', '!=', id)]",
        help="Takes over duties of assurance that are overdue here, and is proposed as deputy for absences.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ["guard_deputy_id"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ["guard_deputy_id"]

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        if any("group_ids" in vals for vals in vals_list):
            self.env["guard.approval.request.step"]._revise_holders(users)
        return users

    def write(self, vals):
        res = super().write(vals)
        if {"active", "group_ids", "company_ids"} & vals.keys():
            self.env["guard.approval.request.step"]._revise_holders(self)
        return res

    @api.model
    def _get_activity_groups(self):
        """The duties that are due first, each by name: one click more and the decision is there."""
        groups = super()._get_activity_groups()
        by_model = {group["model"]: group for group in groups}
        if not by_model:
            return groups
        # whoever has a duty may read it: Odoo's own rule, which would read all activities of the person once more
        duties = self.env["mail.activity"].sudo().search_fetch(
            [("user_id", "=", self.env.uid), ("guard_clause_id", "!=", False)],
            ["res_model", "res_name", "summary", "guard_deadline", "active"],
            order="guard_deadline, id",
            limit=SYSTRAY_DUTIES,
        )
        for duty in duties:
            # what is closed to the person stands among the other activities
            group = by_model.get(duty.res_model) or by_model.get("mail.activity")
            if group:
                group.setdefault("guard_duties", []).append(
                    {
                        "id": duty.id,
                        "document": duty.res_name,
                        "summary": duty.summary,
                        "due": duty.guard_deadline and format_datetime(self.env, duty.guard_deadline, dt_format="short"),
                        "is_late": duty.is_guard_late,
                    }
                )
        return groups

    def _guard_calendar(self, company):
        """The working calendar by which this person's deadlines in a company are counted.

        A flexible or empty one tells no hours; the company's stands in.
        """
        calendar = self.with_company(company).sudo().employee_id.resource_calendar_id
        counts = calendar.attendance_ids and calendar.schedule_type != "flexible"
        return calendar if counts else company.sudo().resource_calendar_id

    def _guard_superiors(self, company, clause):
        """Who answers for this person's duties, the nearest first: managers, then the clause's owner, then assurance."""
        self.ensure_one()
        own = self.with_company(company).sudo().employee_id
        line, employee = own.browse(), own
        while employee and employee not in line:
            line |= employee
            employee = employee.parent_id
        found = self.browse().union(*(manager.user_id for manager in line[1:]))
        found |= own.department_id.manager_id.user_id
        found |= clause.with_company(company).sudo().owner_department_id.manager_id.user_id
        return (found | self.env["guard.duty.mixin"]._duty_administrator(company)) - self
