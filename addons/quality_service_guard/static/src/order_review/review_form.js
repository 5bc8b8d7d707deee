import { registry } from "@web/core/registry";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";

/** An order review is one page of tables: it takes the width of the window, the messages stand below. */
class ReviewFormRenderer extends FormRenderer {
    mailLayout() {
        const layout = super.mailLayout(...arguments);
        return layout === "SIDE_CHATTER" ? "BOTTOM_CHATTER" : layout;
    }
}

registry.category("views").add("guard_review_form", { ...formView, Renderer: ReviewFormRenderer });
