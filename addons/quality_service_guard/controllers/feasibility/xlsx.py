import io

import xlsxwriter
from odoo import fields
from odoo.http import Controller, content_disposition, request, route

CHART_ROWS = 15  # that a chart is high; a block of weeks takes as many at least


class Feasibility(Controller):
    """What was reckoned for an order, for who goes on reckoning in a spreadsheet."""

    @route("/guard/feasibility/<int:feasibility_id>/xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def feasibility_xlsx(self, feasibility_id):
        """The workbook of a reckoning, for who may read it; for anybody else there is none."""
        feasibility = request.env["guard.feasibility"].browse(feasibility_id)
        if not feasibility.has_access("read") or not feasibility.exists():
            raise request.not_found()
        name = f"{feasibility.display_name}.xlsx".replace("/", "-")
        return request.make_response(
            Workbook(feasibility).make(),
            [
                ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )


class Workbook:
    """Four sheets: lines, steps, load, and who would have to wait.

    Names come from people: they are written as text always, never as a formula.
    """

    def __init__(self, feasibility):
        self.feasibility, self.env = feasibility, feasibility.env
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self.heading = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.text = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "align": "left"})
        self.number = self.book.add_format({"num_format": "#,##0.00", "valign": "top"})
        self.percent = self.book.add_format({"num_format": "0%", "valign": "top"})

    def make(self):
        """The bytes of the file."""
        self._write_lines()
        self._write_steps()
        self._write_load()
        self._write_displaced()
        self.book.close()
        return self.buffer.getvalue()

    # Sheets

    def _write_lines(self):
        sheet = self._sheet(
            self.env._("Lines"),
            [
                (self.env._("Product"), 30),
                (self.env._("Quantity"), 10),
                (self.env._("Unit"), 10),
                (self.env._("Promised Date"), 17),
                (self.env._("Earliest Date"), 17),
                (self.env._("Earliest Date Before Others"), 17),
                (self.env._("Slack (working hours)"), 12),
                (self.env._("Can It Be Kept?"), 18),
                (self.env._("Why"), 60),
                (self.env._("Half the Time By"), 17),
                (self.env._("Nine Times of Ten By"), 17),
                (self.env._("Deliveries Seen"), 11),
            ],
        )
        verdicts = dict(self.env["guard.feasibility.line"]._fields["verdict"]._description_selection(self.env))
        for row, line in enumerate(self.feasibility.line_ids, 1):
            known = line.sudo()  # names of what the reader may read the figures of
            comparable = line.date_earliest and line.date_promised
            self._write_row(
                sheet,
                row,
                [
                    known.product_id.display_name,
                    line.quantity,
                    known.product_uom_id.name,
                    line.date_promised,
                    line.date_earliest,
                    line.date_first,
                    line.slack_hours if comparable else None,
                    verdicts[line.verdict],
                    line.sentence,
                    line.date_p50,
                    line.date_p90,
                    line.basis_count,
                ],
            )

    def _write_steps(self):
        kinds = {
            "stock": self.env._("From stock"),
            "buy": self.env._("Buy"),
            "make": self.env._("Make"),
            "kit": self.env._("Kit"),
            "subcontract": self.env._("Subcontract"),
            "service": self.env._("Service"),
            "operation": self.env._("Operation"),
            "missing": self.env._("Not known"),
        }
        waits = {
            "machine": self.env._("Waits for machine (h)"),
            "people": self.env._("Waits for people (h)"),
            "equipment": self.env._("Waits for equipment (h)"),
            "material": self.env._("Waits for material (h)"),
        }
        sheet = self._sheet(
            self.env._("Steps"),
            [
                (self.env._("Line"), 30),
                (self.env._("Level"), 7),
                (self.env._("Step"), 15),
                (self.env._("Product"), 30),
                (self.env._("Operation"), 25),
                (self.env._("Work Center"), 25),
                (self.env._("Vendor or bill of materials"), 30),
                (self.env._("Quantity"), 10),
                (self.env._("From stock"), 10),
                (self.env._("Unit"), 10),
                (self.env._("Start"), 17),
                (self.env._("End"), 17),
                *((name, 12) for name in waits.values()),
                (self.env._("Behind"), 40),
            ],
        )
        steps = [(line.sudo().product_id.display_name, step) for line in self.feasibility.line_ids for step in line.steps or ()]
        for row, (name, step) in enumerate(steps, 1):
            waited = [step["waits"].get(wait) for wait in waits]
            self._write_row(sheet, row, [name, step["level"], kinds[step["kind"]], *_what(step), *waited, _behind(step)])

    def _write_load(self):
        load = self.feasibility.load or {}
        weeks, names = load.get("weeks") or [], self._load_names()
        headings = [
            (self.env._("Work Center"), 25),
            (self.env._("Week of"), 12),
            *((name, 14) for name in names.values()),
            (self.env._("Taken"), 8),
        ]
        sheet = self._sheet(self.env._("Load"), headings)
        first = 1
        for centre in load.get("centres") or ():
            for week, monday in enumerate(weeks):
                hours = [centre[key][week] for key in names]
                capacity, taken = hours[0], sum(hours[1:])
                self._write_row(sheet, first + week, [centre["name"], monday, *hours])
                if capacity:
                    sheet.write_number(first + week, len(headings) - 1, taken / capacity, self.percent)
            self._draw(sheet, centre, first, len(weeks), list(names.values()))
            first += max(len(weeks), CHART_ROWS) + 1

    def _load_names(self):
        """What the hours of a week are: the capacity first, then what takes it."""
        return {
            "capacity": self.env._("Capacity (h)"),
            "load": self.env._("Other work (h)"),
            "reserved": self.env._("Reserved (h)"),
            "own": self.env._("This order (h)"),
        }

    def _draw(self, sheet, centre, first, count, names):
        """What is taken as a stack of bars below the line of what there is."""
        if not count:
            return
        title, last = sheet.get_name(), first + count - 1
        series = [
            {"name": name, "categories": [title, first, 1, last, 1], "values": [title, first, column, last, column]}
            for column, name in enumerate(names, 2)
        ]
        bars = self.book.add_chart({"type": "column", "subtype": "stacked"})
        for values, color in zip(series[1:], ("#9CA3AF", "#E0A526", "#714B67"), strict=True):
            bars.add_series({**values, "fill": {"color": color}, "gap": 60})
        line = self.book.add_chart({"type": "line"})
        line.add_series({**series[0], "line": {"color": "#374151", "width": 2}})
        bars.combine(line)
        bars.set_title({"name": _plain(centre["name"]), "overlay": False})
        bars.set_legend({"position": "bottom"})
        sheet.insert_chart(first, len(names) + 4, bars, {"x_scale": 1.3})

    def _write_displaced(self):
        sheet = self._sheet(
            self.env._("Displaced"),
            [
                (self.env._("Sales Order"), 16),
                (self.env._("Manufacturing Order"), 20),
                (self.env._("Salesperson"), 25),
                (self.env._("Promised Date"), 17),
                (self.env._("Ready Before"), 17),
                (self.env._("Ready After"), 17),
                (self.env._("Slips by (working hours)"), 12),
                (self.env._("Promise"), 14),
            ],
        )
        for row, slip in enumerate(self.feasibility.displaced or (), 1):
            self._write_row(
                sheet,
                row,
                [
                    _name(slip, "order"),
                    _name(slip, "production"),
                    _name(slip, "user"),
                    *(fields.Datetime.to_datetime(slip[key]) for key in ("promised", "before", "after")),
                    slip["hours"],
                    self.env._("broken") if slip["breaks"] else self.env._("still kept") if slip["promised"] else "",
                ],
            )

    # Cells

    def _sheet(self, name, headings):
        """A sheet with its headings: ``[(text, width)]``."""
        sheet = self.book.add_worksheet(name[:31])
        for column, (text, width) in enumerate(headings):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, str(text), self.heading)
        sheet.freeze_panes(1, 1)
        return sheet

    def _write_row(self, sheet, row, values):
        """A row by what its values are: moments where the reader lives, numbers, and text."""
        for column, value in enumerate(values):
            if value is None or value is False or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(row, column, value, self.text)
            elif isinstance(value, int | float):
                sheet.write_number(row, column, value, self.number)
            else:
                local = fields.Datetime.context_timestamp(self.feasibility, value).replace(tzinfo=None)
                sheet.write_datetime(row, column, local, self.moment)


def _what(step):
    """What is done, where, of whom or by what recipe, how much and when."""
    return [
        _name(step, "product"),
        _name(step, "operation"),
        _name(step, "machine"),
        _name(step, "vendor") or _name(step, "bom"),
        step["quantity"],
        step["taken"],
        step["unit"],
        fields.Datetime.to_datetime(step["start"]),
        fields.Datetime.to_datetime(step["end"]),
    ]


def _behind(step):
    """The documents that hold the machine before."""
    return ", ".join(blocker[2] for blocker in step.get("blockers") or ())


def _name(told, key):
    pair = told.get(key)
    return pair[1] if pair else ""


def _plain(name):
    """A title that begins with an equals sign would be read as a reference to a cell."""
    return name.lstrip("=") or " "
