from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.actions import open_form


class GuardApprovalDecision(models.Model):
    """One entry of the approval ledger: appended once, never changed, chained by hash to the one before.

    Approvals and rejections are decisions of people; a voided approval and a withdrawn request are entered
    too, so that the ledger tells the whole story, restarts included.
    """

    _name = "guard.approval.decision"
    _description = "Approval Decision"
    _inherit = ["guard.sealed.mixin"]
    _order = "decided_on desc, id desc"
    _rec_name = "document"

    # subject
    request_id = fields.Many2one("guard.approval.request", required=True, index=True, ondelete="restrict")
    step_id = fields.Many2one("guard.approval.request.step", index=True, ondelete="restrict")
    res_model = fields.Char("Document Model", required=True)
    res_id = fields.Many2oneReference("Document ID", model_field="res_model", required=True)
    document = fields.Char(required=True)
    company_id = fields.Many2one("res.company", index=True, ondelete="restrict")

    # decision
    kind = fields.Selection(
        [("approved", "Approved"), ("rejected", "Rejected"), ("voided", "Voided"), ("withdrawn", "Withdrawn")],
        "Decision",
        required=True,
    )
    user_id = fields.Many2one("res.users", "By", required=True, index=True, ondelete="restrict")
    behalf_id = fields.Many2one("res.users", "On Behalf Of", index="btree_not_null", ondelete="restrict")
    decided_on = fields.Datetime(required=True)
    comment = fields.Text()
    aspect = fields.Char()
    fingerprint = fields.Char(help="SHA-256 of what was judged.")
    content = fields.Json(help="What was judged, field by field.")

    # chain
    ledger_id = fields.Many2one("guard.approval.ledger", required=True, index=True, ondelete="restrict")
    number = fields.Integer(required=True, aggregator=None)
    previous_hash = fields.Char()
    hash = fields.Char(required=True)
    hash_version = fields.Integer(required=True, aggregator=None)

    _number_unique = models.UniqueIndex("(ledger_id, number)")
    _document_index = models.Index("(res_model, res_id)")

    def init(self):
        """Refuse any UPDATE and DELETE in the database itself: not even SQL through Odoo changes a decision."""
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION guard_approval_decision_append_only() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'guard_approval_decision is append-only';
            END
            $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS guard_approval_decision_append_only ON guard_approval_decision;
            CREATE TRIGGER guard_approval_decision_append_only BEFORE UPDATE OR DELETE ON guard_approval_decision
                FOR EACH ROW EXECUTE FUNCTION guard_approval_decision_append_only();
        """)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A decision is never changed; a new one may follow it."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A decision is never deleted."))

    def action_open_document(self):
        """Open the document that was judged."""
        self.ensure_one()
        return open_form(self.res_model, self.res_id)

    @api.model
    def _hashed(self, values):
        """The values that the hash covers: stored ones only, no names that may be translated."""
        return {
            "number": values["number"],
            "request": values["request_id"],
            "step": values.get("step_id") or 0,
            "document": f"{values['res_model']},{values['res_id']}",
            "kind": values["kind"],
            "user": values["user_id"],
            "behalf": values.get("behalf_id") or 0,
            "decided_on": fields.Datetime.to_string(values["decided_on"]),
            "comment": values.get("comment") or "",
            "aspect": values.get("aspect") or "",
            "fingerprint": values.get("fingerprint") or "",
            "content": values.get("content") or {},
        }
