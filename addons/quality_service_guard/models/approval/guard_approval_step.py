from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GuardApprovalStep(models.Model):
    """One department's place in a chain: who judges which aspect, in which order, until when."""

    _name = "guard.approval.step"
    _description = "Approval Step"
    _order = "chain_id, sequence, id"

    chain_id = fields.Many2one("guard.approval.chain", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer("Order", default=10, help="Steps of equal order run side by side.")
    name = fields.Char("Department", required=True, translate=True)
    aspect = fields.Char(required=True, help="What this step judges, as the document's model declares it.")
    group_id = fields.Many2one("res.groups", "Asked Group", ondelete="restrict")
    user_ids = fields.Many2many("res.users", string="Asked People", domain="[('share', '=', False)]")
    minimum = fields.Integer("How Many", default=1, help="How many of them must approve.")
    deadline_hours = fields.Float("Deadline", default=8.0, help="In hours of the working time of who is asked.")
    confirm_identity = fields.Boolean(
        "Password", help="Who approves at this step enters the password again (not older than ten minutes)."
    )

    _minimum_positive = models.Constraint("CHECK (minimum >= 1)", "At least one person must approve a step.")
    _deadline_positive = models.Constraint("CHECK (deadline_hours >= 0)", "A deadline cannot be negative.")

    @api.constrains("group_id", "user_ids", "aspect", "chain_id")
    def _check_step(self):
        for step in self:
            if not step.group_id and not step.user_ids:
                raise ValidationError(self.env._("Step %(step)s: name a group or people to ask.", step=step.name))
            aspects = self.env[step.chain_id.model]._approval_aspects
            if step.aspect not in aspects:
                raise ValidationError(
                    self.env._(
                        "Step %(step)s: “%(aspect)s” is not an aspect of these documents. Possible: %(aspects)s.",
                        step=step.name,
                        aspect=step.aspect,
                        aspects=", ".join(aspects),
                    )
                )

    def _prepare_request_step_values(self):
        """The step as a request keeps it, whatever the chain becomes later."""
        return {
            "origin_id": self.id,
            "sequence": self.sequence,
            "name": self.name,
            "aspect": self.aspect,
            "group_id": self.group_id.id,
            "user_ids": self.user_ids.ids,
            "minimum": self.minimum,
            "deadline_hours": self.deadline_hours,
            "confirm_identity": self.confirm_identity,
        }
