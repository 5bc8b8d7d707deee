import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { session } from "@web/session";

import { reactive } from "@odoo/owl";

import { parseAnswer, parseNumber } from "./parse_reading";

const PAUSE = 400; // ms after a cell is left, so that the next ones go with it
const RETRIES = [2, 5, 15, 30]; // s
// what the server refuses stays refused, however often it is asked
const REFUSALS = ["UserError", "AccessError", "ValidationError", "MissingError"].map((name) => `odoo.exceptions.${name}`);

/**
 * The readings of one inspection as they are typed, and their way to the server: several at once, again after a failure,
 * and never over what somebody else has entered meanwhile. What has not been saved survives a closed page.
 */
export class ReadingSheet {
    constructor(orm, id) {
        this.orm = orm;
        this.id = id;
        this.pending = new Map(); // reading id → {text, force}
        this.key = `guard_readings:${session.db}:${user.userId}:${id}`;
        this.state = reactive({ columns: [], rows: [], mayEnter: false, obstacle: "", failed: 0, message: "", saving: false, done: 0, all: 0, wrong: 0 });
        this.byId = new Map();
        this.timer = null;
        this.attempt = 0;
        this.running = null;
    }

    // Loading

    async load() {
        this.take(await this.orm.call("guard.inspection", "get_grid", [[this.id]]));
    }

    /** A grid of the server, below what is still being typed. */
    take(grid) {
        const placeOf = (reading) => `${reading.unit}-${reading.characteristic}`;
        const typed = new Map([...this.byId.values()].filter((cell) => cell.isDirty).map((cell) => [placeOf(cell), cell]));
        const known = this.byId;
        this.now = grid.now;
        this.byId = new Map();
        const cells = {};
        const voids = {};
        for (const reading of grid.readings) {
            const place = placeOf(reading);
            if (reading.state === "void") {
                voids[place] = [...(voids[place] || []), reading];
                continue;
            }
            const { text, ...rest } = reading;
            const cell = known.get(reading.id) || reactive({ text, isDirty: false, status: "", message: "", other: null });
            Object.assign(cell, rest, { saved: text }, cell.isDirty ? {} : { text, status: "", message: "", other: null });
            const before = typed.get(place);
            if (before && before.id !== reading.id) {
                // what was typed into a reading that somebody else made void meanwhile
                this.pending.delete(before.id);
                Object.assign(cell, {
                    text: before.text,
                    isDirty: true,
                    status: "error",
                    message: _t("The reading before was made void. Press Enter to enter this one anew."),
                });
            }
            cells[place] = cell;
            this.byId.set(reading.id, cell);
        }
        Object.assign(this.state, {
            name: grid.name,
            mayEnter: grid.may_enter,
            obstacle: grid.obstacle,
            inspection: grid.state,
            decimalPoint: grid.decimal_point,
            overdue: grid.overdue,
            tracking: grid.tracking,
            lotSize: grid.lot_size,
            columns: grid.columns,
            rows: grid.rows,
            cells,
            voids,
        });
        this.restore();
        this.count();
    }

    cell(row, column) {
        return this.state.cells[`${row.id}-${column.id}`];
    }

    column(cell) {
        return this.state.columns.find((column) => column.id === cell.characteristic);
    }

    count() {
        const cells = [...this.byId.values()];
        this.state.all = cells.length;
        this.state.done = cells.filter((cell) => cell.state !== "empty").length;
        this.state.wrong = cells.filter((cell) => ["error", "conflict"].includes(cell.status)).length;
    }

    // Typing

    parse(cell, text = cell.text) {
        const { kind } = this.column(cell);
        return kind === "attribute" ? parseAnswer(text) : parseNumber(text, this.state.decimalPoint);
    }

    /** What the typed text says, before anybody has saved it: empty, met, not_met or wrong. */
    judge(cell) {
        const found = this.parse(cell);
        if (found.kind !== "value") {
            return found.kind;
        }
        const column = this.column(cell);
        if (column.kind === "attribute") {
            return found.value;
        }
        const isMet = !(column.has_lower && found.value < column.lower) && !(column.has_upper && found.value > column.upper);
        return isMet ? "met" : "not_met";
    }

