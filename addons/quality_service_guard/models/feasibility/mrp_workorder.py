from odoo import models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    # the last ones done of an operation, however many there were
    _guard_last_done_index = models.Index(
        "(operation_id, date_finished DESC, id DESC) WHERE state = 'done' AND qty_produced > 0"
    )
