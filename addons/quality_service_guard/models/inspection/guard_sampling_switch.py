from markupsafe import Markup
from odoo import api, fields, models

from ...tools import switching
from .guard_sampling_state import SEVERITIES, TOLD


class GuardSamplingSwitch(models.Model):
    """From one severity to another, with the lots that caused it (ISO 2859-1, 9.3 and 9.4; clause 2.2.3)."""

    _name = "guard.sampling.switch"
    _description = "Sampling Switch"
    _inherit = ["guard.sealed.mixin"]
    _order = "date desc, id desc"

    state_id = fields.Many2one("guard.sampling.state", "Sampling State", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="state_id.company_id", store=True, index=True)
    product_id = fields.Many2one(related="state_id.product_id", store=True, index=True)
    partner_id = fields.Many2one(related="state_id.partner_id", store=True, index="btree_not_null")
    grade = fields.Selection(related="state_id.grade", store=True)
    before = fields.Selection(SEVERITIES, "From", required=True)
    after = fields.Selection(SEVERITIES, "To", required=True)
    reason = fields.Selection(
        [
            ("rejected", "Lots were refused"),
            ("accepted", "Lots were accepted in a row"),
            ("discontinued", "Too many lots were refused"),
            ("score", "Score reached and approved"),
            ("rejected_reduced", "A lot was refused under reduced inspection"),
            ("irregular", "Production is not steady"),
            ("ordered", "Ordered"),
            ("resumed", "Corrected and verified"),
            ("rules", "The rules were changed"),
        ],
        required=True,
    )
    date = fields.Datetime(required=True)
    inspection_ids = fields.Many2many("guard.inspection", string="Lots That Caused It")
    caused_by_id = fields.Many2one(
        "guard.inspection", "Decided With", index="btree_not_null", ondelete="set null", help="The last of these lots."
    )
    notice_id = fields.Many2one("guard.sampling.notice", "Notice", index="btree_not_null", ondelete="cascade")
    sentence = fields.Char("In Words", compute="_compute_sentence", compute_sudo=True)

    @api.depends("before", "after", "state_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for switch in self:
            switch.display_name = switch._summarize()

    @api.depends("reason", "inspection_ids", "notice_id")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for switch in self:
            switch.sentence = self.env._("%(what)s: %(why)s", what=switch._summarize(), why=switch._explain())

    def action_open_inspections(self):
        """The lots that caused it."""
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_inspection_action"),
            "domain": [("id", "in", self.inspection_ids.ids)],
            "context": {},
        }

    def _summarize(self):
        """What changed, in a few words."""
        names = dict(self._fields["after"]._description_selection(self.env))
        return self.env._(
            "%(key)s: %(before)s → %(after)s",
            key=self.state_id.display_name,
            before=names[self.before],
            after=names[self.after],
        )

    def _explain(self):
        """Why, with the lots by name."""
        lots = ", ".join(self.inspection_ids.sorted("id").mapped("name"))
        count = len(self.inspection_ids)
        notice = self.notice_id
        said = {"user": notice.user_id.name or "–", "why": notice.reason or "–"}
        if self.reason == "rejected":
            return self.env._(
                "%(count)s of %(within)s or fewer lots in a row were refused (%(lots)s).",
                count=count,
                within=switching.standard_rules().rejected_within,
                lots=lots,
            )
        if self.reason == "accepted":
            return self.env._("%(count)s lots in a row were accepted (%(lots)s).", count=count, lots=lots)
        if self.reason == "discontinued":
            return self.env._("%(count)s lots were refused since it was tightened (%(lots)s).", count=count, lots=lots)
        if self.reason == "score":
            return self.env._("the score was reached (%(lots)s) and reduced inspection had been approved.", lots=lots)
        if self.reason == "rejected_reduced":
            return self.env._("%(lots)s was refused under reduced inspection.", lots=lots)
        if self.reason == "irregular":
            return self.env._("production is not steady (%(user)s: %(why)s).", **said)
        if self.reason == "ordered":
            return self.env._("ordered by %(user)s: %(why)s", **said)
        if self.reason == "resumed":
            return self.env._(
                "%(why)s Verified by %(verifier)s, resumed by %(user)s.", verifier=notice.verified_by_id.name or "–", **said
            )
        return self.env._("the rules were changed.")

    def _tell(self):
        """Log switches where they were caused, tell quality of the grave ones, and close what is settled by others."""
        if not self:
            return
        states = self.state_id
        for records, name in ((self.caused_by_id, "caused_by_id"), (states, "state_id")):
            by_record = self.grouped(name)
            records._message_log_batch(
                {record.id: Markup("<br/>").join(by_record[record].mapped("sentence")) for record in records}
            )
        last = {switch.state_id: switch for switch in self}  # the last one, where a notice has led to two
        grave = self.browse().union(*(switch for switch in last.values() if switch.after in TOLD))
        states._duty_close(feedback=self.env._("The severity has changed."))
        if grave:
            self.env["guard.sampling.state"]._open_duties(grave)