    explain(found) {
        if (found.code === "ambiguous") {
            return _t("A thousand or a fraction? Type %(whole)s or %(fraction)s.", found);
        }
        if (found.code === "too_fine") {
            return _t("More than 6 decimals: round it as the method says.");
        }
        if (found.code === "too_large") {
            return _t("Larger than any reading. Check what was typed.");
        }
        return found.code === "not_an_answer" ? _t("Neither met nor not met: type y or n.") : _t("Not a number.");
    }

    tellBad(cell) {
        return _t("Not within: %(requirement)s", { requirement: this.column(cell).requirement });
    }

    /** Whether what a scanner typed into a cell is a serial number and no reading. */
    isSerial(text) {
        return this.state.rows.some((row) => row.lot === text) || /^\d{8,}$/.test(text) || !/^[-+]?[\d.,]+$/.test(text);
    }

    type(cell, text) {
        Object.assign(cell, { text, isDirty: true, status: "typing", message: "" });
    }

    /** A cell is left: what it says goes to the server shortly. */
    leave(cell) {
        if (!cell.isDirty || ["waiting", "saving", "conflict"].includes(cell.status)) {
            return;
        }
        const found = this.parse(cell);
        if (found.kind === "wrong") {
            Object.assign(cell, { status: "error", message: this.explain(found) });
            this.count();
            return;
        }
        const saved = this.parse(cell, cell.saved);
        if (found.kind === saved.kind && found.value === saved.value && !this.pending.has(cell.id)) {
            Object.assign(cell, { text: cell.saved, isDirty: false, status: "", other: null });
            this.count();
            return;
        }
        this.put(cell);
    }

    put(cell, force = false) {
        Object.assign(cell, { status: "waiting", message: "", other: null, isDirty: true });
        this.pending.set(cell.id, { text: cell.text, seen: cell.entered_on, force });
        this.store();
        this.schedule(PAUSE);
    }

    undo(cell) {
        this.pending.delete(cell.id);
        this.store();
        Object.assign(cell, { text: cell.saved, isDirty: false, status: "", message: "", other: null });
        this.count();
    }

    /** Give up what the server does not take. */
    discard() {
        for (const id of [...this.pending.keys()]) {
            const cell = this.byId.get(id);
            if (cell) {
                this.undo(cell);
            }
        }
        this.pending.clear();
        this.store();
        Object.assign(this.state, { failed: 0, message: "" });
    }

    keepMine(cell) {
        this.put(cell, true);
    }

    // Saving

