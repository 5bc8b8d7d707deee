import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component } from "@odoo/owl";

/** Brings the cursor to the quantities that can be tried: no tab stop leads into a list without new lines. */
export class EditLines extends Component {
    static template = "quality_service_guard.EditLines";
    static props = standardWidgetProps;

    get lines() {
        return this.props.record.data.line_ids;
    }

    edit() {
        return this.lines.enterEditMode(this.lines.records[0]);
    }
}

registry.category("view_widgets").add("guard_edit_lines", { component: EditLines });
