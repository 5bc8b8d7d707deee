import { registry } from "@web/core/registry";

// Who answers the delivery date sees what binds it, how full the machine is and who would have to wait, asks the
// consent of those, and answers.
registry.category("web_tour.tours").add("guard_feasibility_consent", {
    steps: () => [
        { content: "only before others", trigger: "div[name=feasibility] div[name=feasibility_verdict] .text-bg-warning" },
        { content: "the constraint in words", trigger: "div[name=line_ids] .o_data_cell[name=feasibility_sentence]:contains(Lathe)" },
        { content: "the picture of the load", trigger: "div[name=feasibility_load] canvas" },
        { content: "open the table of the load", trigger: "div[name=feasibility_load] summary", run: "click" },
        { content: "this order's share", trigger: "div[name=feasibility_load] details[open] td:contains(60 %):contains(8)" },
        { content: "who would have to wait", trigger: "div[name=feasibility_displaced] tbody tr:contains(rival):contains(8)" },
        { content: "and what is made for it", trigger: "div[name=feasibility_displaced] tbody tr button:contains(WH/MO)" },
        { content: "ask their consent", trigger: "div[name=feasibility] button[name=action_ask_consent]", run: "click" },
        { content: "yes", trigger: ".modal-footer .btn-primary", run: "click" },
        { content: "their salesperson is asked", trigger: "div[name=approval_step_ids] .o_data_row:contains(rival)" },
        { content: "not twice", trigger: "div[name=feasibility]:not(:has(button[name=action_ask_consent]))" },
        { content: "answer", trigger: "button[name=action_answer_ok]", run: "click" },
        { content: "answered", trigger: "div[name=line_ids] .o_data_cell[name=delivery_answer] .text-success" },
    ],
});
