from odoo import SUPERUSER_ID, api, fields, models
from odoo.modules.registry import Registry


class GuardGateRefusal(models.Model):
    """A step that a closed gate refused; written after the rollback that the refusal caused.

    The document is named by model and id without a foreign key: it may have been rolled back with the
    step that would have created it.
    """

    _name = "guard.gate.refusal"
    _description = "Refused Step"
    _order = "date desc, id desc"
    _rec_name = "document"

    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    gate_id = fields.Many2one("guard.gate", required=True, index=True, ondelete="cascade")
    res_model = fields.Char("Document Model", required=True)
    res_id = fields.Many2oneReference("Document ID", model_field="res_model")
    document = fields.Char(required=True)
    company_id = fields.Many2one("res.company", index=True)
    user_id = fields.Many2one("res.users", "Refused To", index=True)
    obstacles = fields.Text(required=True)

    _document_index = models.Index("(res_model, res_id)")

    @api.model
    def _log_after_rollback(self, vals_list):
        """Keep the refusals although the transaction that met them is rolled back."""
        dbname, written = self.env.cr.dbname, []

        def log():
            if not written:  # a request that is retried rolls back more than once
                written.append(True)
                with Registry(dbname).cursor() as cr:
                    api.Environment(cr, SUPERUSER_ID, {})["guard.gate.refusal"].create(vals_list)

        self.env.cr.postrollback.add(log)
