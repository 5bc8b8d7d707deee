"""The abuse and fault cases of the trade, as far as they concern what exists; each test bears the number of its case.

====  =================================================  ==========================================================
case  what                                               where
====  =================================================  ==========================================================
01    state written over HTTP                            test_abuse_http
02    born decided                                       test_abuse_context, test_born_approved_is_a_draft,
                                                         test_deviation_born_granted_is_a_request
03    context keys                                       test_abuse_context, test_abuse_http, guard_toy
04    copy                                               here, test_copied_order_is_reviewed_anew
05    import                                             here, guard_toy
06    server action                                      here, guard_toy
07    commands of the parent                             here, guard_toy
08    requester approves                                 test_requester_cannot_approve_own_order_even_as_superuser
09    same person at two steps                           test_one_person_gives_one_opinion
10    changed after approval                             test_edited_quantity_voids_sales_and_production_only
                                                         and those beside it
11    changed while pending                              here
12    rule changed meanwhile                             test_changed_chain_leaves_running_requests_alone
13    approver gone                                      test_archived_approver_does_not_count; the rest: later
14    rejected: others withdrawn                         test_rejected_review_is_followed_by_a_new_revision
15    approver who may not read the document             later
16    decision log                                       test_approval_ledger, test_abuse_access
17-19 races, replay                                      test_abuse_races, test_approval_concurrency; replay: here
20    many decided at once                               test_many_are_decided_at_once_and_the_rest_is_reported
21-23 goods                                              later
24    uninstall                                          later
25    page of the customer                               test_abuse_portal
26    routes                                             test_abuse_access (frozen list), test_abuse_http
27    public codes                                       later
28    attachments of notes                               later
29    uploads                                            later
30    HTML and templates in texts                        here
31    mass assignment by a portal form                   later (no form of ours yet)
32    public methods                                     test_abuse_rpc, test_abuse_http
33    tokens                                             later
34    signature                                          test_customer_signs_and_is_not_refused; the rest: later
35-36 ratings, surveys, visits                           later
49-52 scheduled jobs                                     later (with the ladder of duties)
53    no commit of one's own                             here
54    figures                                            later
55    companies                                          here
56    rules of every model                               test_abuse_access
57    what is computed as superuser                      here
58    deleted partners, products, users                  here
59    formulas in exported texts                         later
====  =================================================  ==========================================================
"""

import ast
from pathlib import Path

import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules import get_module_path
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import OrderReviewCommon
from . import registry

EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '<t t-esc="1+1"/>${1+1} {{ 1+1 }} {% if 1 %}x{% endif %}',
    "%(name)s %s %d {0} {name} %%",
    "轴承 “6204” — ９９９ 个；交货期：未定 🛠️🧪",
    "\N{RIGHT-TO-LEFT OVERRIDE}evil\N{ZERO WIDTH SPACE} text",
    "'; DROP TABLE sale_order; --",
)
LONG = "很长的文字 long text " * 2000

# computed as superuser, each with its reason
COMPUTED_AS_SUPERUSER = {
    ("guard.control.point", "sentence"): "names operation, supplier and customer to readers of the point itself",
    ("guard.inspection.spec", "subject"): "names the operation to readers of the specification itself",
    ("guard.inspection.characteristic", "is_gauge_overdue"): "a day of the gauge, to readers of the specification",
    ("guard.order.review.line", "expected_date"): "the promised date of the very line that is judged",
    ("guard.inspection", "source"): "the number of the document whose goods are inspected",
    ("guard.inspection", "lot_ids"): "the lots of the very goods that are inspected",
    ("guard.inspection", "is_discontinued"): "whether the very goods may be sampled",
    ("guard.disposition", "picking_ids"): "the numbers of the documents that carry it out",
    ("guard.disposition", "picking_count"): "how many documents carry it out",
    ("guard.disposition", "scrap_ids"): "the numbers of the documents that carry it out",
    ("guard.sampling.state", "can_reduce"): "a setting of the company, to readers of the state",
    ("guard.sampling.switch", "sentence"): "names the lots that caused it to readers of the switch",
}


