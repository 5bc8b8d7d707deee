import { registry } from "@web/core/registry";
import { SelectionField, selectionField } from "@web/views/fields/selection/selection_field";

/**
 * An answer to choose by keyboard in an editable list: arrows or the number of the choice, then Tab or Enter as in any
 * cell. The drop-down of the stock field cannot be used for it, since the list takes the Enter that would choose.
 */
export class AnswerField extends SelectionField {
    static template = "quality_service_guard.AnswerField";
    static components = {};

    choose(value) {
        return this.props.record.update({ [this.props.name]: value || false }, { save: this.props.autosave });
    }

    onKeydown(ev) {
        const option = this.options[Number(ev.key) - 1];
        if (option && !ev.altKey && !ev.ctrlKey && !ev.metaKey) {
            ev.preventDefault();
            this.choose(option[0]);
        }
    }
}

registry.category("fields").add("guard_answer", { ...selectionField, component: AnswerField, supportedTypes: ["selection"] });
