"""A story on the demo company's own orders, for the pictures: run in Odoo's shell, where ``env`` is."""

import json

env = env(context={**env.context, "tracking_disable": True})  # noqa: F821
addon = "quality_service_guard."
people = {
    name: env.ref(f"{addon}user_demo_{name}")
    for name in ("sales", "sales_manager", "production", "engineering", "quality")
}
orders = env["sale.order"].search([("state", "in", ("draft", "sent"))], order="id", limit=4)
orders.user_id = people["sales"]


def ask(order):
    """The salesperson puts the order forward."""
    action = order.with_user(people["sales"]).action_guard_ask_review()
    review = env["guard.order.review"].browse(action["res_id"])
    review.with_user(people["sales"]).action_submit()
    return review


def sign(review, *names):
    """Each answers what they are asked and approves."""
    for name in names:
        review.with_user(people[name]).action_answer_ok()
        review.with_user(people[name]).action_approve()


orders |= orders[0].copy() | orders[0].copy()
blocked, running, problem, edited, done, held = orders
for number, order in enumerate(orders):
    order.commitment_date = f"2026-12-{10 + number} 08:00:00"

review = ask(running)
line = review.line_ids[0].with_user(people["production"])
line.write({"quantity_answer": "ok", "quantity_evidence": "Two shifts are free in week 50"})
line.write({"delivery_answer": "changed", "delivery_evidence": "Castings arrive on the 8th"})
sign(review, "quality")

review = ask(problem)
review.line_ids[0].with_user(people["engineering"]).write(
    {"specification_answer": "problem", "specification_evidence": "The drawing names no coating"}
)
issue = review.issue_ids
issue.with_user(people["sales"]).write(
    {"name": "Which coating does the customer want?", "contact_id": problem.partner_id.child_ids[:1].id}
)

review = ask(edited)
sign(review, "sales_manager", "production", "engineering", "quality")
edited.order_line.filtered(lambda line: not line.display_type)[0].product_uom_qty += 4

review = ask(done)
issue = (
    env["guard.review.issue"]
    .with_user(people["quality"])
    .create(
        {
            "review_id": review.id,
            "name": "Test certificate 3.1 or 2.2?",
            "kind": "requirement",
            "contact_id": done.partner_id.id,
        }
    )
)
issue.with_user(people["sales"]).answer = "3.1, confirmed by telephone."
issue.with_user(people["quality"]).action_settle()
sign(review, "sales_manager", "production", "quality")
review.with_user(people["engineering"]).action_answer_ok()
wizard = review.with_user(people["engineering"]).action_approve_if()
env[wizard["res_model"]].with_user(people["engineering"]).with_context(**wizard["context"]).create(
    {
        "condition": "The customer confirms the coating in writing",
        "user_id": people["sales"].id,
        "deadline": "2026-12-05 08:00:00",
    }
).action_apply()
done.action_confirm()

held.action_quotation_sent()
held.write({"signed_by": "Wang Fang", "signed_on": "2026-11-24 08:00:00"})
held._validate_order()
held._portal_ensure_token()

# orders of the workshop: one is approved and keeps its capacity, the others are reckoned as things are then
kept, displaces, late = (
    env.ref(f"{addon}sale_order_demo_{name}").guard_review_id for name in ("kept", "displaces", "late")
)
sign(kept, "sales_manager", "production", "engineering", "quality")
(displaces | late).with_user(people["production"]).action_reckon()

delegation = (
    env["guard.delegation"]
    .with_user(people["quality"])
    .create(
        {
            "deputy_id": people["engineering"].id,
            "date_from": "2026-12-21 00:00:00",
            "date_to": "2027-01-04 00:00:00",
            "reason": "Winter holidays",
        }
    )
)

request = blocked.with_user(people["sales"]).action_guard_request_deviation()
deviation = (
    env["guard.deviation"]
    .with_user(people["sales"])
    .with_context(request["context"])
    .create({"reason": "The customer's line stands still; a replacement is needed today."})
)
env.cr.commit()

ids = {
    "blocked": blocked.id,
    "running": running.guard_review_id.id,
    "problem": problem.guard_review_id.id,
    "edited": edited.guard_review_id.id,
    "done": done.guard_review_id.id,
    "issue": problem.guard_review_id.issue_ids.id,
    "deviation": deviation.id,
    "request": running.guard_review_id.approval_request_id.id,
    "condition": done.guard_review_id.approval_condition_ids.id,
    "delivery": done.picking_ids[:1].id,
    "delegation": delegation.id,
    "dashboard": env.ref("quality_service_guard_spreadsheet_dashboard.spreadsheet_dashboard_order_review").id,
    "displaces": displaces.id,
    "late_line": late.feasibility_line_ids.id,
    "late_reckoning": late.feasibility_id.id,
    "held": held.id,
    "held_token": held.access_token,
    "gate": env.ref(f"{addon}gate_order_review").id,
}
print("STORY " + json.dumps(ids))  # pylint: disable=print-used
