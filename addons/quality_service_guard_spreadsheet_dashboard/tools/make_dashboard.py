#!/usr/bin/env python3
"""Writes the dashboard of order reviews; call it after a change and keep what it writes.

A production manager reads from it what waits, where and since when. It computes with the rights of who looks.
"""

import json
from pathlib import Path

TARGET = Path(__file__).parent.parent / "data" / "files" / "order_review_dashboard.json"
VERSION = "18.5.10"  # of the spreadsheet format of Odoo 19.0
GUARD = "quality_service_guard."
TITLE, HEAD, CELL = 1, 2, 3
WAITING = [["guard_clause_id", "!=", False]]
ROWS = 12


def figure(name, x, row, width, height, data):
    """A chart, so many pixels from the left."""
    return {
        "id": name, "tag": "chart", "col": 0, "row": row, "offset": {"x": x, "y": 4},
        "width": width, "height": height, "data": {"chartId": name, "background": "#FFFFFF", **data},
    }  # fmt: skip


def score(name, x, title, cell):
    """A big number."""
    return figure(
        name, x, 0, 256, 100,
        {"type": "scorecard", "title": {"text": title, "bold": True, "color": "#434343"}, "keyValue": f"Data!{cell}",
         "background": "#EFF6FF", "baselineMode": "text", "baselineColorDown": "#DC6965", "baselineColorUp": "#00A04A",
         "humanize": False},
    )  # fmt: skip


def chart(name, kind, x, row, title, model, group, measure="__count", domain=()):
    """An Odoo chart, which opens the records that it counts."""
    return figure(
        name, x, row, 528, 320,
        {"type": f"odoo_{kind}", "id": name, "title": {"text": title, "bold": True, "color": "#434343"},
         "legendPosition": "none" if len(group) == 1 else "top", "stacked": True, "verticalAxisPosition": "left",
         "fieldMatching": {}, "dataSets": [{}],
         "metaData": {"groupBy": group, "measure": measure, "order": None, "resModel": model, "mode": kind},
         "searchParams": {"comparison": None, "context": {}, "domain": list(domain), "groupBy": group, "orderBy": []}},
    )  # fmt: skip


def count(number, name, model, domain):
    """A pivot of one figure: how many records there are."""
    measure = {"id": "__count:sum", "fieldName": "__count", "aggregator": "sum"}
    return {
        "type": "ODOO", "id": str(number), "formulaId": str(number), "name": name, "model": model, "domain": domain,
        "context": {}, "measures": [measure], "rows": [], "columns": [], "sortedColumn": None, "fieldMatching": {},
    }  # fmt: skip


def sheet(name, cells, styles, figures=(), columns=None, visible=True):
    """One sheet of the spreadsheet."""
    return {
        "id": name.lower(), "name": name, "colNumber": 6, "rowNumber": 60, "rows": {}, "cols": columns or {}, "merges": [],
        "cells": cells, "styles": styles, "formats": {}, "borders": {}, "conditionalFormats": [], "dataValidationRules": [],
        "figures": list(figures), "tables": [], "areGridLinesVisible": False, "isVisible": visible,
        "headerGroups": {"ROW": [], "COL": []}, "comments": {},
    }  # fmt: skip


def listed(number, first_row, title, menu, columns):
    """Cells of a list with its title, which is a link to the menu, and the style of each."""
    last = "ABCDEF"[len(columns) - 1]
    cells = {f"A{first_row}": f"[{title}](odoo://ir_menu_xml_id/{menu})"}
    styles = {f"A{first_row}": TITLE, f"A{first_row + 1}:{last}{first_row + 1}": HEAD}
    for letter, field in zip("ABCDEF", columns, strict=False):
        cells[f"{letter}{first_row + 1}"] = f'=ODOO.LIST.HEADER({number},"{field}")'
        for row in range(1, ROWS + 1):
            cells[f"{letter}{first_row + 1 + row}"] = f'=ODOO.LIST({number},{row},"{field}")'
    styles[f"A{first_row + 2}:{last}{first_row + 1 + ROWS}"] = CELL
    return cells, styles


