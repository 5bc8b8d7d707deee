import io

import xlsxwriter
from odoo.http import Controller, content_disposition, request, route


class Readings(Controller):
    """The file to fill in for who measures away from the page."""

    @route("/guard/inspection/<int:inspection_id>/readings.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def readings_xlsx(self, inspection_id):
        """Units by characteristics with what has been read, for who may read the inspection; for others there is none."""
        inspection = request.env["guard.inspection"].browse(inspection_id)
        if not inspection.has_access("read") or not inspection.exists():
            raise request.not_found()
        name = f"{inspection.name}.xlsx".replace("/", "-")
        return request.make_response(
            make_workbook(inspection),
            [
                ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )


def make_workbook(inspection):
    """The sheet that comes in again by the import; names are written as text always, never as a formula."""
    grid, headings = inspection.get_grid(), inspection._get_headings()
    found = {
        (reading.unit_id.id, reading.characteristic_id.id): reading
        for reading in inspection.sudo().reading_ids
        if reading.state != "void"
    }
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    closed = book.add_format({"bg_color": "#E5E7EB"})
    sheet = book.add_worksheet(inspection.name.replace("/", "-")[:31])
    sheet.set_column(0, len(headings) + 1, 16)
    sheet.freeze_panes(1, 1)
    sheet.write_string(0, 0, inspection.env._("Unit No."), heading)
    for column, (name, line) in enumerate(zip(headings, grid["columns"], strict=True), 1):
        sheet.write_string(0, column, name, heading)
        sheet.write_comment(0, column, line["requirement"] or "")
    for row, unit in enumerate(grid["rows"], 1):
        sheet.write_number(row, 0, unit["number"])
        for column, line in enumerate(grid["columns"], 1):
            reading = found.get((unit["id"], line["id"]))
            value = reading and reading._get_found()
            if reading is None:
                sheet.write_blank(row, column, None, closed)
            elif isinstance(value, float):
                sheet.write_number(row, column, value)
            elif value:
                sheet.write_string(row, column, reading._tell_found(value))
    book.close()
    return buffer.getvalue()
