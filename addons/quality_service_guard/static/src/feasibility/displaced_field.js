import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

import { RecordLink, tellMoment, tellNumber } from "./told";

/** The orders that would have to wait if this one went first: whose they are, for how long, and which promise breaks. */
export class DisplacedField extends Component {
    static template = "quality_service_guard.DisplacedField";
    static components = { RecordLink };
    static props = { ...standardFieldProps };

    setup() {
        this.moment = tellMoment;
    }

    get slips() {
        return this.props.record.data[this.props.name] || [];
    }

    hours(slip) {
        return slip.hours === null ? _t("no date any more") : _t("%(hours)s h", { hours: tellNumber(slip.hours, 1) });
    }
}

registry.category("fields").add("guard_displaced", {
    component: DisplacedField,
    displayName: _t("Displaced Orders"),
    supportedTypes: ["json"],
});
