from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ...tools.readings import DECIMALS, ReadingError, parse_answer, parse_number
from .guard_inspection_characteristic import _tell


class GuardInspectionReading(models.Model):
    """How a reading is taken down, told and kept apart from what others enter (clause 2.2.3)."""

    _inherit = "guard.inspection.reading"

    found = fields.Char("Reading", compute="_compute_found", help="The number as it was typed, or whether it was met.")

    @api.depends("unit_id.number", "characteristic_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for reading in self:
            reading.display_name = reading._name_place()

    @api.depends("kind", "has_value", "value", "answer")
    @api.depends_context("lang")
    def _compute_found(self):
        for reading in self:
            found = reading._get_found()
            reading.found = found is not None and reading._tell_found(found)

    def _enter(self, typed):
        """Take down texts on open readings.

        :param typed: ``{reading id: {"text", "seen", "force"}}``
        :return: ``{"conflicts": [...], "errors": [...]}``
        """
        conflicts, errors, changes = [], [], []
        point, today = self._get_decimal_point(), fields.Date.context_today(self)
        for reading in self:
            entry = typed[reading.id]
            try:
                found = reading._parse(entry.get("text"), point)
            except ReadingError as refusal:
                errors.append({"id": reading.id, "message": self._explain(refusal, entry["text"])})
                continue
            if found == reading._get_found():
                continue
            if reading.void_reason:
                errors.append({"id": reading.id, "message": self.env._("This reading is void and stays as it is.")})
            elif reading._is_foreign(entry):
                conflicts.append({"id": reading.id, "text": reading._tell_found(found), "by": reading.entered_by_id.name})
            elif found is not None and reading._is_overdue(today) and reading._refuses_overdue():
                errors.append({"id": reading.id, "message": reading._explain_overdue()})
            else:
                changes.append((reading, found))
        self._take_down(changes, today)
        return {"conflicts": conflicts, "errors": errors}

    def _take_down(self, changes, today):
        """Write what was found; what it replaces is told in the chatter."""
        if not changes:
            return
        Inspection = self.env["guard.inspection"]
        Inspection._log_overwritten(
            [
                (reading, reading._tell_found(reading._get_found()), reading._tell_found(found))
                for reading, found in changes
                if reading._get_found() is not None
            ]
        )
        now = fields.Datetime.now()
        with self._unsealed():
            for reading, found in changes:
                reading.write(reading._prepare_entry(found, now, today))
            self.flush_recordset()
        self.browse([reading.id for reading, _found in changes]).inspection_id._note_entry()

    def _prepare_entry(self, found, now, today):
        # two entries of the same second must not look like one to who has seen the first
        moment = max(now, self.entered_on + timedelta(seconds=1)) if self.entered_on else now
        is_measured = self.kind == "measured"
        return {
            "has_value": is_measured and found is not None,
            "value": (is_measured and found) or 0.0,
            "answer": not is_measured and found,
            "is_gauge_overdue": found is not None and self._is_overdue(today),
            "entered_by_id": self.env.uid,
            "entered_on": moment,
        }

    def _void(self, reason):
        """Put readings aside with the reason, and open an empty one for each."""
        for inspection, readings in self.grouped("inspection_id").items():
            inspection._message_log(
                body=self.env._(
                    "Void, to be read again: %(readings)s. Reason: %(reason)s",
                    readings=", ".join(f"{reading._name_place()} = {reading._tell_found(reading._get_found())}" for reading in readings),
                    reason=reason,
                )
            )
        with self._unsealed():
            self.write({"void_reason": reason})
            self.flush_recordset()  # the old one leaves its place before the new one takes it
            self.create(
                [
                    {
                        "inspection_id": reading.inspection_id.id,
                        "unit_id": reading.unit_id.id,
                        "characteristic_id": reading.characteristic_id.id,
                        "gauge_id": reading.gauge_id.id,
                    }
                    for reading in self
                ]
            )
        self.inspection_id._note_entry()

    # Questions

    def _get_found(self):
        """What the reading holds: a number, an answer, or None."""
        if self.kind == "attribute":
            return self.answer or None
        return self.value if self.has_value else None

    def _is_foreign(self, entry):
        """Whether somebody else has entered something that whoever sends this has not seen."""
        if entry.get("force") or not self.entered_on or self.entered_by_id == self.env.user:
            return False
        return fields.Datetime.to_string(self.entered_on) != (entry.get("seen") or "")

    def _is_overdue(self, today):
        until = self.gauge_id.guard_calibrated_until
        return bool(until) and until < today

    def _refuses_overdue(self):
        return self.inspection_id.company_id.guard_gauge_overdue != "flag"

    # Words

    @api.model
    def _get_decimal_point(self):
        return self.env["res.lang"]._get_data(code=self.env.lang or "en_US").decimal_point or "."

    def _parse(self, text, decimal_point):
        if isinstance(text, float | int) and not isinstance(text, bool):
            text, decimal_point = repr(text), "."
        if text and not isinstance(text, str):
            raise ReadingError("not_a_number" if self.kind == "measured" else "not_an_answer")
        return parse_answer(text) if self.kind == "attribute" else parse_number(text, decimal_point)

    @api.model
    def _explain(self, refusal, text):
        """Why a text is no reading, and what to type instead."""
        if refusal.code == "ambiguous":
            return self.env._(
                "“%(text)s” may be a thousand or a fraction: type %(whole)s or %(fraction)s.",
                text=text,
                whole=refusal.whole,
                fraction=refusal.fraction,
            )
        if refusal.code == "too_fine":
            return self.env._(
                "“%(text)s” has more than %(count)s decimals: round it as the method says.", text=text, count=DECIMALS
            )
        if refusal.code == "too_large":
            return self.env._("“%(text)s” is larger than any reading. Check what was typed.", text=text)
        if refusal.code == "not_an_answer":
            return self.env._("“%(text)s” is neither met nor not met: type y or n.", text=text)
        return self.env._("“%(text)s” is not a number.", text=text)

    def _explain_overdue(self):
        gauge = self.gauge_id
        keeper = gauge.technician_user_id.name or gauge.maintenance_team_id.name or gauge.owner_user_id.name
        return self.env._(
            "%(gauge)s may not be used: its calibration ran out on %(date)s. %(keeper)s has it calibrated and enters the new "
            "date on it.",
            gauge=gauge.display_name,
            date=format_date(self.env, gauge.guard_calibrated_until),
            keeper=keeper or self.env._("Maintenance"),
        )

    def _tell_found(self, found):
        """A number as it was typed, or the words of an answer."""
        if found is None:
            return self.env._("empty")
        if self.kind == "attribute":
            return dict(self._fields["answer"]._description_selection(self.env))[found]
        return _tell(found).replace(".", self._get_decimal_point())

    def _name_place(self):
        return self.env._(
            "Unit %(number)s, %(characteristic)s", number=self.unit_id.number, characteristic=self.characteristic_id.name
        )

    def _tell(self):
        """The readings as the grid shows them."""
        pictured = set(self._search_pictured())
        return [
            {
                "id": reading.id,
                "unit": reading.unit_id.id,
                "characteristic": reading.characteristic_id.id,
                "text": "" if reading._get_found() is None else reading._tell_text(),
                "state": reading.state,
                "void_reason": reading.void_reason,
                "note": reading.note,
                "has_picture": reading.id in pictured,
                "is_gauge_overdue": reading.is_gauge_overdue,
                "entered_by": reading.entered_by_id.name,
                "entered_on": reading.entered_on and fields.Datetime.to_string(reading.entered_on),
            }
            for reading in self
        ]

    def _tell_text(self):
        return self.answer if self.kind == "attribute" else self._tell_found(self.value)

    def _search_pictured(self):
        """Which of these have a photo, without reading the photos."""
        found = self.env["ir.attachment"].sudo().search_fetch(
            [("res_model", "=", self._name), ("res_field", "=", "picture"), ("res_id", "in", self.ids)], ["res_id"]
        )
        return found.mapped("res_id")
