from odoo import fields, models


class GuardConcession(models.Model):
    """Who signs a concession, who may not, and what follows (clause 2.2.3)."""

    _inherit = "guard.concession"

    def _get_barred(self):
        """Who has a part in the goods: whoever read them, and whoever bought them. Nobody concedes their own."""
        inspection = self.sudo().inspection_id
        return inspection.reading_ids.entered_by_id | inspection.move_id.purchase_line_id.order_id.user_id

    def _approval_amount(self):
        record = self.sudo()
        return record.quantity * record.product_id.with_company(record.company_id).standard_price

    def _approval_clause(self):
        return self.env.ref("quality_service_guard.clause_2_2_3")

    def _approval_veto(self, step, kind):
        if kind != "approved":
            return None
        if self.env.user in self._get_barred():
            return self.env._(
                "you have read or bought these goods, and nobody concedes their own. Ask a colleague of %(step)s.",
                step=step.display_name,
            )
        return self._complain() or step.aspect == "sales" and self._complain_about_consent() or None

    def _approval_granted(self):
        for concession in self:
            # one after the other: each takes of the same goods
            concession._check_can_be_conceded()
            concession._concede()
        self._set_state("granted", decided_on=fields.Datetime.now())
        self.sudo().inspection_id._resettle()
        for concession in self.sudo():
            concession.inspection_id._message_log(
                body=self.env._(
                    "%(concession)s grants %(quantity)s %(unit)s.",
                    concession=concession.name,
                    quantity=f"{concession.quantity:g}",
                    unit=concession.uom_id.name,
                )
            )
            inspection = concession.inspection_id
            if not inspection.move_id and inspection.workorder_id.state in (False, "done"):
                concession._note_use()
        self.sudo().disposition_id._settle(self.env._("The concession was granted."))

    def _approval_refused(self, comment):
        self._set_state("refused", decided_on=fields.Datetime.now())
        self.sudo().disposition_id._reopen(self.env._("The concession was refused: %(comment)s", comment=comment))
