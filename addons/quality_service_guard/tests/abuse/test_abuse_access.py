import csv
import json
import os
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import OrderReviewCommon
from ..inspection.story import make_inspection_story
from . import registry

MATRIX = Path(__file__).with_name("access_matrix.csv")
ROUTES = Path(__file__).with_name("routes.json")
HOW = "If it is meant so, run these tests once with ABUSE_RECORD=1 and commit the file."

# models without a rule of the company, each with its reason
OF_ALL_COMPANIES = {
    "guard.clause": "the policy is one; in force and owner are kept for each company in the fields",
    "guard.gate": "a gate is one; its mode is kept for each company in the field",
    "guard.approval.ledger": "head of a hash chain: name of the chain, number and hash, nothing of a document",
}


def recording():
    """Whether the recorded files are to be written anew."""
    return bool(os.environ.get("ABUSE_RECORD"))


@tagged("post_install", "-at_install")
class TestAbuseAccess(OrderReviewCommon):
    """Who may what with the records of our models: all groups, all models, nothing left out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = registry.make_people(cls.env)
        cls.models = [name for name in registry.own_models(cls.env) if not cls.env[name]._abstract]

    def test_every_model_has_access_rights(self):
        access = self.env["ir.model.access"].search([("model_id.model", "in", self.models)])
        self.assertEqual(set(self.models) - set(access.model_id.mapped("model")), set())
        self.assertFalse(access.filtered(lambda line: not line.group_id).mapped("name"), "rights for everybody")

    def test_every_model_keeps_companies_apart_or_says_why_not(self):
        stored = {name for name in self.models if not self.env[name]._transient}
        rules = self.env["ir.rule"].search([("model_id.model", "in", list(stored)), ("groups", "=", False)])
        ruled = set(rules.filtered(lambda rule: "company_ids" in rule.domain_force).model_id.mapped("model"))
        self.assertEqual(stored - ruled - OF_ALL_COMPANIES.keys(), set())
        self.assertEqual(ruled & OF_ALL_COMPANIES.keys(), set())
        self.assertEqual(OF_ALL_COMPANIES.keys() - stored, set())

    def test_matrix_of_groups_and_models_is_as_recorded(self):
        found = {}
        with registry.quietly():
            for model in self.models:
                for kind, user in self.people.items():
                    may = [op for op in registry.OPERATIONS if self.env[model].with_user(user).has_access(op)]
                    found[model, kind] = " ".join(may) or "-"
        if recording():
            with MATRIX.open("w", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(["model", *registry.PEOPLE])
                writer.writerows([model, *(found[model, kind] for kind in registry.PEOPLE)] for model in self.models)
        with MATRIX.open(newline="") as file:
            recorded = {
                (row["model"], kind): row[kind]
                for row in csv.DictReader(file)
                for kind in registry.PEOPLE
                if row["model"] in self.env
            }
        differing = {
            key: (recorded.get(key), found.get(key)) for key in recorded | found if recorded.get(key) != found.get(key)
        }
        self.assertEqual(differing, {}, HOW)

    def test_routes_are_as_recorded(self):
        found = registry.own_routes()
        if recording():
            ROUTES.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        self.assertEqual(found, json.loads(ROUTES.read_text()), HOW)

    def test_sealed_records_are_changed_by_nobody(self):
        review = self._make_review()
        self._sign(review, self.quality)
        self._make_reservation(review)
        make_inspection_story(self)
        sealed = [name for name in self.models if "guard.sealed.mixin" in self.env[name]._inherit_module]
        self.assertGreaterEqual(len(sealed), 4)
        everybody = [*self.people.values(), self.env.ref("base.user_admin"), self.env.ref("base.user_root")]
        with registry.quietly():
            for name in sealed:
                record = self.env[name].sudo().search([], limit=1, order="id desc")
                self.assertTrue(record, name)
                texts = [f for f, field in record._fields.items() if field.store and field.type in ("char", "selection")]
                for user in everybody:
                    for powered in (record.with_user(user), record.with_user(user).sudo()):
                        for attack in (
                            lambda rec, texts=texts: rec.write({texts[0]: "forged"}),
                            lambda rec: rec.write({"create_uid": 1}),
                            lambda rec: rec.unlink(),
                            lambda rec: rec.copy(),
                            lambda rec: rec.create({}),
                        ):
                            with self.assertRaises(UserError, msg=(name, user.login)), self.env.cr.savepoint():
                                attack(powered)

    def test_computed_figures_are_not_typed_over(self):
        """What is computed and stored (times, companies, links) is written by its compute only."""
        review = self._make_review()
        review.line_ids[0].with_user(self.production).write({"delivery_answer": "problem"})
        self.env["guard.deviation"].with_user(self.seller).create(
            {"gate_id": self.gate.id, "res_id": review.order_id.id, "reason": "x"}
        )
        typed = []
        with registry.quietly():
            for name in self.models:
                model = self.env[name]
                if model._transient:
                    continue
                record = model.sudo().search([], limit=1, order="id desc")
                computed = [
                    fname
                    for fname, field in model._fields.items()
                    if field.store and field.column_type and field.compute and field.readonly and not field.inverse
                ]
                for kind, user in self.people.items():
                    for fname in computed if record else ():
                        try:
                            with self.env.cr.savepoint():
                                record.with_user(user).write({fname: False})
                                typed.append(f"{name}.{fname} by {kind}")
                                raise ZeroDivisionError
                        except (UserError, ZeroDivisionError):
                            pass
        self.assertEqual(typed, [])

    def test_chain_keeps_its_ledger(self):
        chain = self.env.ref("quality_service_guard.chain_order_review")
        other = chain.copy()
        self.assertNotEqual(other.ledger_id, chain.ledger_id)
        for powered in (chain.with_user(self.manager), chain.sudo()):
            for ledger in (other.ledger_id.id, False):
                with self.assertRaises(UserError):
                    powered.write({"ledger_id": ledger})

    def test_policy_of_another_company_is_not_touched(self):
        other = self.env["res.company"].create({"name": "Other"})
        wizard = (
            self.env["guard.policy.wizard"]
            .with_user(self.manager)
            .create({"operation": "enforce", "company_id": other.id, "clause_ids": self.clause.ids})
        )
        with self.assertRaises(AccessError):
            wizard.action_apply()
        self.assertFalse(self.clause.with_company(other).in_force)
        for record, values in ((self.gate, {"mode": "warn"}), (self.clause, {"in_force": True})):
            with self.assertRaises(UserError):
                record.with_user(self.manager).with_context(allowed_company_ids=other.ids).write(values)

    def test_nobody_but_the_administrator_of_assurance_opens_the_gate_for_all(self):
        order = self._make_order()
        with registry.quietly():
            for kind, user in self.people.items():
                if kind in ("guard_manager", "settings"):
                    continue
                for attack in (
                    lambda env: env["guard.gate"].browse(self.gate.id).write({"mode": "warn"}),
                    lambda env: env["guard.gate"].browse(self.gate.id).unlink(),
                    lambda env: env["guard.clause"].browse(self.clause.id).write({"in_force": False}),
                    lambda env: env["ir.default"].set("guard.gate", "mode", "warn"),
                    lambda env: env["ir.default"].set("guard.clause", "in_force", False),
                    lambda env: env["guard.clause"].browse(self.clause.id).action_suspend(),
                    lambda env: env["guard.policy.wizard"].create({"operation": "suspend"}),
                    lambda env: env["guard.approval.chain"].search([]).write({"active": False}),
                ):
                    with self.assertRaises(AccessError, msg=kind), self.env.cr.savepoint():
                        attack(self.env(user=user))
                self.env["ir.default"].with_user(user).sudo().set("guard.gate", "mode", "warn", user_id=user.id)
                self.env["ir.default"].with_user(user).sudo().set("guard.clause", "in_force", False, user_id=user.id)
        with self.assertRaises(UserError):
            order.action_confirm()
