import { Component } from "@odoo/owl";

/** What else can be done with a reading or its unit. */
export class ReadingMenu extends Component {
    static template = "quality_service_guard.ReadingMenu";
    static props = { items: Array, close: Function };

    choose(item) {
        this.props.close();
        item.run();
    }

    onKeydown(ev) {
        const buttons = [...ev.currentTarget.querySelectorAll("button")];
        const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
        if (step) {
            ev.preventDefault();
            buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length)?.focus();
        } else if (ev.key === "Escape") {
            this.props.close();
        }
    }
}