    schedule(delay) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.flush(), delay);
    }

    /** Send all that waits; one call at a time. */
    async flush() {
        browser.clearTimeout(this.timer);
        while (this.running) {
            await this.running;
        }
        if (this.pending.size) {
            this.running = this.send();
            await this.running;
        }
    }

    async send() {
        const sent = new Map(this.pending);
        const entries = [...sent].map(([id, entry]) => ({ id, ...entry }));
        this.state.saving = true;
        for (const id of sent.keys()) {
            const cell = this.byId.get(id);
            if (["waiting", "failed"].includes(cell?.status)) {
                cell.status = "saving";
            }
        }
        try {
            const answer = await this.orm.silent.call("guard.inspection", "enter_readings", [[this.id], entries], { since: this.now });
            await this.receive(sent, answer);
        } catch (error) {
            this.fail(sent, error);
        } finally {
            this.state.saving = false;
            this.running = null;
        }
    }

    async receive(sent, answer) {
        this.attempt = 0;
        Object.assign(this.state, { failed: 0, message: "" });
        this.now = answer.now;
        for (const [id, entry] of sent) {
            if (this.pending.get(id) === entry) {
                this.pending.delete(id); // unless it was typed anew meanwhile
            }
        }
        this.store();
        const complaints = new Map(answer.errors.map((error) => [error.id, { status: "error", message: error.message }]));
        for (const conflict of answer.conflicts) {
            complaints.set(conflict.id, { status: "conflict", message: "" });
        }
        let isNew = false;
        for (const reading of answer.readings) {
            isNew = !this.show(reading, sent.get(reading.id), complaints.get(reading.id)) || isNew;
        }
        for (const [id, complaint] of complaints) {
            const cell = this.byId.get(id);
            if (cell && !this.pending.has(id)) {
                Object.assign(cell, complaint);
            }
        }
        this.count();
        if (isNew) {
            await this.load();
        }
    }

    /** What the server says of one reading; false where the page does not know it yet. */
    show(reading, entry, complaint) {
        const cell = this.byId.get(reading.id);
        if (!cell) {
            // a void one that is shown beside its successor already
            return Object.values(this.state.voids).some((readings) => readings.some((other) => other.id === reading.id));
        }
        if (reading.state === "void") {
            return false;
        }
        const isTypedOn = cell.isDirty && (!entry || cell.text !== entry.text);
        const { text, ...rest } = reading;
        const isSame = cell.saved === text && !cell.isDirty;
        Object.assign(cell, rest, { saved: text });
        if (isSame) {
            return true; // it came along with the answer to another entry
        }
        if (complaint) {
            cell.other = complaint.status === "conflict" ? { text, by: reading.entered_by } : null;
        } else if (!isTypedOn) {
            Object.assign(cell, { text, isDirty: false, other: null, message: "", status: entry ? "saved" : "" });
        }
        return true;
    }

    fail(sent, error) {
        const isRefused = error instanceof RPCError && REFUSALS.includes(error.exceptionName);
        const message = isRefused ? error.data?.message || error.message : "";
        for (const id of sent.keys()) {
            const cell = this.byId.get(id);
            if (cell && cell.status !== "typing") {
                Object.assign(cell, { status: "failed", message });
            }
        }
        this.state.failed = sent.size;
        this.state.message = message;
        if (isRefused) {
            return; // kept on the page until somebody acts
        }
        if (!(error instanceof ConnectionLostError)) {
            console.warn(error);
        }
        const delay = RETRIES[Math.min(this.attempt, RETRIES.length - 1)];
        this.attempt += 1;
        this.schedule(delay * 1000);
    }

    // What survives a closed page

    store() {
        try {
            if (this.pending.size) {
                browser.localStorage.setItem(this.key, JSON.stringify([...this.pending]));
            } else {
                browser.localStorage.removeItem(this.key);
            }
        } catch {
            // a full or forbidden store: then only the open page keeps them
        }
    }

    restore() {
        let kept = [];
        try {
            kept = JSON.parse(browser.localStorage.getItem(this.key) || "[]");
        } catch {
            browser.localStorage.removeItem(this.key);
        }
        for (const [id, entry] of kept) {
            const cell = this.byId.get(id);
            if (cell && !this.pending.has(id)) {
                Object.assign(cell, { text: entry.text, isDirty: true, status: "waiting" });
                this.pending.set(id, entry);
            }
        }
        if (this.pending.size) {
            this.schedule(PAUSE);
        }
    }

    // Others

    async call(method, args) {
        await this.flush();
        return this.orm.call("guard.inspection", method, [[this.id], ...args]);
    }

    async voidReading(cell, reason) {
        this.take(await this.call("void_readings", [[cell.id], reason]));
    }

    async substitute(row, number, reason) {
        this.take(await this.call("substitute_unit", [row.id, number, reason]));
    }

    async scan(row, text) {
        Object.assign(row, await this.call("scan_serial", [row.id, text]));
    }

    async note(cell, note) {
        this.refresh(await this.call("note_reading", [cell.id, note]));
    }

    async addPhoto(name, data, cell) {
        this.refresh(await this.call("add_photo", [name, data, cell ? cell.id : false]));
    }

    refresh(readings) {
        for (const reading of readings) {
            this.show(reading);
        }
    }
}
