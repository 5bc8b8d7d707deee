import { registry } from "@web/core/registry";

// Who answers the delivery date sees what binds it, how full the machine is and who would have to wait, asks the
// consent of those, and answers.
registry.category("web_tour.tours").add("guard_feasibility_consent", {
    steps: () => [
        { content: "only before others", trigger: "div[name=feasibility] div[name=feasibility_verdict] .text-bg-warning" },
        { content: "the constraint in words", trigger: "div[name=line_ids] .o_data_cell[name=feasibility_sentence]:contains(Lathe)" },
        { content: "the picture of the load", trigger: "div[name=feasibility_load] canvas" },
        { content: "this order's share, warm", trigger: "div[name=feasibility_load] tr:contains(Lathe) td.o_guard_heat_1:contains(60 %):contains(8 h)" },
        { content: "what if", trigger: "div[name=feasibility] button[name=action_what_if]", run: "click" },
        { content: "one variant as it is", trigger: ".modal div[name=verdict_a]:contains(Only Before Others)" },
        { content: "and the other", trigger: ".modal div[name=verdict_b]:contains(Only Before Others)" },
        { content: "another date for it", trigger: ".modal div[name=promised_b] button", run: "click" },
        { content: "by keyboard", trigger: ".modal div[name=promised_b] input", run: "edit 03/13/2026 16:00:00" },
        { content: "taken with Enter", trigger: ".modal div[name=promised_b] input", run: "press Enter" },
        { content: "it could be kept", trigger: ".modal div[name=verdict_b]:contains(Can Be Kept)" },
        { content: "side by side with the first", trigger: ".modal div[name=verdict_a]:contains(Only Before Others)" },
        { content: "whose order would wait", trigger: ".modal div[name=others_a]:contains(8)" },
        { content: "and in the line's words", trigger: ".modal div[name=line_ids] .o_data_cell[name=answer_b]:contains(Can be kept by)" },
        { content: "close", trigger: ".modal footer button:contains(Close)", run: "click" },
        { content: "who would have to wait", trigger: "div[name=feasibility_displaced] tbody tr:contains(rival):contains(8)" },
        { content: "and what is made for it, which only planners open", trigger: "div[name=feasibility_displaced] tbody tr:contains(WH/MO):not(:has(button:contains(WH/MO)))" },
        { content: "ask their consent", trigger: "div[name=feasibility] button[name=action_ask_consent]", run: "click" },
        { content: "yes", trigger: ".modal-footer .btn-primary", run: "click" },
        { content: "their salesperson is asked", trigger: "div[name=approval_step_ids] .o_data_row:contains(rival)" },
        { content: "not twice", trigger: "div[name=feasibility]:not(:has(button[name=action_ask_consent]))" },
        { content: "answer", trigger: "button[name=action_answer_ok]", run: "click" },
        { content: "answered", trigger: "div[name=line_ids] .o_data_cell[name=delivery_answer] .text-success" },
    ],
});

// By keyboard alone: the dialog opens without a calendar over it, Tab and Enter never close it, Escape does.
const at = (name) => `.modal div[name=${name}] :is(input, button):focus`;
registry.category("web_tour.tours").add("guard_feasibility_what_if_keyboard", {
    steps: () => [
        { content: "what if", trigger: "div[name=feasibility] button[name=action_what_if]", run: "press alt+shift+w" },
        { content: "what it is about is read first", trigger: ".modal p:focus:contains(Two variants)", run: "press Tab" },
        { content: "the date", trigger: at("promised_a"), run: "press Tab" },
        { content: "typing opens a choice", trigger: at("instead_of_a"), run: "edit Lath" },
        { content: "Enter takes it", trigger: ".o_select_menu_menu .o_select_menu_item:contains(Lathe)", run: "press Enter" },
        { content: "the dialog stays and asks on", trigger: ".modal:not(:has(.o_select_menu_menu)) div[name=instead_a]" },
        { content: "to the quantities", trigger: ".modal button:contains(Change Quantities)", run: "press alt+q" },
        { content: "half of them", trigger: at("quantity_a"), run: "edit 4" },
        { content: "on", trigger: at("quantity_a"), run: "press Tab" },
        { content: "it comes sooner", trigger: ".modal div[name=earliest_a]:contains(12:00)" },
        { content: "and the other as it was", trigger: ".modal div[name=earliest_b]:contains(4:00)" },
        { content: "out of the line", trigger: at("quantity_b"), run: "press Escape" },
        { content: "close", trigger: ".modal:not(:has(.o_selected_row))", run: "press Escape" },
        { content: "closed", trigger: "body:not(:has(.modal)) div[name=feasibility]" },
    ],
});

// Who opens a reckoning sees the busiest work center first, its full weeks, and in a line the step that decides.
registry.category("web_tour.tours").add("guard_feasibility_reasons", {
    steps: () => [
        { content: "the busiest first", trigger: "div[name=load] tbody tr:first-child th:contains(Mill)" },
        { content: "a full week says so", trigger: "div[name=load] tr:contains(Mill) td.o_guard_heat_3:contains(100 %) i[title=Full]" },
        { content: "one with time left does not", trigger: "div[name=load] tr:contains(Lathe) td.o_guard_heat_0:first:not(:has(i))" },
        { content: "open the line", trigger: "div[name=line_ids] .o_data_cell[name=product_id]", run: "click" },
        { content: "the mill decides", trigger: ".o_guard_steps tr:contains(Mill work) .o_guard_binding:contains(Decides the date)" },
        { content: "and nothing else", trigger: ".o_guard_steps:not(:has(tr:not(:contains(Mill work)) .o_guard_binding))" },
    ],
});
