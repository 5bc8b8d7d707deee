import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const ROW = (row) => `.o_guard_readings_table tbody tr:eq(${row})`;
const CELL = (row, column) => `${ROW(row)} td:eq(${column})`;
const typing = (row, column) => `${CELL(row, column)} .o_guard_reading_focus:focus`;

// A column is entered by keyboard: the value out of limits is red before it is saved, and all of it is there afterwards.
tours.add("guard_readings_by_keyboard", {
    steps: () => [
        { content: "nothing is read", trigger: ".o_guard_readings_progress:contains(0 of 6)" },
        { content: "into the first measured cell", trigger: `${CELL(0, 1)} input`, run: "click" },
        { content: "a value within", trigger: typing(0, 1), run: "edit 60.05" },
        { content: "not red", trigger: `${CELL(0, 1)} [data-verdict=met]` },
        { content: "down", trigger: typing(0, 1), run: "press Enter" },
        { content: "a value out of limits, in full width", trigger: typing(1, 1), run: "edit ６０．５" },
        { content: "red at once", trigger: `${CELL(1, 1)} .o_guard_reading_bad input[aria-invalid=true]` },
        { content: "and told", trigger: ".o_guard_readings [aria-live]:contains(not met)" },
        { content: "up", trigger: typing(1, 1), run: "press shift+Enter" },
        { content: "and down", trigger: typing(0, 1), run: "press ArrowDown" },
        { content: "and down", trigger: typing(1, 1), run: "press Enter" },
        { content: "no number", trigger: typing(2, 1), run: "edit abc" },
        { content: "left", trigger: typing(2, 1), run: "press ArrowUp" },
        { content: "it is kept and said", trigger: `${CELL(2, 1)} [data-status=error]:contains(Not a number)` },
        { content: "back to it", trigger: typing(1, 1), run: "press ArrowDown" },
        { content: "mended", trigger: typing(2, 1), run: "edit 60" },
        { content: "left within the text", trigger: typing(2, 1), run: "press ArrowLeft" },
        { content: "the cursor is at the front", trigger: typing(2, 1), run: () => document.activeElement.setSelectionRange(0, 0) },
        { content: "left to the attribute", trigger: typing(2, 1), run: "press ArrowLeft" },
        { content: "met", trigger: typing(2, 0), run: "press y" },
        { content: "told", trigger: `${CELL(2, 0)} button[name=met].btn-success` },
        { content: "on to the top of the next column", trigger: typing(2, 0), run: "press Enter" },
        { content: "there", trigger: typing(0, 1), run: "press ArrowLeft" },
        { content: "not met", trigger: typing(0, 0), run: "press n" },
        { content: "all is saved", trigger: ".o_guard_readings_progress:contains(5 of 6)" },
        { content: "all is saved", trigger: ".o_guard_readings_state:contains(All saved)" },
    ],
});

tours.add("guard_readings_are_there", {
    steps: () => [
        { content: "five of six", trigger: ".o_guard_readings_progress:contains(5 of 6)" },
        { content: "as it was typed", trigger: `${CELL(0, 1)} input:value(60.05)` },
        { content: "red still", trigger: `${CELL(1, 1)} .o_guard_reading_bad input:value(60.5)` },
        { content: "mended", trigger: `${CELL(2, 1)} input:value(60)` },
        { content: "met", trigger: `${CELL(2, 0)} button[name=met].btn-success` },
        { content: "not met", trigger: `${CELL(0, 0)} button[name=not_met].btn-danger` },
    ],
});

// What is typed is saved before a button of the form asks for it, though nobody left the cell.
tours.add("guard_readings_before_button", {
    steps: () => [
        { content: "into the last cell", trigger: `${CELL(0, 1)} input`, run: "click" },
        { content: "type", trigger: typing(0, 1), run: "edit 60" },
        { content: "decide at once", trigger: "button[name=action_decide]", run: "click" },
        { content: "as proposed", trigger: ".modal button[name=action_apply]", run: "click" },
        { content: "passed", trigger: ".o_statusbar_status button[data-value=passed].o_arrow_button_current" },
        { content: "closed", trigger: ".o_guard_readings .alert-info:contains(closed)" },
        { content: "and not written any more", trigger: `${CELL(0, 1)} input[readonly]` },
    ],
});

// Somebody else has entered the same cells meanwhile: both values are shown, and one is chosen.
const enterAsOther = async () => {
    const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
    const id = Number(window.location.pathname.split("/").at(-1));
    await orm.call("guard.inspection", "guard_test_enter", [[id]]);
};
tours.add("guard_readings_conflict", {
    steps: () => [
        { content: "loaded", trigger: `${CELL(0, 1)} [data-verdict=empty]`, run: enterAsOther },
        { content: "into the same", trigger: `${CELL(0, 1)} input`, run: "click" },
        { content: "another value", trigger: typing(0, 1), run: "edit 60.02" },
        { content: "down", trigger: typing(0, 1), run: "press Enter" },
        { content: "into the same", trigger: typing(1, 1), run: "edit 60.03" },
        { content: "down", trigger: typing(1, 1), run: "press Enter" },
        { content: "both are shown", trigger: `${CELL(0, 1)} .o_guard_reading_conflict:contains(60.01):contains(60.02)` },
        { content: "the third came along", trigger: `${CELL(2, 1)} input:value(60.01)` },
        { content: "theirs", trigger: `${CELL(0, 1)} button[name=keep_theirs]`, run: "click" },
        { content: "it is", trigger: `${CELL(0, 1)} input:value(60.01)` },
        { content: "mine", trigger: `${CELL(1, 1)} button[name=keep_mine]`, run: "click" },
        { content: "it is", trigger: `${CELL(1, 1)} [data-status=saved] input:value(60.03)` },
    ],
});

