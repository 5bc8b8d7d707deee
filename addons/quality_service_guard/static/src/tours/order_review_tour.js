import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

// the salesperson's first review
tours.add("guard_order_review_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: '.o_app[data-menu-xmlid="sale.sale_menu_root"]',
            content: _t("Orders are reviewed before they are promised. Let us put one forward."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:first .o_data_cell",
            content: _t("Open a quotation."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: "button[name=action_guard_ask_review]",
            content: _t("The banner says what forbids confirming. Ask for the review here."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: "button[name=action_submit]",
            content: _t("Below stands who must approve and which rule says so. Submit the review: each of them is asked at once."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_form_view .alert-info [name=waiting_for]",
            content: _t("Whom it waits for always stands here. When all have approved, the quotation can be confirmed."),
            tooltipPosition: "bottom",
            run: "click",
        },
    ],
});

// the first review of somebody who signs
tours.add("guard_approval_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: '.o_app[data-menu-xmlid="quality_service_guard.menu_guard_root"]',
            content: _t("Whatever the policy asks of you stands in one place."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:first .o_data_cell",
            content: _t("A duty names its clause and its hour. Open it."),
            tooltipPosition: "bottom",
            run: "click",
        },
        { trigger: ".o_form_view button[name=action_approve]" },
        {
            isActive: ["button[name=action_answer_ok]"],
            trigger: "button[name=action_answer_ok]",
            content: _t("Answer for your department: line by line in the list below, or all that is well at once."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: "button[name=action_approve]",
            content: _t("Approve when you can answer for it. Reject asks for the reason."),
            tooltipPosition: "bottom",
            run: "click",
        },
        { trigger: ".o_form_view:not(:has(button[name=action_approve])) .o_field_widget[name=state]" },
    ],
});
