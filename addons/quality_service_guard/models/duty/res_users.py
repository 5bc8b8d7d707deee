from odoo import api, fields, models


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
