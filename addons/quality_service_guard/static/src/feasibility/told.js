import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";

/** A moment that was stored as a UTC string, where and how the reader tells time. */
export function tellMoment(value) {
    return value ? toLocaleDateTimeString(deserializeDateTime(value)) : "–";
}

/** A figure without needless zeros. */
export function tellNumber(value, digits = 2) {
    return formatFloat(value, { digits: [16, digits], trailingZeros: false });
}

/** Opens a record by its model and id, with the rights of who reads. */
export function useOpenRecord() {
    const action = useService("action");
    return (model, id) =>
        action.doAction({ type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] });
}
