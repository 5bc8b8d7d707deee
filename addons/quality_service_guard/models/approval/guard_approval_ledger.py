from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import hash_chain


class GuardApprovalLedger(models.Model):
    """Head of one hash chain of decisions: how many there are and what the last one's hash is.

    Every append locks this row first. Odoo runs in REPEATABLE READ: the second of two writers gets a serialization
    failure there and is repeated as a whole with a fresh view. So the chain can't fork, and nobody decides on what
    they read before somebody else's decision.
    """

    _name = "guard.approval.ledger"
    _description = "Approval Ledger"
    _inherit = ["guard.sealed.mixin"]

    name = fields.Char(required=True)
    count = fields.Integer("Decisions", default=0, aggregator=None)
    last_hash = fields.Char(default=hash_chain.START)

    def _append(self, rows):
        """Chain decisions to this ledger, in the given order.

        :param rows: values of ``guard.approval.decision`` without number and hashes
        """
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(SQL("SELECT count, last_hash FROM guard_approval_ledger WHERE id = %s FOR UPDATE", self.id))
        number, last = self.env.cr.fetchone()
        last = last or hash_chain.START
        Decision = self.env["guard.approval.decision"].sudo()
        for row in rows:
            number += 1
            row.update(ledger_id=self.id, number=number, previous_hash=last, hash_version=hash_chain.VERSION)
            last = row["hash"] = hash_chain.link(last, Decision._hashed(row))
        with Decision._unsealed(), self._unsealed():
            decisions = Decision.create(rows)
            self.sudo().write({"count": number, "last_hash": last})
        return decisions

    def action_verify(self):
        """Verify the whole ledger and say which rows were altered, removed or slipped in."""
        self.check_access("read")
        wrong = self._verify()
        if wrong:
            message = "\n".join(
                self.env._("%(ledger)s, decision %(number)s: %(what)s", ledger=ledger.name, number=number, what=what)
                for ledger, what, number in wrong
            )
        else:
            message = self.env._("%(count)s decisions verified, none was changed.", count=sum(self.mapped("count")))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Verify Ledger"),
                "message": message,
                "type": "danger" if wrong else "success",
                "sticky": bool(wrong),
            },
        }

    def _verify(self):
        """:return: ``[(ledger, "altered" | "missing" | "inserted" in words, number)]``"""
        words = {
            "altered": self.env._("altered"),
            "missing": self.env._("removed"),
            "inserted": self.env._("inserted"),
        }
        wrong = []
        self.env.flush_all()
        self.env.invalidate_all()
        for ledger in self.sudo():
            decisions = (
                self.env["guard.approval.decision"].sudo().search([("ledger_id", "=", ledger.id)], order="number, id")
            )
            rows = [
                (
                    decision.number,
                    decision.previous_hash or hash_chain.START,
                    decision.hash,
                    decision._hashed(decision.read(load=None)[0]),
                )
                for decision in decisions
            ]
            found = hash_chain.verify(rows, ledger.count, ledger.last_hash or hash_chain.START)
            wrong += [(ledger, words[kind], number) for kind, number in found]
        return wrong

    @api.model
    def _for_chain(self, chain):
        with self._unsealed():
            return self.sudo().create({"name": chain.name})
