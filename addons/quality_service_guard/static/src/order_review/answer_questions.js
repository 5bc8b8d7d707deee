import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component } from "@odoo/owl";

/**
 * Says which questions of an order review the reader is to answer, and brings the cursor to the first line that
 * waits: no tab stop leads into a list without new lines, so without it the keyboard would not get there.
 */
export class AnswerQuestions extends Component {
    static template = "quality_service_guard.AnswerQuestions";
    static props = standardWidgetProps;

    get questions() {
        return (this.props.record.data.asked_questions || "").split(" ").filter(Boolean);
    }

    get lines() {
        return this.props.record.data.line_ids;
    }

    label(question) {
        return this.lines.fields[`${question}_answer`].string;
    }

    answer() {
        const { records } = this.lines;
        const waits = (line) => this.questions.some((question) => !line.data[`${question}_answer`]);
        return this.lines.enterEditMode(records.find(waits) || records[0]);
    }
}

registry.category("view_widgets").add("guard_answer_questions", {
    component: AnswerQuestions,
    fieldDependencies: [{ name: "asked_questions", type: "char" }],
});
