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

const approve = [
    { content: "approve", trigger: "button[name=action_approve]", run: "click" },
    {
        content: "nothing more to approve for me",
        trigger: ".o_form_view:not(:has(button[name=action_approve])) .o_field_widget[name=state]",
    },
];

const sign = [
    { content: "answer for the department", trigger: "button[name=action_answer_ok]", run: "click" },
    { content: "every line is answered", trigger: "div[name=line_ids] .o_data_row:last .text-success" },
    ...approve,
];

// A department answers its questions and approves: with the link in the mail, three clicks.
tours.add("guard_order_review_sign", { steps: () => sign });

// From the systray: open it, choose the duty that is due first, and the decision is there.
tours.add("guard_order_review_systray", {
    steps: () => [
        { content: "open the systray", trigger: ".o_menu_systray button:has(i.fa-clock-o)", run: "click" },
        { content: "choose what is due first", trigger: ".o_guard_systray_duty:first", run: "click" },
        ...sign,
    ],
});

// A department without questions of its own only approves.
tours.add("guard_order_review_approve", {
    steps: () => [
        {
            content: "no question is mine",
            trigger: ".o_form_view:not(:has(button[name=action_answer_ok])) button[name=action_approve]",
        },
        ...approve,
    ],
});

// Several reviews are answered and approved from their list; the one that nobody submitted is named.
tours.add("guard_order_review_list_sign", {
    steps: () => [
        { content: "select all", trigger: ".o_list_view thead .o_list_record_selector input", run: "click" },
        { content: "answer them", trigger: ".o_control_panel button[name=action_answer_ok]", run: "click" },
        { content: "the draft is named", trigger: ".o_notification:contains(2):contains(OR/)" },
        { content: "close it", trigger: ".o_notification_close", run: "click" },
        {
            content: "select all again",
            trigger: "body:not(:has(.o_notification)) .o_list_view thead .o_list_record_selector input:not(:checked)",
            run: "click",
        },
        { content: "approve them", trigger: ".o_control_panel button[name=action_approve]", run: "click" },
        { content: "the draft is named again", trigger: ".o_notification:contains(2):contains(OR/)" },
    ],
});

// Confirming many quotations at once is refused with the reasons of each.
tours.add("guard_order_review_mass_confirm", {
    steps: () => [
        {
            content: "select both",
            trigger: ".o_data_row:has(td:contains(GUARD-ONE)) .o_list_record_selector input",
            run: "click",
        },
        {
            content: "select both",
            trigger: ".o_data_row:has(td:contains(GUARD-TWO)) .o_list_record_selector input",
            run: "click",
        },
        { content: "open the actions", trigger: ".o_cp_action_menus .dropdown-toggle:has(.fa-cog)", run: "click" },
        { content: "confirm", trigger: ".o-dropdown--menu .o_menu_item:contains(GUARD-CONFIRM)", run: "click" },
        { content: "the reasons of the first", trigger: ".modal .o_error_dialog:contains(GUARD-ONE), .modal-body:contains(GUARD-ONE)" },
        { content: "and of the second", trigger: ".modal-body:contains(GUARD-TWO)" },
        { content: "read", trigger: ".modal-footer .btn-primary", run: "click" },
        { content: "both are quotations still", trigger: "body:not(:has(.modal)) .o_list_view .o_data_row:contains(GUARD-ONE)" },
    ],
});

// The review is worked by keyboard: answers, evidence, the next line, and no mouse.
const focused = (line, name) =>
    `div[name=line_ids] .o_data_row:eq(${line}) .o_data_cell[name=${name}] ${
        name.endsWith("_evidence") ? "input" : "select"
    }:focus`;
tours.add("guard_order_review_keyboard", {
    steps: () => [
        { content: "go to the first line", trigger: "div[name=line_ids] .o_data_row", run: "press alt+l" },
        { content: "the first question of mine", trigger: focused(0, "quantity_answer"), run: "press 1" },
        { content: "on to the evidence", trigger: focused(0, "quantity_answer"), run: "press Tab" },
        { content: "write it down", trigger: focused(0, "quantity_evidence"), run: "edit two shifts" },
        { content: "on to the next question", trigger: focused(0, "quantity_evidence"), run: "press Tab" },
        { content: "what others are asked is passed over", trigger: focused(0, "delivery_answer"), run: "press 2" },
        { content: "on to the next line", trigger: focused(0, "delivery_answer"), run: "press Enter" },
        { content: "its first question of mine", trigger: focused(1, "quantity_answer"), run: "press 3" },
        { content: "on", trigger: focused(1, "quantity_answer"), run: "press Tab" },
        { content: "no evidence", trigger: focused(1, "quantity_evidence"), run: "press Tab" },
        { content: "the last", trigger: focused(1, "delivery_answer"), run: "press 1" },
        { content: "done", trigger: focused(1, "delivery_answer"), run: "press alt+s" },
        { content: "the problem is an issue", trigger: "div[name=issue_ids] .o_data_row:contains(Shaft)" },
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
