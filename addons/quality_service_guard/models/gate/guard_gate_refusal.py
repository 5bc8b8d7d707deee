import logging
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)


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
        """Keep the refusals however the transaction ends.

        It is rolled back with what was refused, or it goes on without that, because the caller caught the
        error (an import tells its rows apart so). What was refused twice alike in one transaction is kept once.
        """
        cr = self.env.cr
        rows = cr.postrollback.data.get(self._name)
        if rows is None:
            rows = cr.postrollback.data[self._name] = {}
            log = partial(_log, cr.dbname, rows)
            cr.postrollback.add(log)
            cr.postcommit.add(log)
        rows.update({tuple(sorted(vals.items())): vals for vals in vals_list})

    @api.model
    def _keep(self, rows):
        """Create the rows; of what the rolled back transaction itself had made, nothing is left to point to."""
        for fname in ("gate_id", "company_id", "user_id"):
            known = (
                self.env[self._fields[fname].comodel_name]
                .browse({row[fname] for row in rows if row[fname]})
                .exists()
                .ids
            )
            rows = [{**row, fname: row[fname] in known and row[fname]} for row in rows]
        return self.create([row for row in rows if row["gate_id"]])


def _log(dbname, rows):
    """Write in a transaction of its own; a log that can't be written doesn't hide the refusal it was about."""
    try:
        with Registry(dbname).cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["guard.gate.refusal"]._keep(list(rows.values()))
    except Exception:
        _logger.exception("Refused steps could not be logged")
