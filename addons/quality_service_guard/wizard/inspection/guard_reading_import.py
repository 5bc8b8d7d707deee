import base64
import codecs
import csv
import io
import math
import zipfile

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.readings import ReadingError

MOST_BYTES = 5 * 1024 * 1024
MOST_TOLD = 20  # complaints in one message
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class GuardReadingImport(models.TransientModel):
    """Readings from a file, units by characteristics: all of them come in, or none (clause 2.2.3)."""

    _name = "guard.reading.import"
    _description = "Import Readings"

    inspection_id = fields.Many2one("guard.inspection", required=True, readonly=True, ondelete="cascade")
    file = fields.Binary(help="A spreadsheet (XLSX) or CSV: a row for each unit, a column for each characteristic.")
    file_name = fields.Char()
    is_replacing = fields.Boolean(
        "Replace What Has Been Entered", help="Otherwise a cell that says something else than the page is an error."
    )

    def action_download(self):
        """The file to fill in, with what has been read so far."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/guard/inspection/{self.inspection_id.id}/readings.xlsx",
            "target": "download",
        }

    def action_import(self):
        """Enter what the file says; where anything in it is wrong, nothing is entered and all of it is told."""
        self.ensure_one()
        inspection = self.inspection_id
        inspection._check_may_enter()
        header, *rows = self._read_rows() or [[]]
        complaints, places = [], {}
        columns = self._match_columns(header, complaints)
        entries = self._collect(columns, rows, complaints, places)
        if not complaints:
            answer = inspection.enter_readings(entries)
            complaints += self._complain(answer, places)
        if complaints:
            raise UserError(self._tell(complaints))
        if not entries:
            raise UserError(self.env._("There are no readings in the file. Fill in the cells below the characteristics."))
        return {"type": "ir.actions.act_window_close"}

    # The work

    def _read_rows(self):
        """Rows of the file as ``[(row number, cells)]`` without empty ones, the first as a plain list of headers."""
        content = base64.b64decode(self.file or b"")
        if not content:
            raise UserError(self.env._("Choose a file first."))
        if len(content) > MOST_BYTES:
            raise UserError(self.env._("The file is larger than 5 MB. Save only the sheet of readings."))
        try:
            rows = self._read_xlsx(content) if zipfile.is_zipfile(io.BytesIO(content)) else self._read_csv(content)
        except UserError:
            raise
        except Exception as error:  # whatever the libraries find wrong with a file of somebody else
            raise UserError(
                self.env._("%(file)s cannot be read. Save it as XLSX or CSV, or begin with the file offered here.", file=self.file_name or "")
            ) from error
        numbered = [(number, row) for number, row in enumerate(rows, 1) if any(cell not in (None, "") for cell in row)]
        return numbered and [numbered[0][1], *numbered[1:]]

    def _read_xlsx(self, content):
        # numbers stay numbers: as text they would be read by the decimal sign of a language
        import openpyxl  # as Odoo does: here, since it takes long to load

        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, read_only=True)
        most = len(self.inspection_id.unit_ids) * 2 + 100
        return [list(row) for row in book.worksheets[0].iter_rows(max_row=most, max_col=500, values_only=True)]

    def _read_csv(self, content):
        # Excel saves CSV in the code page of its country: what is no UTF-8 is read as Chinese, which takes ASCII too
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = content.decode("utf-16")
        else:
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = content.decode("gb18030")
        if "\0" in text:
            raise ValueError("no text")
        header = text.partition("\n")[0]
        return list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=header.count)))

    def _match_columns(self, header, complaints):
        """``{column: characteristic}``; every header names one, the first the unit."""
        known = {_plain(name): line for name, line in zip(self.inspection_id._get_headings(), self._get_lines(), strict=True)}
        columns = {}
        if _plain(header[0] if header else "") not in (_plain(self.env._("Unit No.")), "unit no.", "unit"):
            complaints.append(self.env._("Row 1, column A: the first column is the number of the unit; head it “Unit No.”."))
        for column, name in list(enumerate(header))[1:]:
            line = known.get(_plain(name))
            if line and line in columns.values():
                complaints.append(self._place(1, column, self.env._("“%(name)s” is there twice.", name=name)))
            elif line:
                columns[column] = line
            elif _plain(name):
                complaints.append(
                    self._place(
                        1,
                        column,
                        self.env._(
                            "“%(name)s” is no characteristic of %(spec)s.",
                            name=name,
                            spec=self.inspection_id.sudo().spec_id.display_name,
                        ),
                    )
                )
        return columns

    def _collect(self, columns, rows, complaints, places):
        """Entries of the cells that say something; ``places`` learns which reading stands where."""
        inspection = self.inspection_id.sudo()
        units = {unit.number: unit for unit in inspection.unit_ids}
        readings = {
            (reading.unit_id, reading.characteristic_id): reading
            for reading in inspection.reading_ids
            if reading.state != "void"
        }
        entries, seen = [], {}
        for number, cells in rows:
            unit = units.get(_whole(cells[0]))
            if not unit:
                text = self.env._("“%(unit)s” is no unit of the sample.", unit="" if cells[0] is None else cells[0])
                complaints.append(self._place(number, 0, text))
                continue
            if unit in seen:
                text = self.env._("Unit %(unit)s stands in row %(row)s already.", unit=unit.number, row=seen[unit])
                complaints.append(self._place(number, 0, text))
                continue
            seen[unit] = number
            for column, cell in enumerate(cells):
                if column and column not in columns and not _is_blank(cell):
                    complaints.append(self._place(number, column, self.env._("this column has no characteristic.")))
                elif column and not _is_blank(cell):
                    reading = readings.get((unit, columns[column]))
                    if not reading:
                        text = self.env._("this characteristic is not asked of unit %(unit)s.", unit=unit.number)
                        complaints.append(self._place(number, column, text))
                        continue
                    entry = self._prepare_entry(reading, cell, number, column, complaints)
                    entries += [entry] if entry else []
                    places[reading.id] = (number, column)
        return entries

    def _prepare_entry(self, reading, cell, row, column, complaints):
        before = reading._get_found()
        try:
            found = reading._parse(_as_typed(cell), reading._get_decimal_point())
        except ReadingError as refusal:
            complaints.append(self._place(row, column, reading._explain(refusal, str(cell))))
            return None
        if before is not None and found != before and not self.is_replacing:
            text = self.env._(
                "%(before)s was entered by %(user)s; the file says %(after)s.",
                before=reading._tell_found(before),
                after=reading._tell_found(found),
                user=reading.entered_by_id.name,
            )
            complaints.append(self._place(row, column, text))
            return None
        return {"id": reading.id, "text": _as_typed(cell), "force": self.is_replacing}

    def _complain(self, answer, places):
        """What was refused on entry, by cell; a gauge that is overdue once, not for each cell."""
        complaints, told = [], set()
        for error in answer["errors"]:
            if error["message"] not in told:
                told.add(error["message"])
                complaints.append(self._place(*places[error["id"]], error["message"]))
        for conflict in answer["conflicts"]:
            text = self.env._("%(user)s has entered something else meanwhile.", user=conflict["by"])
            complaints.append(self._place(*places[conflict["id"]], text))
        return complaints

    def _tell(self, complaints):
        told = complaints[:MOST_TOLD]
        if len(complaints) > MOST_TOLD:
            told.append(self.env._("… and %(count)s more.", count=len(complaints) - MOST_TOLD))
        return self.env._(
            "Nothing was imported into %(inspection)s:\n%(complaints)s",
            inspection=self.inspection_id.name,
            complaints="\n".join(told),
        )

    def _place(self, row, column, complaint):
        return self.env._("Row %(row)s, column %(column)s: %(complaint)s", row=row, column=_letter(column), complaint=complaint)

    def _get_lines(self):
        return self.inspection_id.sudo().spec_id.characteristic_ids


def _plain(text):
    """A header without differences that nobody sees."""
    return " ".join(str(text or "").replace("\ufeff", "").split()).casefold()


def _is_blank(cell):
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _whole(cell):
    """The number of a unit, or None."""
    if isinstance(cell, str):
        cell = cell.strip()
        return int(cell) if cell.isdecimal() else None
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return int(cell)
    return cell if isinstance(cell, int) and not isinstance(cell, bool) else None


def _as_typed(cell):
    """A cell as somebody would have typed it: Excel keeps yes and no as truth values."""
    if isinstance(cell, bool):
        return "y" if cell else "n"
    if isinstance(cell, float) and math.isfinite(cell):
        return round(cell, 9)  # 0.1 + 0.2 is 0.3 for who made the sheet
    return cell if isinstance(cell, int) else str(cell)


def _letter(column):
    """The name of a column as spreadsheets show it, from 0.

    >>> _letter(0), _letter(25), _letter(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
