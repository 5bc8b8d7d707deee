import { _t } from "@web/core/l10n/translation";

import { Component, useState } from "@odoo/owl";

const BURST = 50; // ms between the keys of a scanner at most; nobody types so fast
const YES = ["y", "Y", "1", "ｙ", "１", "是"];
const NO = ["n", "N", "0", "ｎ", "０", "否"];

const ICONS = {
    waiting: "fa-circle-o text-muted",
    saving: "fa-circle-o-notch fa-spin text-muted",
    saved: "fa-check text-success",
    failed: "fa-exclamation-triangle text-warning",
    error: "fa-exclamation-circle text-danger",
    conflict: "fa-users text-warning",
};

/** One reading: a number to type, or met and not met to choose between. */
export class ReadingCell extends Component {
    static template = "quality_service_guard.ReadingCell";
    static props = {
        sheet: Object,
        cell: Object,
        row: Object,
        column: Object,
        voids: { type: Array, optional: true },
        isLarge: { type: Boolean, optional: true },
        isReadonly: Boolean,
        onMove: Function,
        onMenu: Function,
        onScan: Function,
        onTell: Function,
    };

    setup() {
        this.cell = useState(this.props.cell);
        this.keys = { text: "", before: "", last: 0 };
    }

    get verdict() {
        return this.props.sheet.judge(this.cell);
    }

    get isBad() {
        return this.verdict === "not_met";
    }

    get name() {
        return _t("%(characteristic)s, unit %(unit)s", { characteristic: this.props.column.name, unit: this.props.row.number });
    }

    get moreName() {
        return _t("More: %(reading)s", { reading: this.name });
    }

    get conflict() {
        return _t("%(user)s entered %(theirs)s, you typed %(yours)s.", {
            user: this.cell.other.by,
            theirs: this.tellText(this.cell.other.text),
            yours: this.tellText(this.cell.text),
        });
    }

    get messageId() {
        return `guard_reading_${this.cell.id}_message`;
    }

    /** What is said below the cell, and read out with it. */
    get message() {
        const { cell } = this;
        if (cell.status === "failed") {
            return cell.message || _t("Not saved yet. It is kept here and sent again.");
        }
        if (cell.message) {
            return cell.message;
        }
        return this.isBad && this.props.column.kind === "measured" ? this.props.sheet.tellBad(cell) : "";
    }

    get icon() {
        return ICONS[this.cell.status];
    }

    get statusName() {
        const names = {
            waiting: _t("Waits to be saved"),
            saving: _t("Saving"),
            saved: _t("Saved"),
            failed: _t("Not saved"),
            error: _t("Not taken"),
            conflict: _t("Entered by two people"),
        };
        return names[this.cell.status];
    }

    get mayBeNegative() {
        const { column } = this.props;
        return (column.has_lower && column.lower < 0) || (column.has_upper && column.upper < 0);
    }

    tellText(text) {
        return { met: _t("OK"), not_met: _t("Not OK") }[text] || text || _t("empty");
    }

    // Numbers

    onFocus(ev) {
        ev.target.select();
        this.keys = { text: "", before: this.cell.text, last: 0 };
    }

    onInput(ev) {
        this.props.sheet.type(this.cell, ev.target.value);
        this.props.onTell(this.cell);
    }

    onBlur() {
        this.props.sheet.leave(this.cell);
    }

    flipSign() {
        const text = this.cell.text.trim();
        this.props.sheet.type(this.cell, /^[-－−]/.test(text) ? text.slice(1) : `-${text}`);
        this.props.sheet.leave(this.cell);
    }

    /** A scanner types as a keyboard does, only faster: then it is a serial number and no reading. */
    watch(ev) {
        const now = ev.timeStamp;
        if (ev.key.length === 1) {
            if (!this.keys.text || now - this.keys.last > BURST) {
                this.keys = { text: "", before: this.cell.text, last: now };
            }
            this.keys.text += ev.key;
            this.keys.last = now;
        } else if (ev.key !== "Shift" && ev.key !== "Enter" && ev.key !== "Tab") {
            this.keys.text = "";
        }
    }

    takeScan(ev) {
        const { text, before, last } = this.keys;
        this.keys.text = "";
        if (text.length < 3 || ev.timeStamp - last > BURST || !ev.target.value.endsWith(text) || !this.props.sheet.isSerial(text)) {
            return false;
        }
        this.props.sheet.type(this.cell, before);
        this.props.sheet.leave(this.cell);
        this.props.onScan(text, this.props.row);
        return true;
    }

    onKeydown(ev) {
        if (ev.isComposing) {
            return;
        }
        this.watch(ev);
        const { selectionStart, selectionEnd, value } = ev.target;
        const isAll = selectionStart === 0 && selectionEnd === value.length;
        const direction = this.direction(ev);
        if (["Enter", "Tab"].includes(ev.key) && this.takeScan(ev)) {
            ev.preventDefault();
        } else if (direction === "left" && !isAll && (selectionStart || selectionEnd)) {
            return;
        } else if (direction === "right" && !isAll && selectionStart < value.length) {
            return;
        } else if (ev.key === "Escape" && this.cell.isDirty) {
            ev.stopPropagation();
            this.props.sheet.undo(this.cell);
        } else {
            this.move(ev, direction);
        }
    }

    // Met and not met

    choose(answer) {
        if (this.props.isReadonly) {
            return;
        }
        this.props.sheet.type(this.cell, this.cell.text === answer ? "" : answer);
        this.props.sheet.leave(this.cell);
        this.props.onTell(this.cell);
    }

    onAnswerKeydown(ev) {
        const isPlain = !ev.altKey && !ev.ctrlKey && !ev.metaKey;
        const answer = isPlain && (YES.includes(ev.key) ? "met" : NO.includes(ev.key) ? "not_met" : null);
        if (answer) {
            ev.preventDefault();
            if (this.cell.text !== answer) {
                this.choose(answer);
            }
        } else if (isPlain && ["Backspace", "Delete"].includes(ev.key)) {
            ev.preventDefault();
            if (this.cell.text) {
                this.choose(this.cell.text);
            }
        } else {
            this.move(ev, this.direction(ev));
        }
    }

    // Both

    direction(ev) {
        if (ev.key === "Enter" && !ev.altKey && !ev.ctrlKey && !ev.metaKey) {
            return ev.shiftKey ? "back" : "next";
        }
        return { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" }[ev.key];
    }

    move(ev, direction) {
        if (ev.key === "ContextMenu" || (ev.key === "F10" && ev.shiftKey) || (ev.key === "Enter" && ev.altKey)) {
            ev.preventDefault();
            ev.stopPropagation();
            this.openMenu(ev);
        } else if (direction && !ev.altKey && !ev.ctrlKey && !ev.metaKey) {
            ev.preventDefault();
            ev.stopPropagation();
            this.props.sheet.leave(this.cell);
            this.props.onMove(this.props.row, this.props.column, direction);
        }
    }

    openMenu(ev) {
        this.props.onMenu(ev.currentTarget, this.props.row, this.props.column, this.cell);
    }
}
