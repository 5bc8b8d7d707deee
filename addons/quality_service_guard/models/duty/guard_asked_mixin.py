from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.passage import is_open, passage


class GuardAskedMixin(models.AbstractModel):
    """Something asked of one person until a moment, answered by them and settled by somebody else.

    An heir adds ``state``, which only its buttons move, the answer and who gave it. Until it is settled people edit
    what ``_prepare_edit`` lets through; asked of somebody else or until another moment, the duty goes along.
    """

    _name = "guard.asked.mixin"
    _description = "Asked of One, Settled by Another"
    _inherit = ["guard.duty.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "state, deadline, id"

    _settled_states = ("settled",)
    _asking_fields = {"user_id", "deadline"}  # an edit of these is a new duty

    name = fields.Char(required=True)
    user_id = fields.Many2one("res.users", "Person Asked", index=True, domain="[('share', '=', False)]")
    deadline = fields.Datetime("Due", tracking=True)
    settled_on = fields.Datetime(readonly=True, copy=False)

    def write(self, vals):
        if is_open(self, "state"):
            return super().write(vals)
        kept = self._prepare_edit(vals)
        if any(record.state in self._settled_states for record in self):
            raise UserError(self.env._("It is settled and stays as it is."))
        res = super().write(kept)
        if self._asking_fields & vals.keys():
            self._duty_close()
            self._open_duties()
        return res

    def _set_state(self, state, **values):
        with passage(self, "state"):
            self.write({"state": state, **values})

    def _open_duties(self):
        """Ask whoever is to do something about each now."""
        self._duty_open_many(
            [
                {"document": record, "deadline": record.deadline, **record._prepare_duty()}
                for record in self.sudo()
                if record.user_id
            ]
        )

    # For heirs

    def _prepare_edit(self, vals):
        """Check what somebody typed.

        :return: the values to keep
        """
        return vals

    def _prepare_duty(self):
        """:return: key, user, clause and summary of the duty, as ``_duty_open_many`` takes them"""
        raise NotImplementedError
