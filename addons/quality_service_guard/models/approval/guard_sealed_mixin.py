from odoo import api, models
from odoo.exceptions import UserError

from ...tools.passage import is_open, passage


class GuardSealedMixin(models.AbstractModel):
    """Records that only their own methods create, change or delete, whoever calls and with whatever rights.

    Access rights keep users out; the seal also stops ``sudo()`` of other code, import and server actions.
    """

    _name = "guard.sealed.mixin"
    _description = "Sealed Record"

    @api.model
    def default_get(self, fields):
        """The model's own defaults: what a user or a caller has set as default decides nothing here."""
        names = super().default_get(fields)
        return {name: self._fields[name].default(self) for name in names if self._fields[name].default}

    @api.model_create_multi
    def create(self, vals_list):
        self._check_seal()
        return super().create(vals_list)

    def write(self, vals):
        self._check_seal()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_sealed(self):
        self._check_seal()

    def _unsealed(self):
        """Context manager for the model's own methods."""
        return passage(self.browse(), "engine")

    def _check_seal(self):
        if not is_open(self.browse(), "engine"):
            raise UserError(
                self.env._("%(model)s: changed only by its own buttons, never directly.", model=self._description)
            )