@tagged("post_install", "-at_install")
class TestAbuseCases(OrderReviewCommon):
    def test_d3_04_copy_of_an_approved_review_is_refused_and_of_a_deviation_asked_anew(self):
        review = self._make_approved_order().guard_review_id
        for user in (self.seller, self.quality, self.manager):
            with self.assertRaises(AccessError), registry.quietly():
                review.with_user(user).copy()
        order = self._make_order()
        deviation = (
            self.env["guard.deviation"]
            .with_user(self.seller)
            .create({"gate_id": self.gate.id, "res_id": order.id, "reason": "x"})
        )
        deviation.with_user(self.officer).action_grant()
        copied = deviation.copy({"res_id": order.id})
        self.assertEqual(
            (copied.state, copied.granted_by_id.id, copied.requester_id), ("requested", False, self.seller)
        )
        self.assertNotEqual(copied.name, deviation.name)

    def test_d3_05_import_with_state_column_is_refused_per_row(self):
        review = self._make_review()
        request = review.approval_request_id
        deviation = (
            self.env["guard.deviation"]
            .with_user(self.seller)
            .create({"gate_id": self.gate.id, "res_id": review.order_id.id, "reason": "x"})
        )
        for user in (self.seller, self.quality, self.manager):
            for record, value in ((review, "approved"), (request, "approved"), (deviation, "granted")):
                rows = [[str(record.id), value], ["", value]]
                with registry.quietly(), mute_logger("odoo.sql_db"):
                    result = self.env[record._name].with_user(user).load([".id", "state"], rows)
                self.assertFalse(result["ids"])
                self.assertEqual({message["rows"]["from"] for message in result["messages"]} - {0, 1}, set())
                self.assertTrue(result["messages"])
        self.env.invalidate_all()
        self.assertEqual((review.state, request.state, deviation.state), ("in_review", "pending", "requested"))

    def test_d3_05_import_of_an_answered_line_is_refused(self):
        review = self._make_review()
        fields = [".id", "line_ids/.id", "line_ids/specification_answer"]
        result = (
            self.env["guard.order.review"]
            .with_user(self.production)
            .load(fields, [[str(review.id), str(review.line_ids[0].id), "ok"]])
        )
        self.assertFalse(result["ids"])
        self.assertFalse(review.line_ids[0].specification_answer)

    def test_d3_06_server_action_moves_nothing_of_ours(self):
        review = self._make_review()
        request = review.sudo().approval_request_id
        codes = {
            review: (
                "record.write({'state': 'approved'})",
                "record.sudo()._write_multi and record.sudo().write({'state': 'approved'})",
            ),
            request: ("record.write({'state': 'approved'})", "record.sudo().step_ids.write({'state': 'approved'})"),
            review.order_id: ("record.action_confirm()", "record.sudo().write({'state': 'sale'})"),
        }
        for record, attempts in codes.items():
            for code in attempts:
                action = self.env["ir.actions.server"].create(
                    {
                        "name": "Push",
                        "model_id": self.env["ir.model"]._get_id(record._name),
                        "state": "code",
                        "code": code,
                    }
                )
                with self.assertRaises(UserError):
                    action.with_context(active_model=record._name, active_id=record.id, active_ids=record.ids).run()
        self.env.invalidate_all()
        self.assertEqual((review.state, request.state, review.order_id.state), ("in_review", "pending", "draft"))

    def test_d3_07_commands_on_the_parent_change_no_decision(self):
        review = self._make_review()
        self._sign(review, self.engineering)
        approved = self._make_approved_order().guard_review_id
        request = review.sudo().approval_request_id
        step, decision = request.step_ids[0], request.decision_ids[0]
        attacks = [
            (review, {"approval_request_ids": [Command.update(request.id, {"state": "approved"})]}),
            (review, {"approval_request_ids": [Command.create({"state": "approved", "res_model": review._name})]}),
            (review, {"approval_request_ids": [Command.link(approved.sudo().approval_request_id.id)]}),
            (review, {"approval_request_ids": [Command.delete(request.id)]}),
            (review, {"approval_request_ids": [Command.clear()]}),
            (request, {"step_ids": [Command.update(step.id, {"state": "approved"})]}),
            (request, {"step_ids": [Command.delete(step.id)]}),
            (request, {"decision_ids": [Command.delete(decision.id)]}),
            (request, {"decision_ids": [Command.update(decision.id, {"comment": "x"})]}),
            (review.order_id, {"guard_review_ids": [Command.update(review.id, {"state": "approved"})]}),
            (review.order_id, {"guard_review_ids": [Command.link(approved.id)]}),
            (review.order_id, {"guard_review_ids": [Command.clear()]}),
            (review, {"line_ids": [Command.update(review.line_ids[0].id, {"quality_user_id": self.quality.id})]}),
        ]
        for user in (self.seller, self.sales, self.quality, self.manager):
            for record, values in attacks:
                for powered in (record.with_user(user), record.with_user(user).sudo()):
                    with self.assertRaises(UserError, msg=values), registry.quietly(), self.env.cr.savepoint():
                        powered.write(values)
        self.env.invalidate_all()
        self.assertEqual((review.state, request.state, request.decision_ids), ("in_review", "pending", decision))
        self.assertStates(review, sales="pending", production="pending", engineering="approved", quality="pending")
        with self.assertRaises(AccessError), registry.quietly():
            review.order_id.with_user(self.sales).write({"guard_review_ids": [Command.create({"state": "approved"})]})

    def test_d3_11_change_while_pending_is_judged_and_never_silent(self):
        review = self._make_review()
        order = review.order_id.with_user(self.seller)
        review.with_user(self.production).action_answer_ok()
        order.order_line[0].product_uom_qty = 50
        step = review.sudo().approval_request_id.step_ids.filtered(lambda step: step.aspect == "production")
        self.assertEqual((step.state, step.editor_ids), ("pending", self.seller))
        self.assertIn("50", str(step.content))
        line = review.line_ids.filtered(lambda line: line.order_line_id == order.order_line[0])
        self.assertFalse(line.quantity_answer, "an answer about another quantity")
        order.partner_id = self.env["res.partner"].create({"name": "Another customer"})
        sales = review.sudo().approval_request_id.step_ids.filtered(lambda step: step.aspect == "sales")
        self.assertEqual(sales.content["partner_id"], order.partner_id.id)
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_d3_19_page_that_was_opened_before_an_edit_approves_nothing(self):
        """Sales answers no question, so nothing else would hold an approval of what was never seen."""
        review = self._make_review()
        page = review.with_user(self.sales)
        seen = page.read(["approval_seen"])[0]["approval_seen"]
        review.order_id.with_user(self.seller).order_line[0].price_unit = 0.01
        with self.assertRaises(UserError) as caught:
            page.with_context(guard_seen=seen).action_approve()
        self.assertIn("changed a moment ago", str(caught.exception))
        self.env.invalidate_all()
        page.with_context(guard_seen=page.read(["approval_seen"])[0]["approval_seen"]).action_approve()
        self.assertStates(review, sales="approved", production="pending", engineering="pending", quality="pending")

    def test_d3_18_twenty_times_the_same_click_is_one_effect(self):
        order = self._make_order()
        review = self._make_review(order)
        for _click in range(20):
            with self.assertRaises(UserError):
                order.action_guard_ask_review()
            with self.assertRaises(UserError):
                review.with_user(self.seller).action_submit()
        self.assertEqual(order.guard_review_ids, review)
        review.with_user(self.quality).action_answer_ok()
        request = review.with_user(self.quality).approval_request_id
        request.action_approve()
        said = len(review.message_ids)
        for _click in range(20):
            with self.assertRaises(UserError):
                request.action_approve()
            with self.assertRaises(UserError):
                request.action_reject("Changed my mind")
        self.assertEqual((len(request.sudo().decision_ids), len(review.message_ids)), (1, said))
        self._sign(review, self.sales, self.production, self.engineering)
        order.action_confirm()
        pickings = order.picking_ids
        for _click in range(3):
            with self.assertRaises(UserError):
                order.action_confirm()
        self.assertEqual(order.picking_ids, pickings)

    def test_d3_18_twenty_requests_for_a_deviation_open_the_gate_once(self):
        order = self._make_order()
        asked = (
            self.env["guard.deviation"]
            .with_user(self.seller)
            .create([{"gate_id": self.gate.id, "res_id": order.id, "reason": "x"}] * 5)
        )
        asked[0].with_user(self.officer).action_grant()
        for _click in range(5):
            with self.assertRaises(UserError):
                asked[0].with_user(self.officer).action_grant()
        order.action_confirm()
        self.assertEqual(asked.mapped("state"), ["used"] + ["requested"] * 4)

    # Texts

    def _make_evil_order(self, text):
        self.customer.name = text[:200]
        self.bearing.name = text[:200]
        order = self._make_order(client_order_ref=text[:200], note=text)
        order.order_line[0].write({"name": text, "guard_quality_requirement": text[:200]})
        return order

    def assertHarmless(self, body, where):
        for mark in ("<script", "<img", "onerror=alert(1)>", "<t t-"):
            self.assertNotIn(mark, str(body), where)

    def test_d3_30_html_and_templates_in_texts_stay_text(self):
        for text in EVIL:
            with self.subTest(text):
                order = self._make_evil_order(text)
                with self.assertRaises(UserError) as caught:
                    order.action_confirm()
                self.assertIn(order.name, str(caught.exception))
                review = self._make_review(order)
                review.line_ids[0].with_user(self.production).write(
                    {"delivery_answer": "problem", "delivery_evidence": text[:200]}
                )
                issue = review.issue_ids
                self.assertEqual(issue.description, text[:200])
                issue.with_user(self.seller).answer = text
                issue.with_user(self.production).action_settle()
                review.line_ids[0].with_user(self.production).delivery_answer = "changed"
                review.with_user(self.engineering).action_answer_ok()
                review.with_user(self.engineering).approval_request_id.action_approve(text)
                order.order_line[0].name = text + " 2"
                request = review.with_user(self.quality).approval_request_id
                request.action_reject(text)
                with self.assertRaises(UserError) as caught:
                    order.action_confirm()
                self.assertIn(text, str(caught.exception))  # a dialog shows it as text
                self.assertIn(text, order.guard_obstacles)
                for message in (review | order.guard_review_id).sudo().message_ids | issue.sudo().message_ids:
                    self.assertHarmless(message.body, message.body)
                mails = self.env["mail.mail"].sudo().search([("model", "=", review._name), ("res_id", "=", review.id)])
                for body in mails.mapped("body_html"):
                    self.assertHarmless(body, "mail")
                decision = request.sudo().decision_ids.filtered(lambda decision: decision.kind == "rejected")
                self.assertEqual(decision.comment, text)
                self.assertEqual(decision.ledger_id._verify(), [])

    def test_d3_30_evil_names_in_deviations_and_warnings_stay_text(self):
        for text in EVIL:
            with self.subTest(text):
                self.gate.mode = "block"
                self.gate.name = text[:60]
                order = self._make_evil_order(text)
                deviation = (
                    self.env["guard.deviation"]
                    .with_user(self.seller)
                    .create({"gate_id": self.gate.id, "res_id": order.id, "reason": text})
                )
                deviation.with_user(self.officer).action_grant()
                self.assertEqual(deviation.reason, text)
                self.clause.with_user(self.manager)._set_in_force(False, text)
                self.clause.with_user(self.manager)._set_in_force(True)
                self.gate.mode = "warn"
                other = self._make_evil_order(text)
                other.action_confirm()
                self.assertEqual(other.state, "sale")
                for message in (
                    deviation.message_ids | self.clause.message_ids | self.gate.message_ids | other.message_ids
                ):
                    self.assertHarmless(message.body, message.body)

    def test_d3_30_full_width_digits_and_long_texts_are_kept_or_refused_whole(self):
        order = self._make_evil_order(LONG)
        review = self._make_review(order)
        order.order_line[0].write({"product_uom_qty": "１２"})
        self.assertEqual(order.order_line[0].product_uom_qty, 12)
        self.assertIn("12.00", str(review.sudo().approval_request_id.step_ids.mapped("content")))
        review.line_ids[0].with_user(self.quality).quality_evidence = LONG
        self.assertEqual(review.line_ids[0].quality_evidence, LONG)
        request = review.with_user(self.quality).approval_request_id
        request.action_reject(LONG)
        self.assertEqual(request.sudo().decision_ids.comment, LONG.strip())
        self.assertEqual(request.sudo().chain_id.ledger_id._verify(), [])
        with self.assertRaises(UserError):
            order.action_confirm()

    # Jobs and data

    def test_d3_53_nobody_commits_or_rolls_back_a_transaction_that_is_not_theirs(self):
        found = []
        for addon in registry.ADDONS:
            folder = get_module_path(addon, display_warning=False)
            for path in Path(folder).rglob("*.py") if folder else ():
                if "tests" in path.relative_to(folder).parts or "migrations" in path.parts:
                    continue
                for node in ast.walk(ast.parse(path.read_text())):
                    if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback"):
                        found.append(f"{path.name}:{node.lineno}")
        self.assertEqual(found, [])

    def test_d3_55_other_companies_find_nothing(self):
        review = self._make_review()
        self._sign(review, self.engineering)
        review.line_ids[0].with_user(self.production).write({"delivery_answer": "problem"})
        self.env["guard.deviation"].with_user(self.seller).create(
            {"gate_id": self.gate.id, "res_id": review.order_id.id, "reason": "x"}
        )
        other = self.env["res.company"].create({"name": "Elsewhere"})
        guard = "quality_service_guard.group_"
        foreigner = new_test_user(
            self.env,
            "elsewhere",
            f"base.group_user,sales_team.group_sale_manager,{guard}guard_manager,{guard}review_quality,{guard}review_sales",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        elsewhere = self.env(user=foreigner, context={"lang": "en_US", "allowed_company_ids": other.ids})
        with registry.quietly():
            for name in registry.own_models(self.env):
                model = self.env[name]
                if model._abstract or model._transient or "company_id" not in model._fields:
                    continue
                theirs = model.sudo().search([("company_id", "=", self.company.id)])
                seen = model.with_env(elsewhere)
                self.assertFalse(seen.search([("id", "in", theirs.ids)]), name)
                self.assertFalse(seen.search_count([("id", "in", theirs.ids)]), name)
                self.assertFalse([row for row in seen.name_search("", limit=None) if row[0] in theirs.ids], name)
                self.assertFalse(seen._read_group([("id", "in", theirs.ids)], [], ["__count"])[0][0], name)
                for record in theirs[:3]:
                    for attack in (
                        lambda rec: rec.read(["display_name"]),
                        lambda rec: rec.export_data(["id", "display_name"]),
                        lambda rec: rec.web_read({"display_name": {}}),
                    ):
                        with self.assertRaises(UserError, msg=name):
                            attack(record.with_env(elsewhere))
        duties = elsewhere["mail.activity"].search([("res_model", "=", review._name)])
        self.assertFalse(duties)
        clause = self.clause.with_env(elsewhere)
        self.assertEqual((clause.evidence_count, clause.in_force), (0, False))
        with self.assertRaises(AccessError):
            review.with_env(elsewhere).approval_request_id.action_approve()

    def test_d3_57_what_is_computed_as_superuser_is_on_the_list(self):
        found = set()
        for name in registry.own_models(self.env):
            for fname, field in self.env[name]._fields.items():
                if field._module in registry.ADDONS and field.compute and field.compute_sudo and not field.store:
                    if not field.related:
                        found.add((name, fname))
        self.assertEqual(found, COMPUTED_AS_SUPERUSER.keys())

    def test_d3_58_what_a_review_rests_on_is_not_deleted(self):
        order = self._make_approved_order()
        review = order.guard_review_id
        for record in (
            order.partner_id,
            order.order_line[0].product_id,
            self.quality,
            self.seller,
            self.clause,
            self.gate,
        ):
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    record.sudo().unlink()
            except (UserError, psycopg2.IntegrityError):
                self.env.invalidate_all()
                continue
            self.fail(f"{record} was deleted")
        self.quality.active = False
        self.bearing.active = False
        self.env.invalidate_all()
        self.assertEqual(review.state, "approved")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_d3_58_order_takes_no_asked_review_with_it(self):
        """Deleting the quotation must not delete what departments have said about it."""
        review = self._make_review()
        review.with_user(self.quality).approval_request_id.action_reject("No gauge")
        with self.assertRaises(UserError):
            review.order_id.with_user(self.sales).unlink()
        draft = self._make_order()
        draft.action_guard_ask_review()
        asked = draft.guard_review_ids
        draft.with_user(self.sales).unlink()
        self.assertFalse(asked.exists())
