import { registry } from "@web/core/registry";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";

/** A pivot in which a rate over nothing is no figure: the stock one writes 0 % where there is nothing to average. */
class RatePivotRenderer extends PivotRenderer {
    getFormattedValue(cell) {
        return cell.value === false ? { rawValue: false, value: "–" } : super.getFormattedValue(cell);
    }
}

registry.category("views").add("guard_rate_pivot", { ...pivotView, Renderer: RatePivotRenderer });
