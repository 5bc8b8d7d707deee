import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// The salesperson sees what forbids confirming, asks for the review and submits it.
tours.add("guard_order_review_ask", {
    steps: () => [
        { content: "the banner names the obstacle", trigger: ".o_form_view .alert-warning:contains(S0)" },
        {
            content: "Confirm is not offered",
            trigger: ".o_form_view .o_form_statusbar:not(:has(button[name=action_confirm]))",
        },
        { content: "ask for the review", trigger: "button[name=action_guard_ask_review]", run: "click" },
        { content: "who must approve is shown", trigger: "div[name=approval_explanation]:contains(inspector)" },
        { content: "submit", trigger: "button[name=action_submit]", run: "click" },
        { content: "the review waits", trigger: ".o_form_view .alert-info:contains(inspector)" },
    ],
});

// A department answers its questions and approves.
tours.add("guard_order_review_sign", {
    steps: () => [
        { content: "answer for the department", trigger: "button[name=action_answer_ok]", run: "click" },
        { content: "yes, all", trigger: ".modal-footer .btn-primary", run: "click" },
        { content: "approve", trigger: "body:not(:has(.modal)) button[name=action_approve]", run: "click" },
        {
            content: "nothing more to approve for me",
            trigger: ".o_form_view:not(:has(button[name=action_approve])) .o_field_widget[name=state]",
        },
    ],
});

// The salesperson changes a quantity of the approved order: the banner is back.
tours.add("guard_order_review_edit", {
    steps: () => [
        { content: "Confirm is offered", trigger: "button[name=action_confirm]" },
        { content: "open the quantity", trigger: ".o_data_row:first .o_data_cell[name=product_uom_qty]", run: "click" },
        {
            content: "change it",
            trigger: ".o_data_row:first .o_field_widget[name=product_uom_qty] input",
            run: "edit 6",
        },
        { content: "save", trigger: ".o_form_button_save", run: "click" },
        { content: "two departments are asked again", trigger: ".o_form_view .alert-warning:contains(producer)" },
        {
            content: "Confirm is gone",
            trigger: ".o_form_view .o_form_statusbar:not(:has(button[name=action_confirm]))",
        },
    ],
});

// Approved again, the order confirms as any other.
tours.add("guard_order_review_confirm", {
    steps: () => [
        { content: "confirm", trigger: "button[name=action_confirm]", run: "click" },
        { content: "it is a sales order", trigger: ".o_statusbar_status button[data-value=sale].o_arrow_button_current" },
    ],
});
