import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

import { RecordLink, tellMoment, tellNumber } from "./told";

const KINDS = {
    stock: _t("From stock"),
    buy: _t("Buy"),
    make: _t("Make"),
    kit: _t("Kit"),
    subcontract: _t("Subcontract"),
    service: _t("Service"),
    operation: _t("Operation"),
    missing: _t("Not known"),
};
const TOLD_IN_HOURS = 48; // what waits longer waits for days
const WAITS = {
    machine: _t("machine"),
    people: _t("people"),
    equipment: _t("equipment"),
    material: _t("material"),
};

/** How a date came about: every step with its machine, quantity and times, and what it waits for. */
export class StepsField extends Component {
    static template = "quality_service_guard.StepsField";
    static components = { RecordLink };
    static props = { ...standardFieldProps };

    setup() {
        this.moment = tellMoment;
        this.number = tellNumber;
    }

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    /** The place of the step that decides the date, as the line's reason tells it; -1 where nothing but the work does. */
    get binding() {
        const reason = this.props.record.data.reason || {};
        return this.steps.findIndex((step) => this.isReason(step, reason));
    }

    isReason(step, reason) {
        if (step.product[0] !== reason.product?.[0] || step.operation?.[0] !== reason.operation?.[0]) {
            return false;
        }
        if (step.code) {
            return step.code === reason.code;
        }
        const waits = reason.code === "lead" ? step.kind === "make" : reason.code in (step.waits || {});
        return waits && reason.until === (step.operation ? step.start : step.end);
    }

    /** How the deciding step is marked, in words: by its color alone nobody would know why. */
    mark(step) {
        return step.code
            ? { text: _t("No date because of this"), title: _t("What is missing here leaves the line without a date.") }
            : { text: _t("Decides the date"), title: _t("The line is ready the later, the longer this step waits.") };
    }

    kind(step) {
        return KINDS[step.kind] || step.kind;
    }

    /** What the step is about, to open: the operation, else the product. */
    subject(step) {
        return step.operation
            ? { model: "mrp.routing.workcenter", id: step.operation[0], name: step.operation[1] }
            : { model: "product.product", id: step.product[0], name: step.product[1] };
    }

    /** Where it comes from besides: the vendor or the bill of materials. */
    source(step) {
        if (step.vendor) {
            return { model: "res.partner", id: step.vendor[0], name: step.vendor[1] };
        }
        const named = step.bom?.[1] === step.product[1] ? _t("bill of materials") : step.bom?.[1];
        return step.bom && { model: "mrp.bom", id: step.bom[0], name: named };
    }

    /** What is taken from stock in addition to what is made or bought. */
    besides(step) {
        return _t("and %(quantity)s from stock", { quantity: tellNumber(step.taken) });
    }

    /** What lies there and may not be used before it is released. */
    held(step) {
        return _t("%(quantity)s held by inspection", { quantity: tellNumber(step.held) });
    }

    waits(step) {
        return Object.entries(step.waits || {}).map(([key, hours]) => {
            const kind = WAITS[key] || key;
            return hours < TOLD_IN_HOURS
                ? _t("%(kind)s %(hours)s h", { kind, hours: tellNumber(hours, 1) })
                : _t("%(kind)s %(days)s days", { kind, days: tellNumber(hours / 24, 1) });
        });
    }
}

registry.category("fields").add("guard_steps", {
    component: StepsField,
    fieldDependencies: [{ name: "reason", type: "json", readonly: true }],
    displayName: _t("Steps of a Date"),
    supportedTypes: ["json"],
});
