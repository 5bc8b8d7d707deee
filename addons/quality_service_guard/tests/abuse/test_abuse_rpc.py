import inspect

import psycopg2
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..common import OrderReviewCommon
from ..inspection.story import make_inspection_story
from . import registry

# what is given for a parameter of this name; one that is not here gets its default or a text
ARGUMENTS = {
    "fields": ["display_name"],
    "fields_list": ["display_name"],
    "comment": "Taken over",
    "reason": "Taken over",
    "default": None,
}
# methods that may answer anybody, each with its reason
HARMLESS = {
    ("*", "default_get"): "the model's own defaults, no record",
    ("*", "get_import_templates"): "names a file that lies open, no record",
}
# what an administrator of assurance may do from another company, each with its reason
HARMLESS_TO_MANAGERS = {
    ("guard.approval.chain", "write"): "a chain without company is a rule of all",
    ("guard.approval.ledger", "action_verify"): "says how many hashes are whole, nothing of a document",
    ("guard.clause", "action_enforce"): "opens the preview for their own company",
    ("guard.clause", "action_suspend"): "opens the form for their own company",
    ("res.config.settings", "action_guard_enforce"): "opens the preview for their own company",
    **{
        (model, method): "the record is of all companies; what is shown of it is of their own"
        for model in ("product.product", "product.template", "res.partner")
        for method in ("action_guard_inspections", "action_guard_open_sampling_states", "action_guard_open_dispositions")
    },
}
EMPTY = (None, False, True, [], {})


