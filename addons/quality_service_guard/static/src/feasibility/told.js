import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";

import { Component, onWillStart } from "@odoo/owl";

/** A moment that was stored as a UTC string, where and how the reader tells time. */
export function tellMoment(value) {
    return value ? toLocaleDateTimeString(deserializeDateTime(value)) : "–";
}

/** A figure without needless zeros. */
export function tellNumber(value, digits = 2) {
    return formatFloat(value, { digits: [16, digits], trailingZeros: false });
}

/** A record's name, which opens it for who may; others read it all the same. */
export class RecordLink extends Component {
    static template = "quality_service_guard.RecordLink";
    static props = { model: String, id: Number, name: String, class: { type: String, optional: true } };

    setup() {
        this.action = useService("action");
        onWillStart(async () => {
            this.mayOpen = await this.checkAccess();
        });
    }

    /** Who sells may read manufacturing orders, yet nothing of what their form is made of. */
    checkAccess() {
        const { model } = this.props;
        return model.startsWith("mrp.") ? user.hasGroup("mrp.group_mrp_user") : user.checkAccessRight(model, "read");
    }

    open() {
        const { model, id } = this.props;
        return this.action.doAction({ type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] });
    }
}
