from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Command


class GuardApprovalRequest(models.Model):
    """Asking: a request is opened, its steps are asked in their order, and asked again where what they judged is edited."""

    _inherit = "guard.approval.request"

    @api.model
    def _open(self, asked, requester):
        """Put documents before chains.

        :param asked: ``[(document, chain, {aspect: content})]``
        :param requester: who asks; never an approver of it
        :raise UserError: a step has nobody to ask
        """
        now = fields.Datetime.now()
        with self._unsealed(), self.env["guard.approval.request.step"]._unsealed():
            requests = self.sudo().create(
                [
                    {
                        "chain_id": chain.id,
                        "clause_id": document._approval_clause().id,
                        "res_model": document._name,
                        "res_id": document.id,
                        "document": document.sudo().display_name,
                        "company_id": document.company_id.id,
                        "amount": document._approval_amount(),
                        "requester_id": requester.id,
                        "asked_on": now,
                        "step_ids": [
                            Command.create({**step._prepare_request_step_values(), "content": contents[step.aspect]})
                            for step in chain.step_ids
                        ],
                    }
                    for document, chain, contents in asked
                ]
            )
        requests.step_ids._assign()
        told = defaultdict(list)
        requests._advance(told)
        requests._log(told)
        return requests

    def _advance(self, told):
        """Ask the next steps, and grant the documents of which none is left."""
        finished, waiting = self.browse(), self.step_ids.browse()
        for request in self:
            left = request.step_ids.filtered(lambda step: step.state != "approved")
            if left:
                order = min(left.mapped("sequence"))
                waiting |= left.filtered(lambda step, order=order: step.sequence == order and step.state == "waiting")
            else:
                finished |= request
        waiting._ask(told)
        if finished:
            finished._close("approved")
            for request in finished:
                told[request].append(self.env._("Approved by all who were asked."))
            for documents in finished._documents_by_model():
                documents._approval_granted()

    def _close(self, state):
        with self._unsealed(), self.step_ids._unsealed():
            self.write({"state": state, "decided_on": fields.Datetime.now()})
            left = self.step_ids.filtered(lambda step: step.state in ("pending", "waiting"))
            left.write({"state": "withdrawn"})
        left._close_duties()

    def _withdraw(self, reason):
        """Take running requests back, on record."""
        running = self.sudo().filtered(lambda request: request.state == "pending")
        nobody = self.env["res.users"]
        running._enter([(request, request.step_ids.browse(), "withdrawn", reason, nobody) for request in running])
        running._close("withdrawn")

    def _reopen(self, stale):
        """Ask the departments again whose judged content was edited; the others' approvals stand.

        :param stale: approved steps of these requests whose content is not what was judged
        """
        requests, told, nobody = self.sudo(), defaultdict(list), self.env["res.users"]
        changes = {step: step._describe_change() for step in stale}
        requests._enter([(step.request_id, step, "voided", changes[step], nobody) for step in stale])
        with requests._unsealed(), stale._unsealed():
            requests.write({"state": "pending", "decided_on": False})
            for step in stale:
                step.write(
                    {
                        "state": "waiting",
                        "voided_content": step.judged_content,
                        "approved_by_ids": [Command.clear()],
                        "approved_for_ids": [Command.clear()],
                    }
                )
        for step in stale:
            told[step.request_id].append(
                self.env._(
                    "%(step)s is asked again, because this was changed after the approval: %(change)s",
                    step=step.display_name,
                    change=changes[step],
                )
            )
        requests._advance(told)
        requests._log(told)