@tagged("post_install", "-at_install")
class TestAbuseRpc(OrderReviewCommon):
    """Every method of ours that RPC can call, called by those who have no business with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = registry.make_people(cls.env)
        other = cls.env["res.company"].create({"name": "Elsewhere"})
        values = {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        groups = "base.group_user,sales_team.group_sale_manager,quality_service_guard.group_guard_manager"
        for aspect in ("sales", "production", "engineering", "quality"):
            groups += f",quality_service_guard.group_review_{aspect}"
        cls.foreigner = new_test_user(cls.env, "abuse_foreigner", groups, **values)
        cls.customer = cls.people["portal"].partner_id
        cls._make_story()

    @classmethod
    def _make_story(cls):
        """One record of everything, so that every method has something to be called on."""
        cls.review = cls._make_review(cls._make_order(partner_id=cls.customer.id))
        cls.order = cls.review.order_id
        cls._sign(cls.review, cls.engineering)
        cls.env["guard.deviation"].with_user(cls.seller).create(
            {"gate_id": cls.gate.id, "res_id": cls.order.id, "reason": "Line stands still"}
        )
        cls.env["guard.gate.refusal"].create(
            {
                "gate_id": cls.gate.id,
                "res_model": "sale.order",
                "res_id": cls.order.id,
                "document": cls.order.name,
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                "obstacles": "x",
            }
        )
        cls.env["guard.policy.wizard"].with_user(cls.manager).create(
            {"operation": "suspend", "reason": "x", "clause_ids": cls.clause.ids}
        )
        cls.env["guard.approval.reject"].with_user(cls.quality).create(
            {"request_ids": cls.review.approval_request_id.ids, "comment": "x"}
        )
        cls.env["guard.approval.approve.if"].with_user(cls.sales).create(
            {
                "request_ids": cls.review.approval_request_id.ids,
                "condition": "Paid in advance",
                "user_id": cls.seller.id,
                "deadline": "2099-01-01",
            }
        ).action_apply()
        cls.review.line_ids[0].with_user(cls.production).write(
            {"delivery_answer": "problem", "delivery_evidence": "Full"}
        )
        cls.env["guard.delegation"].with_user(cls.quality).create(
            {"deputy_id": cls.officer.id, "date_from": "2098-01-01", "date_to": "2098-01-02"}
        )
        cls.env["account.payment"].create(
            {"payment_type": "outbound", "partner_id": cls.customer.id, "amount": 1, "guard_refund_order_id": cls.order.id}
        )
        stock = cls.env.ref("stock.stock_location_stock")
        cls.env["stock.move"].create(
            {
                "product_id": cls.bearing.id,
                "product_uom_qty": 1,
                "location_id": stock.id,
                "location_dest_id": cls.env.ref("stock.stock_location_customers").id,
                "picking_id": cls.env["stock.picking"]
                .create({"picking_type_id": cls.env.ref("stock.picking_type_out").id})
                .id,
            }
        )
        cls._make_reservation(cls.review)
        cls.review.with_user(cls.seller).action_what_if()
        cls.env["mrp.production"].create({"product_id": cls.bearing.id, "product_qty": 1})
        make_inspection_story(cls)
        cls._make_inspection_rules()  # which asks about everything, from now on
        cls.env["res.config.settings"].create({})

    @classmethod
    def _make_inspection_rules(cls):
        """A specification in force and a control point that names it."""
        spec = (
            cls.env["guard.inspection.spec"]
            .with_user(cls.quality)
            .create(
                {
                    "name": "Bearing",
                    "product_tmpl_id": cls.bearing.product_tmpl_id.id,
                    "characteristic_ids": [Command.create({"name": "No rust"})],
                }
            )
        )
        spec.action_put_in_force()
        cls.env["guard.control.point"].with_user(cls.quality).create(
            {"name": "Incoming", "occasion": "receipt", "spec_id": spec.id}
        )

    def _get_victim(self, model):
        """The record that a stranger would be after."""
        records = self.env[model].sudo().with_context(active_test=False)
        if model == "mail.activity":
            return records.search([("guard_clause_id", "!=", False)], limit=1)
        if model == "sale.order":
            return self.order
        if model == "sale.order.line":
            return self.order.order_line[:1]
        return records.search([], limit=1, order="id desc")

    def _get_arguments(self, model, method):
        """Something for each parameter that has no default."""
        text = next(
            (
                n
                for n, f in self.env[model]._fields.items()
                if f.store and f.type in ("char", "text") and not f.company_dependent
            ),
            "display_name",
        )
        values = {"vals": {text: "Taken over"}, "vals_list": [{text: "Taken over"}], **ARGUMENTS}
        parameters = list(inspect.signature(getattr(self.env.registry[model], method)).parameters.values())[1:]
        return [
            values.get(parameter.name, "Taken over")
            for parameter in parameters
            if parameter.kind == parameter.POSITIONAL_OR_KEYWORD and parameter.default is parameter.empty
        ]

    def _print(self):
        """A fingerprint of everything of ours and of what ours hangs on."""
        self.env.flush_all()
        tables = {
            self.env[name]._table
            for name in registry.own_models(self.env)
            if self.env[name]._auto and not self.env[name]._abstract
        }
        tables |= {
            "sale_order",
            "sale_order_line",
            "mail_activity",
            "mail_message",
            "mail_mail",
            "ir_default",
            "stock_picking",
        }
        return {
            table: self.env.execute_query(
                SQL("SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM %s t", SQL.identifier(table))
            )
            for table in sorted(tables)
        }

    def _attack(self, user, model, method, before):
        """Call as an RPC would.

        :return: what came of it in words, None where nothing did
        """
        victim, outcome = self._get_victim(model), None
        harmless = HARMLESS.keys() | (HARMLESS_TO_MANAGERS.keys() if user == self.foreigner else set())
        if {(model, method), ("*", method)} & harmless:
            return None
        is_model = getattr(getattr(self.env.registry[model], method), "_api_model", False)
        arguments = self._get_arguments(model, method)
        try:
            with self.env.cr.savepoint():
                self.env.invalidate_all()
                companies = user.sudo().company_ids.ids
                result = call_kw(
                    self.env[model].with_user(user).with_context(lang="en_US", allowed_company_ids=companies),
                    method,
                    arguments if is_model else [victim.ids, *arguments],
                    {},
                )
                changed = [table for table, state in self._print().items() if state != before[table]]
                if changed:
                    outcome = f"changed {', '.join(changed)}"
                elif result not in EMPTY:
                    outcome = f"answered {result!r:.200}"
                raise ZeroDivisionError
        except (UserError, ZeroDivisionError, psycopg2.IntegrityError):
            return outcome
        finally:
            self.env.invalidate_all()

    def test_nothing_is_given_or_done_to_whoever_has_no_right(self):
        methods = registry.own_methods(self.env)
        self.assertGreater(len(methods), 50)
        before, came_of_it = self._print(), []
        attackers = (self.people["public"], self.people["portal"], self.people["employee"], self.foreigner)
        with registry.quietly(), mute_logger("odoo.sql_db"):
            for model, method in methods:
                for user in attackers:
                    if self.env[model]._transient and user == self.foreigner and method in ("create", "default_get"):
                        continue  # a form of one's own, filled in by oneself
                    outcome = self._attack(user, model, method, before)
                    if outcome:
                        came_of_it.append(f"{model}.{method} by {user.login}: {outcome}")
        self.assertEqual(came_of_it, [], "\n".join(came_of_it))
        self.assertEqual(self._print(), before)

    def test_whoever_may_read_a_record_may_read_all_that_we_put_on_it(self):
        """As Odoo's own tests and exports do: all fields at once."""
        groups = ("mrp.group_mrp_user", "mrp.group_mrp_manager", "maintenance.group_equipment_manager", "stock.group_stock_user")
        people = {group: new_test_user(self.env, group, f"base.group_user,{group}") for group in groups} | self.people
        self.env["maintenance.equipment"].create({"name": "Spindle"})
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.bearing.product_tmpl_id.id,
                "operation_ids": [
                    Command.create({"name": "Turn", "workcenter_id": self.env["mrp.workcenter"].search([], limit=1).id})
                ],
            }
        )
        read = set()
        for name, model in self.env.registry.items():
            names = [fname for fname, field in model._fields.items() if field._module in registry.ADDONS]
            if model._abstract or not names:
                continue
            for kind, user in people.items():
                record = self._get_victim(name).with_user(user)
                if record and record.has_access("read"):
                    with self.subTest(model=name, kind=kind):
                        record.read([n for n in names if record._has_field_access(record._fields[n], "read")])
                        read.add(name)
        self.assertLessEqual(
            {"sale.order", "mrp.workcenter", "mrp.routing.workcenter", "maintenance.equipment", "guard.order.review"}, read
        )

    def test_every_model_has_a_record_to_be_attacked(self):
        models = {model for model, _method in registry.own_methods(self.env)}
        self.assertEqual([model for model in sorted(models) if not self._get_victim(model)], [])

    def test_no_method_takes_what_the_second_json_api_keeps_for_itself(self):
        """``/json/2`` reads ``ids`` and ``context`` beside the arguments; a parameter of that name is never given."""
        taken = []
        for model, method in registry.own_methods(self.env):
            parameters = inspect.signature(getattr(self.env.registry[model], method)).parameters
            if {"ids", "context"} & parameters.keys():
                taken.append(f"{model}.{method}")
        self.assertEqual(taken, [])

    def test_customer_reads_nothing_of_the_review_on_their_own_order(self):
        order = self.order.with_user(self.people["portal"])
        order.check_access("read")
        told = [value for value in (order.guard_obstacles, order.is_guard_blocked) if value]
        self.assertEqual(told, [])
        ours = [name for name, field in order._fields.items() if name.startswith("guard_") and not field.related]
        for name in ours:
            try:
                with registry.quietly():
                    told = order.read([name])[0][name]
            except UserError:
                continue
            for word in (self.quality.name, self.engineering.name, "Quality", "Full"):
                self.assertNotIn(word, str(told), name)