// The network fails: what was typed stays, is told as not saved, survives a reload, and is sent again.
tours.add("guard_readings_offline", {
    steps: () => [
        {
            content: "no network",
            trigger: `${CELL(0, 1)} input`,
            run: () => {
                const { open, send } = XMLHttpRequest.prototype;
                Object.assign(XMLHttpRequest.prototype, {
                    open(method, url, ...args) {
                        this.isCut = url.includes("enter_readings");
                        return open.call(this, method, url, ...args);
                    },
                    send(...args) {
                        return this.isCut ? this.dispatchEvent(new Event("error")) : send.apply(this, args);
                    },
                });
                window.guardConnect = () => Object.assign(XMLHttpRequest.prototype, { open, send });
            },
        },
        { content: "into a cell", trigger: `${CELL(0, 1)} input`, run: "click" },
        { content: "type", trigger: typing(0, 1), run: "edit 60.07" },
        { content: "down", trigger: typing(0, 1), run: "press Enter" },
        { content: "not saved, and said so", trigger: `${CELL(0, 1)} [data-status=failed] input:value(60.07)` },
        { content: "on the page too", trigger: ".o_guard_readings .alert-warning:contains(kept on this device)" },
        {
            content: "network again",
            trigger: ".o_guard_readings_state:contains(Not saved)",
            run: () => window.guardConnect(),
        },
        { content: "sent again by itself", trigger: `${CELL(0, 1)} [data-status=saved] input:value(60.07)` },
    ],
});

// Void, substitute and note from the menu of a cell, by keyboard.
tours.add("guard_readings_menu", {
    steps: () => [
        { content: "into the cell", trigger: `${CELL(0, 1)} input`, run: "click" },
        { content: "its menu", trigger: typing(0, 1), run: "press alt+Enter" },
        { content: "make void", trigger: ".o_guard_reading_menu_items [data-item=void]", run: "click" },
        { content: "why", trigger: ".modal input[name=text]", run: "edit slipped off" },
        { content: "do", trigger: ".modal .btn-primary:enabled", run: "click" },
        { content: "void and empty", trigger: `body:not(:has(.modal)) ${CELL(0, 1)}:contains(slipped off) [data-verdict=empty]` },
        { content: "the menu of a unit not read", trigger: `${CELL(1, 1)} .o_guard_reading_menu`, run: "click" },
        { content: "another unit", trigger: ".o_guard_reading_menu_items [data-item=substitute]", run: "click" },
        { content: "too large a number", trigger: ".modal input[name=number]", run: "edit 9999" },
        { content: "why", trigger: ".modal input[name=text]", run: "edit box crushed" },
        { content: "do", trigger: ".modal .btn-primary:enabled", run: "click" },
        { content: "refused in the dialog", trigger: ".modal [role=alert]:contains(numbered 1 to 150)" },
        { content: "another", trigger: ".modal input[name=number]", run: "edit 150" },
        { content: "do", trigger: ".modal .btn-primary:enabled", run: "click" },
        { content: "there", trigger: "body:not(:has(.modal)) .o_guard_readings_table th:contains(box crushed)" },
    ],
});

// A scanner types as a keyboard: the unit of that serial number is at hand, and nothing went into the cell.
const scan = (text) => async () => {
    const input = document.activeElement;
    for (const key of text) {
        input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        input.value += key;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
};
tours.add("guard_readings_scan", {
    steps: () => [
        { content: "into a cell", trigger: `${CELL(0, 0)} input`, run: "click" },
        { content: "scan the serial of the other", trigger: typing(0, 0), run: scan("SN-2") },
        { content: "the other unit", trigger: typing(1, 0) },
        { content: "nothing typed", trigger: `${CELL(0, 0)} [data-verdict=empty]` },
        { content: "type here", trigger: typing(1, 0), run: "edit 60" },
        { content: "down to the third", trigger: typing(1, 0), run: "press Enter" },
        { content: "scan one that is not told yet", trigger: typing(2, 0), run: scan("SN-3") },
        { content: "it is this unit's", trigger: `${ROW(2)} th:contains(SN-3)` },
    ],
});

// On a phone: one characteristic at a time, large cells.
tours.add("guard_readings_phone", {
    steps: () => [
        { content: "two large buttons", trigger: ".o_guard_readings_list li:eq(0) button[name=met]", run: "click" },
        { content: "met", trigger: ".o_guard_readings_list li:eq(0) button[name=met].btn-success" },
        { content: "the next characteristic", trigger: ".o_guard_readings_list button[aria-label='Characteristic after']", run: "click" },
        { content: "numbers", trigger: ".o_guard_readings_list li:eq(0) input[inputmode=decimal]", run: "click" },
        { content: "type", trigger: ".o_guard_readings_list li:eq(0) input:focus", run: "edit 60" },
        { content: "next", trigger: ".o_guard_readings_list li:eq(0) input:focus", run: "press Enter" },
        { content: "the next unit", trigger: ".o_guard_readings_list li:eq(1) input:focus", run: "edit 61" },
        { content: "red", trigger: ".o_guard_readings_list li:eq(1) .o_guard_reading_bad" },
        { content: "leave", trigger: ".o_guard_readings_list li:eq(1) input:focus", run: "press Enter" },
        { content: "saved", trigger: ".o_guard_readings_progress:contains(3 of 6)" },
    ],
});
