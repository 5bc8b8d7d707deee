import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const UNITS = 32;

const CELL = (row, column) => `.o_guard_readings_table tbody tr:eq(${row}) td:eq(${column})`;
const typing = (row, column) => `${CELL(row, column)} .o_guard_reading_focus:focus`;
const rows = [...Array(UNITS).keys()];

tours.add("guard_inspection_story_receive", {
    steps: () => [
        { content: "it says where the goods go", trigger: "button[name=button_validate]", run: "click" },
        { content: "received, into quarantine", trigger: ".o_statusbar_status button[data-value=done].o_arrow_button_current" },
        { content: "its inspection", trigger: "button[name=action_guard_inspections]:contains(Inspections)" },
    ],
});

tours.add("guard_inspection_story_decide", {
    steps: () => [
        { content: "draw the sample", trigger: "button[name=action_start]", run: "click" },
        { content: "so many units", trigger: `.o_guard_readings_progress:contains(0 of ${2 * UNITS})` },
        { content: "into the grid", trigger: `${CELL(0, 1)} input`, run: "click" },
        { content: "to the first cell", trigger: typing(0, 1), run: "press ArrowLeft" },
        ...rows.flatMap((row) => [
            { content: "no cracks", trigger: typing(row, 0), run: "press y" },
            { content: "down", trigger: typing(row, 0), run: "press Enter" },
        ]),
        ...rows.flatMap((row) => [
            { content: "diameter", trigger: typing(row, 1), run: `edit ${row === 7 ? "60.5" : "60,02"}` },
            { content: "down", trigger: typing(row, 1), run: "press Enter" },
        ]),
        { content: "all is read", trigger: `.o_guard_readings_progress:contains(${2 * UNITS} of ${2 * UNITS})` },
        { content: "all is saved", trigger: ".o_guard_readings_state:contains(All saved)" },
        { content: "decide", trigger: "button[name=action_decide]", run: "click" },
        { content: "one is allowed", trigger: ".modal .alert-success:contains(acceptable)" },
        { content: "as proposed", trigger: ".modal button[name=action_apply]", run: "click" },
        { content: "one did not pass", trigger: ".o_statusbar_status button[data-value=failed].o_arrow_button_current" },
        { content: "send it back", trigger: "button[name=action_dispose]", run: "click" },
        { content: "to the supplier", trigger: ".o_field_widget[name=kind] input[data-value=return]:checked" },
        { content: "keep it", trigger: ".o_form_button_save", run: "click" },
        { content: "make the document", trigger: "button[name=action_start]", run: "click" },
        { content: "it leaves", trigger: "button[name=button_validate]", run: "click" },
        { content: "gone", trigger: ".o_statusbar_status button[data-value=done].o_arrow_button_current" },
    ],
});
