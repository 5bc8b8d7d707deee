from odoo import api, fields, models

from ...tools import switching

KINDS = [
    ("approved", "Reduced inspection approved"),
    ("irregular", "Production not steady"),
    ("ordered", "Back to normal"),
    ("resumed", "Resumed"),
]


class GuardSamplingNotice(models.Model):
    """What those responsible say between two lots about how severely is inspected (ISO 2859-1, 9.3.3 to 9.4)."""

    _name = "guard.sampling.notice"
    _description = "Sampling Notice"
    _inherit = ["guard.sealed.mixin"]
    _order = "date desc, id desc"

    state_id = fields.Many2one("guard.sampling.state", "Sampling State", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="state_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True)
    turn = fields.Integer(required=True, aggregator=None, help="Its place among the lots and notices of the state.")
    user_id = fields.Many2one("res.users", "By", required=True, index=True, ondelete="restrict")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    reason = fields.Text(required=True)
    verified_by_id = fields.Many2one("res.users", "Verified By", index="btree_not_null", ondelete="restrict")

    @api.depends("kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["kind"]._description_selection(self.env))
        for notice in self:
            notice.display_name = names.get(notice.kind, "")

    def _as_event(self):
        """As ``tools/switching.py`` takes it."""
        return switching.Notice(self.kind)

    def _get_moment(self):
        return self.date
