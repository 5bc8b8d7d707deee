import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

import { Component, useState } from "@odoo/owl";

/** Asks for a text, and perhaps a number, and does something with it; what went wrong is told where it was typed. */
export class ReadingDialog extends Component {
    static template = "quality_service_guard.ReadingDialog";
    static components = { Dialog };
    static props = {
        title: String,
        label: String,
        text: { type: String, optional: true },
        isRequired: { type: Boolean, optional: true },
        numberLabel: { type: String, optional: true },
        confirmLabel: String,
        confirm: Function,
        close: Function,
    };

    setup() {
        useAutofocus({ refName: "first" });
        this.state = useState({ text: this.props.text || "", number: "", message: "", isBusy: false });
    }

    get number() {
        const typed = this.state.number.normalize("NFKC").trim();
        return /^\d+$/.test(typed) ? Number(typed) : 0;
    }

    get isComplete() {
        return (!this.props.isRequired || this.state.text.trim()) && (!this.props.numberLabel || this.number);
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            ev.stopPropagation();
            return this.confirm();
        }
    }

    async confirm() {
        if (!this.isComplete || this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await this.props.confirm(this.state.text.trim(), this.number);
            this.props.close();
        } catch (error) {
            this.state.message = error.data?.message || error.message;
            this.state.isBusy = false;
        }
    }
}