def odoo_list(number, name, model, columns, domain, order):
    """The records behind a list."""
    return {
        "id": str(number), "name": name, "model": model, "columns": list(columns), "domain": domain, "context": {},
        "orderBy": [{"name": order, "asc": True}], "fieldMatching": {},
    }  # fmt: skip


def build():
    """The whole document."""
    duties = ("res_name", "summary", "user_id", "create_date", "guard_deadline")
    issues = ("order_id", "name", "user_id", "create_date", "deadline")
    duty_cells, duty_styles = listed(1, 25, "What waits, longest due first", f"{GUARD}menu_guard_duty", duties)
    issue_cells, issue_styles = listed(2, 41, "Open issues", f"{GUARD}menu_guard_review_issue", issues)
    figures = [
        score("in_review", 4, "Orders in review", "C1"),
        score("late", 274, "Duties that are late", "C2"),
        score("issues", 544, "Open issues", "C3"),
        score("today", 814, "Duties due today", "C4"),
        chart(
            "where",
            "bar",
            4,
            6,
            "Where it waits",
            "guard.approval.request.step",
            ["name"],
            domain=[["state", "=", "pending"]],
        ),
        chart(
            "since",
            "bar",
            544,
            6,
            "Since when it waits",
            "guard.approval.request",
            ["asked_on:week"],
            domain=[["state", "=", "pending"]],
        ),
    ]
    menus = {
        "in_review": "menu_guard_order_review", "late": "menu_guard_duty", "issues": "menu_guard_review_issue",
        "today": "menu_guard_duty", "where": "menu_guard_approval_my", "since": "menu_guard_approval_my",
    }  # fmt: skip
    data = {
        f"A{row}": f'=_t("{text}")'
        for row, text in enumerate(("Orders in review", "Duties that are late", "Open issues", "Duties due today"), 1)
    }
    data |= {f"B{row}": f'=PIVOT.VALUE({row},"__count:sum")' for row in range(1, 5)}
    data |= {f"C{row}": f"=SUM(B{row}:B{row})" for row in range(1, 5)}  # nothing to count is 0 here
    return {
        "version": VERSION,
        "revisionId": "START_REVISION",
        "uniqueFigureIds": True,
        "settings": {
            "locale": {
                "name": "English (US)", "code": "en_US", "thousandsSeparator": ",", "decimalSeparator": ".",
                "dateFormat": "yyyy-mm-dd", "timeFormat": "hh:mm", "formulaArgSeparator": ",", "weekStart": 1,
            }
        },
        "styles": {
            str(TITLE): {"textColor": "#01666b", "bold": True, "fontSize": 16},
            str(HEAD): {"bold": True, "fontSize": 11, "textColor": "#434343", "fillColor": "#f2f2f2"},
            str(CELL): {"textColor": "#434343", "verticalAlign": "middle"},
        },
        "formats": {},
        "borders": {},
        "customTableStyles": {},
        "globalFilters": [],
        "pivots": {
            "1": count(1, "Orders in review", "guard.order.review", [["state", "=", "in_review"]]),
            "2": count(2, "Duties that are late", "mail.activity", [*WAITING, ["is_guard_late", "=", True]]),
            "3": count(3, "Open issues", "guard.review.issue", [["state", "=", "open"]]),
            "4": count(4, "Duties due today", "mail.activity", [*WAITING, ["guard_deadline", ">=", "today"], ["guard_deadline", "<", "today +1d"]]),
        },
        "pivotNextId": 5,
        "lists": {
            "1": odoo_list(1, "What waits", "mail.activity", duties, WAITING, "guard_deadline"),
            "2": odoo_list(2, "Open issues", "guard.review.issue", issues, [["state", "=", "open"]], "deadline"),
        },
        "listNextId": 3,
        "chartOdooMenusReferences": {name: GUARD + menu for name, menu in menus.items()},
        "sheets": [
            sheet(
                "Dashboard", {**duty_cells, **issue_cells}, {**duty_styles, **issue_styles}, figures,
                {"0": {"size": 230}, "1": {"size": 340}, "2": {"size": 150}, "3": {"size": 180}, "4": {"size": 180}},
            ),
            sheet("Data", data, {}, visible=False),
        ],
    }  # fmt: skip


def render():
    """The text of the file."""
    return json.dumps(build(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render())
