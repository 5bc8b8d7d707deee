import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onPatched, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";

import { ReadingCell } from "./reading_cell";
import { ReadingDialog } from "./reading_dialog";
import { ReadingMenu } from "./reading_menu";
import { ReadingSheet } from "./reading_sheet";

const PAGE = 50; // units shown at once
const TELL_PAUSE = 700; // ms: who listens is told of a finished value, not of each digit

/**
 * Sample units by characteristics, to type readings into as into a spreadsheet: Enter goes down and on to the next
 * column. On a phone one characteristic at a time.
 */
export class ReadingGrid extends Component {
    static template = "quality_service_guard.ReadingGrid";
    static components = { ReadingCell };
    static props = standardWidgetProps;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.root = useRef("root");
        this.file = useRef("file");
        this.menu = usePopover(ReadingMenu, { position: "bottom-end", setActiveElement: true });
        this.state = useState({ page: 0, column: null, told: "", isLoaded: false });
        useRecordObserver((record) => this.follow(record));
        // buttons of the form, saving and leaving it wait for what is still to be saved here
        useBus(this.props.record.model.bus, "NEED_LOCAL_CHANGES", ({ detail }) => detail.proms.push(this.saveAll()));
        useBus(this.env.services.barcode.bus, "barcode_scanned", ({ detail }) => this.scan(detail.barcode));
        useExternalListener(window, "online", () => this.sheet.flush());
        useExternalListener(window, "beforeunload", (ev) => this.onBeforeUnload(ev));
        onMounted(() => this.focusWanted());
        onPatched(() => this.focusWanted());
        onWillUnmount(() => {
            clearTimeout(this.teller);
            this.saveAll();
        });
    }

    /** The record was loaded, here or by a button: so is what the grid shows. */
    async follow(record) {
        const { state, quantity, waiting } = record.data;
        const key = JSON.stringify([record.resId, state, quantity, waiting, `${record.data.last_read_on}`]);
        if (!record.resId || key === this.followed) {
            return;
        }
        this.followed = key;
        if (this.sheet?.id !== record.resId) {
            this.sheet?.flush();
            this.sheet = new ReadingSheet(this.orm, record.resId);
            Object.assign(this.state, { page: 0, column: null });
        }
        await this.sheet.load();
        this.state.sheet = this.sheet.state;
        this.state.isLoaded = true;
    }

    get rows() {
        return this.state.sheet.rows;
    }

    get columns() {
        return this.state.sheet.columns;
    }

    get pages() {
        return Math.ceil(this.rows.length / PAGE);
    }

    get shownRows() {
        return this.rows.slice(this.state.page * PAGE, (this.state.page + 1) * PAGE);
    }

    /** The one characteristic that a phone shows. */
    get chosen() {
        return this.columns.find((column) => column.id === this.state.column) || this.columns[0];
    }

    get isReadonly() {
        return !this.state.sheet.mayEnter;
    }

    cell(row, column) {
        return this.state.sheet.cells[`${row.id}-${column.id}`];
    }

    voids(row, column) {
        return this.state.sheet.voids[`${row.id}-${column.id}`];
    }

    get progress() {
        return _t("%(done)s of %(all)s", { done: this.state.sheet.done, all: this.state.sheet.all });
    }

    get wrong() {
        return _t("%(count)s not taken", { count: this.state.sheet.wrong });
    }

    get percent() {
        return this.state.sheet.all ? Math.round((100 * this.state.sheet.done) / this.state.sheet.all) : 0;
    }

    get pageName() {
        return _t("Units %(first)s to %(last)s", { first: this.shownRows[0].number, last: this.shownRows.at(-1).number });
    }

    tellGrade(column) {
        return _t("Class %(grade)s", { grade: column.grade });
    }

    tellGauge({ gauge, gauge_until: until, is_gauge_overdue: isOverdue }) {
        if (isOverdue) {
            return _t("%(gauge)s: calibration ran out on %(date)s", { gauge, date: until });
        }
        return until ? _t("%(gauge)s, until %(date)s", { gauge, date: until }) : gauge;
    }

    tellReplaced(row) {
        return _t("in place of %(unit)s: %(reason)s", { unit: row.replaced_number, reason: row.replace_reason });
    }

    // Moving

    step(row, column, direction) {
        const rows = this.rows;
        const columns = this.columns;
        const isAcross = direction === "left" || direction === "right";
        const step = ["back", "up", "left"].includes(direction) ? -1 : 1;
        let [r, c] = [rows.findIndex((other) => other.id === row.id), columns.findIndex((other) => other.id === column.id)];
        for (;;) {
            if (isAcross) {
                c += step;
            } else {
                r += step;
                // only Enter goes on in the next column
                if ((r < 0 || r >= rows.length) && (direction === "next" || direction === "back")) {
                    c += step;
                    r = step > 0 ? 0 : rows.length - 1;
                }
            }
            if (!rows[r] || !columns[c]) {
                return null;
            }
            if (this.cell(rows[r], columns[c])) {
                return [rows[r], columns[c]];
            }
        }
    }

    move(row, column, direction) {
        const place = this.step(row, column, direction);
        if (place) {
            this.focus(...place);
        } else {
            this.sheet.flush();
        }
    }

    focus(row, column) {
        this.wanted = `${row.id}-${column.id}`;
        // by id: a child has its own proxies of the same rows
        this.state.page = Math.floor(this.rows.findIndex((other) => other.id === row.id) / PAGE);
        this.state.column = column.id;
        this.focusWanted();
    }

    focusWanted() {
        const el = this.wanted && this.root.el?.querySelector(`[data-place="${this.wanted}"] .o_guard_reading_focus`);
        if (el) {
            this.wanted = null;
            el.focus();
            el.scrollIntoView({ block: "nearest", inline: "nearest" });
        }
    }

    choose(step) {
        const index = this.columns.indexOf(this.chosen) + step;
        if (this.columns[index]) {
            this.state.column = this.columns[index].id;
        }
    }

    // Telling

    tell(cell) {
        clearTimeout(this.teller);
        this.teller = setTimeout(() => {
            const verdict = this.sheet.judge(cell);
            const row = this.rows.find((other) => other.id === cell.unit);
            const told = { not_met: _t("not met"), wrong: _t("no reading"), met: _t("met") }[verdict];
            this.state.told = told ? _t("Unit %(unit)s, %(text)s: %(told)s", { unit: row?.number, text: cell.text, told }) : "";
        }, TELL_PAUSE);
    }

    // Saving

    async saveAll() {
        if (!this.sheet) {
            return;
        }
        for (const cell of this.sheet.byId.values()) {
            this.sheet.leave(cell);
        }
        await this.sheet.flush();
    }

    onBeforeUnload(ev) {
        this.saveAll();
        if (this.sheet?.pending.size || this.state.sheet?.wrong) {
            ev.preventDefault();
        }
    }

    retry() {
        return this.sheet.flush();
    }

    reload() {
        return this.saveAll().then(() => this.sheet.load());
    }

    // Serial numbers

    async scan(text, row) {
        if (!this.state.isLoaded || this.dialogIsOpen || this.state.sheet.tracking === "none") {
            return;
        }
        const known = this.rows.find((other) => other.lot === text);
        if (known) {
            return this.focusUnit(known);
        }
        row ||= this.focusedRow;
        if (!row || row.lot || this.isReadonly) {
            this.notification.add(_t("%(serial)s is no unit of the sample. Choose the unit, then scan.", { serial: text }), { type: "warning" });
            return;
        }
        try {
            await this.sheet.scan(row, text);
            this.notification.add(_t("Unit %(unit)s is %(serial)s now.", { unit: row.number, serial: text }), { type: "success" });
            this.focusUnit(row);
        } catch (error) {
            this.notification.add(error.data?.message || error.message, { type: "danger" });
        }
    }

    get focusedRow() {
        const place = document.activeElement?.closest?.("[data-place]")?.dataset.place;
        return place && this.rows.find((row) => place.startsWith(`${row.id}-`));
    }

    focusUnit(row) {
        const columns = this.ui.isSmall ? [this.chosen] : this.columns;
        const asked = columns.filter((column) => this.cell(row, column));
        const column = asked.find((other) => this.cell(row, other).state === "empty") || asked[0];
        if (column) {
            this.focus(row, column);
        }
    }

    // More

    openMenu(target, row, column, cell) {
        const items = [];
        if (!this.isReadonly) {
            items.push({ id: "note", icon: "fa-comment-o", label: _t("Note"), run: () => this.askNote(row, column, cell) });
            items.push({ id: "photo", icon: "fa-camera", label: _t("Photo"), run: () => this.askPhoto(cell) });
            if (cell.saved) {
                items.push({ id: "void", icon: "fa-ban", label: _t("Make Void"), run: () => this.askVoid(row, column, cell) });
            }
            items.push({ id: "substitute", icon: "fa-exchange", label: _t("Inspect Another Unit"), run: () => this.askSubstitute(row) });
            if (this.state.sheet.tracking !== "none") {
                items.push({ id: "serial", icon: "fa-barcode", label: _t("Serial Number"), run: () => this.askSerial(row) });
            }
        }
        const told = cell.entered_by ? _t("Entered by %(user)s", { user: cell.entered_by }) : _t("Not read yet");
        this.menu.open(target, { items: [{ id: "told", label: told }, ...items] });
    }

    ask(props) {
        this.dialogIsOpen = true;
        this.dialog.add(ReadingDialog, props, { onClose: () => (this.dialogIsOpen = false) });
    }

    nameOf(row, column) {
        return _t("%(characteristic)s, unit %(unit)s", { characteristic: column.name, unit: row.number });
    }

    askNote(row, column, cell) {
        this.ask({
            title: this.nameOf(row, column),
            label: _t("Note"),
            text: cell.note || "",
            confirmLabel: _t("Save"),
            confirm: (text) => this.sheet.note(cell, text),
        });
    }

    askVoid(row, column, cell) {
        this.ask({
            title: _t("Make void: %(reading)s", { reading: this.nameOf(row, column) }),
            label: _t("Why is it not to be relied on? It is kept, and the unit is read again."),
            isRequired: true,
            confirmLabel: _t("Make Void"),
            confirm: (text) => this.sheet.voidReading(cell, text),
        });
    }

    askSubstitute(row) {
        this.ask({
            title: _t("Another unit in place of %(unit)s", { unit: row.number }),
            label: _t("Why?"),
            numberLabel: _t("Which unit, 1 to %(size)s?", { size: this.state.sheet.lotSize }),
            isRequired: true,
            confirmLabel: _t("Inspect This One"),
            confirm: (text, number) => this.sheet.substitute(row, number, text),
        });
    }

    askSerial(row) {
        this.ask({
            title: _t("Unit %(unit)s", { unit: row.number }),
            label: _t("Lot or serial number: scan or type it"),
            text: row.lot || "",
            isRequired: true,
            confirmLabel: _t("Save"),
            confirm: (text) => this.sheet.scan(row, text),
        });
    }

    askPhoto(cell) {
        this.photographed = cell;
        this.file.el.value = "";
        this.file.el.click();
    }

    async onPhoto(ev) {
        const [file] = ev.target.files;
        if (!file) {
            return;
        }
        try {
            const url = await getDataURLFromFile(file);
            await this.sheet.addPhoto(file.name, url.split(",")[1], this.photographed);
            if (!this.photographed) {
                this.notification.add(_t("The photo is in the chatter."), { type: "success" });
                if (!(await this.props.record.isDirty())) {
                    await this.props.record.load();
                }
            }
        } catch (error) {
            this.notification.add(error.data?.message || error.message, { type: "danger" });
        }
    }

    async importFile() {
        await this.saveAll();
        const action = await this.orm.call("guard.inspection", "action_import_readings", [[this.sheet.id]]);
        this.action.doAction(action, { onClose: () => this.sheet.load() });
    }
}

registry.category("view_widgets").add("guard_reading_grid", {
    component: ReadingGrid,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "quantity", type: "float" },
        { name: "waiting", type: "float" },
        { name: "last_read_on", type: "datetime" },
    ],
});
