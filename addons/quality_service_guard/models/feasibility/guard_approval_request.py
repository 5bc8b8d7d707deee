from collections import defaultdict

from odoo import models
from odoo.fields import Command


class GuardApprovalRequest(models.Model):
    _inherit = "guard.approval.request"

    def _ask_also(self, steps):
        """Ask more people than the chain names, together with those who are asked next.

        :param steps: values of the steps: name, aspect, user_ids or group_id, deadline_hours
        """
        self.ensure_one()
        request = self.sudo()
        left = request.step_ids.filtered(lambda step: step.state in ("pending", "waiting"))
        content = request._get_document()._approval_contents()
        contents = next(iter(content.values()))
        with request._unsealed(), request.step_ids._unsealed():
            before = request.step_ids
            request.write(
                {
                    "state": "pending",
                    "step_ids": [
                        Command.create(
                            {"sequence": min(left.mapped("sequence"), default=99), **step, "content": contents[step["aspect"]]}
                        )
                        for step in steps
                    ],
                }
            )
        (request.step_ids - before)._assign()
        told = defaultdict(list)
        request._advance(told)
        request._log(told)
