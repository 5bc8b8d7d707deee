from contextlib import contextmanager, nullcontext

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.gates import declared_gates
from ...tools.passage import is_open, passage


class GuardGateMixin(models.AbstractModel):
    """Stands in ``create``, ``write`` and the computes of a document and asks its gates before a guarded value
    is kept.

    Heirs declare each gate by ``@gate`` on a method that answers for a recordset. The mixin knows one
    question only: does a record enter the guarded value, or take it into another company? Who asks, through
    which button, import, cron or context, makes no difference.

    The step is written inside a savepoint and judged on what came out: values that the same call changed,
    defaults and inverse fields included; a caller that swallows the refusal finds the step undone. A step
    inside a step is judged with it, once, so that a permit is used and a warning logged once.
    """

    _name = "guard.gate.mixin"
    _description = "Document with Gates"

    guard_obstacles = fields.Text("Obstacles", compute="_compute_guard_obstacles", compute_sudo=False)
    is_guard_blocked = fields.Boolean("Blocked by a Gate", compute="_compute_guard_obstacles", compute_sudo=False)

    @api.depends_context("uid", "lang")
    def _compute_guard_obstacles(self):
        """The obstacles that the refusal would name, before the button is pressed.

        They name colleagues and their words: a customer who may read the document is told nothing.
        """
        found = {} if self.env.user.share else self._origin._guard_obstacles()
        for record in self:
            texts = found.get(record._origin, [])
            record.guard_obstacles = "\n".join(texts) or False
            record.is_guard_blocked = bool(texts)

    @api.model_create_multi
    def create(self, vals_list):
        closed = self._guard_closed()
        if not closed:
            return super().create(vals_list)
        expected = any(self._guard_born_inside(asked, vals_list) for asked in closed)
        with self._guard_undoable() if expected else nullcontext():
            records = super().create(vals_list)
            records._guard_pass({asked: records._guard_inside(asked) for asked in closed}, born=True)
        return records

    def write(self, vals):
        closed = self._guard_closed()
        if not any(self._guard_may_enter(asked, vals) for asked in closed) or is_open(self, "step"):
            return super().write(vals)
        with self._guard_undoable(), self._guard_step(closed):
            return super().write(vals)

    def _compute_field_value(self, field):
        """A guarded value that is computed is entered without ``write``: it is judged here.

        Without savepoint, which would flush in the midst of computing. The value from before is put back and
        stays to be computed, so that whoever swallows the refusal meets it again and can't commit.
        """
        closed = self._guard_closed()
        if closed:
            computed = self.pool.field_computed[field]
            closed = [asked for asked in closed if self._fields[asked.field] in computed]
        records = self.filtered(lambda record: record.id and not is_open(record, "step")) if closed else self.browse()
        if not records:
            return super()._compute_field_value(field)
        before = [(record, asked.field, record[asked.field]) for asked in closed for record in records]
        try:
            with records._guard_step(closed):
                return super()._compute_field_value(field)
        except UserError:
            for record, fname, value in before:
                record[fname] = value
            raise

    def action_guard_request_deviation(self):
        """Ask for a permit past the gate that is closed before this document."""
        self.ensure_one()
        self.check_access("read")
        closed = [asked for asked in self._guard_closed() if self._guard_ask(asked, "block")]
        if not closed:
            raise UserError(self.env._("No gate is closed before %(document)s.", document=self.display_name))
        gate = self.env["guard.gate"].search([("code", "=", closed[0].code)])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a Deviation"),
            "res_model": "guard.deviation",
            "view_mode": "form",
            "target": "current",
            "context": {"default_gate_id": gate.id, "default_res_id": self.id},
        }

    # The work

    @api.model
    @tools.ormcache()
    def _guard_declarations(self):
        return declared_gates(self.env.registry[self._name])

    @api.model
    def _guard_closed(self):
        """Declarations of this model whose gate is in force in some company; no query."""
        modes = self.env["guard.gate"]._modes()
        return [asked for asked in self._guard_declarations() if asked.code in modes] if modes else []

    def _guard_born_inside(self, asked, vals_list):
        """Whether values or a default, of code, user or context, name the guarded value for a new record."""
        default = self.default_get([asked.field]).get(asked.field)
        return any(vals.get(asked.field, default) in asked.values for vals in vals_list)

    def _guard_inside(self, asked):
        return self.filtered(lambda record: record[asked.field] in asked.values)

    def _guard_places(self, asked):
        """The records inside the guarded value, each with the company whose policy let it in."""
        return {record: record._guard_company() for record in self._guard_inside(asked)}

    def _guard_may_enter(self, asked, vals):
        """Whether writing these values may take a record in, or one that is in before another company's policy."""
        inside = self._guard_inside(asked) if asked.field in vals or "company_id" in vals else self
        if asked.field in vals and inside != self:
            # as the field will read it: "yes" is true
            value = self._fields[asked.field].convert_to_cache(vals[asked.field], self, validate=False)
            if value in asked.values:
                return True
        return "company_id" in vals and bool(inside)

    @contextmanager
    def _guard_undoable(self):
        """A savepoint that is flushed before its block and not after it.

        What is to be computed from the step is computed when Odoo would: a picking keeps its date while its backorder
        is split off, for instance. When the step is undone, what was not flushed yet goes with it.
        """
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False):
            try:
                yield
            except Exception:
                self.env.cr.clear()
                raise

    @contextmanager
    def _guard_step(self, closed):
        """Judge what the block did to these records."""
        before = {asked: self._guard_places(asked) for asked in closed}
        with passage(self, "step"):
            yield
        entering = {}
        for asked in closed:
            places = self._guard_places(asked).items()
            entering[asked] = self.browse().union(
                *(record for record, company in places if before[asked].get(record) != company)
            )
        self._guard_pass(entering)

    def _guard_ask(self, asked, mode):
        """Obstacles of the records whose company runs the gate in this mode.

        :return: ``{record: [sentence, ...]}`` without empty lists
        """
        gates = self.env["guard.gate"]
        judged = self.filtered(lambda record: gates._mode(asked.code, record._guard_company()) == mode)
        found = getattr(judged.sudo(), asked.method)() if judged else {}
        return {record.with_env(self.env): texts for record, texts in found.items() if texts}

    def _guard_obstacles(self, codes=None):
        """What would be refused to the present user now, permits counted but not used.

        :param codes: gate codes to ask, all by default
        :return: ``{record: [sentence, ...]}``; records that may pass are absent
        """
        found = {}
        for asked in self._guard_closed():
            if codes is not None and asked.code not in codes:
                continue
            blocked = (self - self._guard_inside(asked))._guard_ask(asked, "block")
            permitted = self.env["guard.deviation"]._find(asked.code, self.browse().union(*blocked)) if blocked else {}
            for record, texts in blocked.items():
                if record not in permitted:
                    found.setdefault(record, []).extend(texts)
        return found

    def _guard_hold(self, code):
        """The records that have to wait at this gate: for paths of customers, who are never refused."""
        return self.browse().union(*self._guard_obstacles([code]))

    def _guard_pass(self, entering, born=False):
        """Let the records through that may pass; raise one error for all that may not.

        :param dict entering: ``{declaration: records that just entered its value}``
        :param bool born: the records were created by the very step
        """
        blocked = {}
        for asked, records in entering.items():
            if warned := records._guard_ask(asked, "warn"):
                self.browse().union(*warned)._guard_warn(asked, warned)
            if stopped := records._guard_ask(asked, "block"):
                permitted = self.env["guard.deviation"]._use(asked.code, self.browse().union(*stopped))
                for record in permitted:
                    del stopped[record]
            for record, texts in stopped.items():
                blocked.setdefault(record, {}).setdefault(asked.code, []).extend(texts)
        if blocked:
            self._guard_refuse(blocked, born)

    def _guard_warn(self, asked, warned):
        logged = self.env["guard.deviation"]._log_warned(asked.code, warned)
        if logged and hasattr(self, "_message_log_batch"):
            logged.sudo()._message_log_batch(
                {
                    record.id: self.env._("Passed with a warning: %(obstacles)s", obstacles=" ".join(warned[record]))
                    for record in logged
                }
            )

    def _guard_refuse(self, blocked, born):
        """Raise the one error that names every document, every obstacle and the lawful ways on."""
        gates = {gate.code: gate for gate in self.env["guard.gate"].sudo().search([])}
        self.env["guard.gate.refusal"]._log_after_rollback(
            [
                {
                    "gate_id": gates[code].id,
                    "res_model": self._name,
                    "res_id": not born and record.id,
                    "document": record.sudo().display_name or self._description,
                    "company_id": record._guard_company().id,
                    "user_id": self.env.uid,
                    "obstacles": "\n".join(texts),
                }
                for record, by_code in blocked.items()
                for code, texts in by_code.items()
            ]
        )
        lines = []
        for record, by_code in blocked.items():
            lines.append(
                self.env._(
                    "%(document)s is stopped by: %(gates)s",
                    document=record.sudo().display_name or self._description,
                    gates=", ".join(f"{gates[code].name} ({gates[code].clause_id.number})" for code in by_code),
                )
            )
            lines += [f"• {text}" for texts in by_code.values() for text in texts]
        lines += [
            "",
            self.env._(
                "When it cannot wait, ask for a deviation on the document; "
                "it is decided by someone of the group “%(group)s”.",
                group=self.env.ref("quality_service_guard.group_guard_deviation").sudo().full_name,
            ),
        ]
        raise UserError("\n".join(lines))

    # For heirs

    @api.model
    def _guard_preview(self, code, company):
        """How many open documents of a company this gate would meet if it were closed now."""
        count = 0
        for asked in self._guard_declarations():
            if asked.code == code:
                records = self.sudo().search(self._guard_open_domain(asked, company))
                count += len([texts for texts in getattr(records, asked.method)().values() if texts])
        return count

    @api.model
    def _guard_open_domain(self, asked, company):
        """Documents on their way to the guarded value; heirs leave out what will never get there."""
        domain = Domain(asked.field, "not in", asked.values)
        return domain & Domain("company_id", "=", company.id) if "company_id" in self._fields else domain

    def _guard_company(self):
        """The company whose policy judges the record; empty: the strictest of all."""
        return self.company_id if "company_id" in self._fields else self.env["res.company"]

    def _guard_quantity(self, code):
        """How much of a deviation's quantity the record takes at this gate."""
        return 1.0

    def _guard_measure(self, code):
        """What ``_guard_quantity`` counts, in words for the user."""
        return self.env._("documents")
