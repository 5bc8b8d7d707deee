import re
from pathlib import Path

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules import get_module_path
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import ToyCommon

STEP = {"state": "released"}


def context_keys():
    """Every context key that our own code mentions, and those that other code is known to listen to."""
    keys = {
        "active_test": False,
        "allowed_company_ids": None,
        "bypass": True,
        "check_move_validity": False,
        "default_company_id": False,
        "default_guard_obstacles": False,
        "default_is_painted": True,
        "default_state": "released",
        "force_company": 0,
        "from_ui": True,
        "guard_bypass": True,
        "guard_passage": "step",
        "guard_skip": True,
        "import_file": True,
        "install_demo": True,
        "install_mode": True,
        "lang": "en_US",
        "leave_fast_create": True,
        "mail_activity_automation_skip": True,
        "mail_auto_subscribe_no_notify": True,
        "mail_create_nolog": True,
        "mail_create_nosubscribe": True,
        "mail_notrack": True,
        "module": "guard_toy",
        "no_reset_password": True,
        "prefetch_fields": False,
        "quality_service_guard_passage": True,
        "skip_alternative_check": True,
        "skip_check_state": True,
        "skip_procurement": True,
        "skip_sanity_check": True,
        "skip_validation_check": True,
        "su": True,
        "test_mode": True,
        "tz": "Asia/Shanghai",
        "tracking_disable": True,
        "uid": SUPERUSER_ID,
        "validate_analytic": False,
    }
    for addon in ("quality_service_guard", "service_aftersales", "service_oversight"):
        folder = get_module_path(addon, display_warning=False)
        for path in Path(folder).rglob("*") if folder else ():
            if path.suffix in (".py", ".xml") and "tests" not in path.parts:
                text = path.read_text()
                for found in re.findall(
                    r"with_context\(\s*(\w+)=|context(?:\.get\(|\[)[\"'](\w+)|'((?:default|search_default)_\w+)'", text
                ):
                    keys.setdefault(next(filter(None, found)), True)
    keys.pop("allowed_company_ids")
    return keys


@tagged("post_install", "-at_install")
class TestToyGates(ToyCommon):
    """The engine of gates, attacked through every way that a value can take into the database."""

    def setUp(self):
        super().setUp()
        self.toy = self._make_toy()

    # Ways in

    def test_born_in_the_guarded_state(self):
        self.assertRefused(self.Toy.create, {"name": "Bear", **STEP})
        self.assertRefused(self.Toy.with_context(default_state="released").create, {"name": "Bear"})
        self.assertFalse(self.env["guard.toy"].search([("name", "=", "Bear")]))

    def test_born_in_the_guarded_state_by_a_default_of_the_user(self):
        self.env["ir.default"].with_user(self.player).set("guard.toy", "state", "released", user_id=True)
        self.assertRefused(self.Toy.create, {"name": "Bear"})

    def test_written_alone_and_with_others(self):
        self.assertRefused(self.toy.write, STEP)
        self.assertRefused(self.toy.write, {**STEP, "name": "Goose", "quantity": 9})
        self.assertRefused(setattr, self.toy, "state", "released")
        self.assertRefused(self.toy.update, STEP)
        self.assertEqual((self.toy.name, self.toy.state), ("Duck", "draft"))

    def test_step_is_judged_on_what_the_same_write_makes_of_it(self):
        line = self.toy.line_ids
        self.toy.write({**STEP, "is_painted": True, "line_ids": [Command.update(line.id, {"is_passed": True})]})
        self.assertEqual(self.toy.state, "released")
        good = self._make_toy(good=True)
        self.assertRefused(good.write, {**STEP, "line_ids": [Command.clear()]}, saying="was not tested")

    def test_copied_in_the_guarded_state(self):
        released = self._make_toy(good=True, **STEP)
        self.assertRefused(self.toy.copy, STEP)
        self.assertRefused(released.copy, {"is_painted": False, **STEP})
        self.assertEqual(released.copy().state, "draft")

    def test_imported_in_the_guarded_state(self):
        for rows in ([["Bear", "released"]], [["Bear", "released"], ["Fox", "draft"]]):
            result = self.Toy.load(["name", "state"], rows)
            self.assertFalse(result["ids"])
            self.assertIn("Bear is not painted", str(result["messages"]))
        self.assertFalse(self.env["guard.toy"].search([("name", "in", ["Bear", "Fox"])]))
        self.toy.name = "Duckling"
        result = self.Toy.load([".id", "state"], [[str(self.toy.id), "released"]])
        self.assertFalse(result["ids"])
        self.assertEqual(self._releases(self.toy), 0)

    def test_commands_of_the_parent(self):
        box = self.Box.create({"name": "Box", "has_label": True})
        for command in (
            Command.create({"name": "Bear", **STEP}),
            Command.update(self.toy.id, STEP),
        ):
            self.assertRefused(box.write, {"toy_ids": [command]})
            self.assertRefused(self.Box.create, {"name": "Box", "toy_ids": [command]})
        box.write({"toy_ids": [Command.link(self.toy.id)]})
        self.assertEqual(self._releases(self.toy), 0)

    def test_saved_by_the_web_client(self):
        self.assertRefused(self.toy.web_save, STEP, {"state": {}})
        self.assertRefused(self.Toy.web_save, {"name": "Bear", **STEP}, {"state": {}})
        self.assertRefused(self.toy.web_save_multi, [STEP], {"state": {}})
        self.assertEqual(self._releases(self.toy), 0)

    def test_server_action(self):
        model = self.env["ir.model"]._get("guard.toy")
        by_code = self.env["ir.actions.server"].create(
            {
                "name": "Code",
                "model_id": model.id,
                "state": "code",
                "code": "record.sudo().write({'state': 'released'})",
            }
        )
        by_value = self.env["ir.actions.server"].create(
            {
                "name": "Value",
                "model_id": model.id,
                "state": "object_write",
                "update_path": "state",
                "value": "released",
            }
        )
        for action in by_code | by_value:
            run = action.with_context(active_model="guard.toy", active_id=self.toy.id, active_ids=self.toy.ids).run
            self.assertRefused(run)
        self.assertEqual(self._releases(self.toy), 0)

    def test_private_ways_are_closed_to_rpc(self):
        for name in ("_write", "_write_multi", "_guard_pass", "_guard_step", "_compute_field_value"):
            with self.assertRaises(AccessError):
                call_kw(self.Toy, name, [self.toy.ids, STEP], {})

    def test_true_by_another_spelling_is_true(self):
        self.env["guard.gate"].search([("code", "=", "toy_box_full")]).mode = "warn"
        box = self.Box.create({"name": "Box"})
        for value in (True, 1, "yes", 2, [0]):
            self.assertRefused(box.write, {"is_sealed": value}, saying="sealed without a label")
        self.assertFalse(box.is_sealed)
        box.write({"is_sealed": False})

    def test_computed_value_is_entered_through_the_gate(self):
        box = self.Box.create({"name": "Box", "capacity": 1})

        def fill():
            box.toy_ids = self.toy
            self.env.flush_all()

        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            fill()
        self.assertIn("has no label", str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual((box.fill, self.toy.box_id.id), ("open", False))
        box.has_label = True
        fill()
        self.assertEqual(box.fill, "full")
        self.assertRefused(
            self.Box.create,
            {"name": "Box", "capacity": 1, "toy_ids": [Command.create({"name": "Bear"})]},
            saying="has no label",
        )
        self.assertRefused(self.Box.create({"name": "Box"}).write, {"fill": "full"}, saying="has no label")

    def test_swallowed_refusal_of_a_computed_value_cannot_be_committed(self):
        box = self.Box.create({"name": "Box", "capacity": 1})
        self.env.flush_all()
        try:
            self.toy.box_id = box
            self.env.flush_all()
        except UserError:
            pass
        for attack in (self.env.cr.flush, lambda: box.fill, self.env.cr.flush):  # a commit begins with a flush
            try:
                attack()
            except UserError:
                continue
            self.fail("the refusal was forgotten")
        self.env.cr.clear()

    # Who asks makes no difference

    def test_no_context_key_opens_a_gate(self):
        keys = context_keys()
        self.assertGreater(len(keys), 30)
        for key, value in keys.items():
            with self.subTest(key):
                self.assertRefused(self.toy.with_context(**{key: value}).write, STEP)
                self.assertRefused(
                    self.Toy.with_context(**{key: value}).create,
                    {"name": "Bear", "company_id": self.company.id, "is_painted": False, **STEP},
                )
        self.assertRefused(self.toy.with_context(**keys).write, STEP)
        self.assertEqual(self._releases(self.toy), 0)

    def test_superuser_passes_the_same_gate(self):
        self.assertRefused(self.toy.sudo().write, STEP)
        self.assertRefused(self.toy.with_user(SUPERUSER_ID).write, STEP)
        self.assertRefused(self.toy.with_user(self.env.ref("base.user_admin")).write, STEP)

    def test_swallowed_refusal_leaves_nothing_behind(self):
        try:
            self.toy.write({**STEP, "name": "Goose"})
        except UserError:
            pass
        self.assertEqual((self._releases(self.toy), self.toy.name), (0, "Duck"))

    def test_batch_is_refused_in_one_error_that_names_every_document_and_obstacle(self):
        good = self._make_toy("Swan", good=True)
        unpainted = self._make_toy("Heron", line_ids=[Command.create({"name": "Fall", "is_passed": True})])
        with self.assertRaises(UserError) as caught:
            (self.toy | good | unpainted).write(STEP)
        text = str(caught.exception)
        for words in (
            "Duck is not painted",
            "Duck: Bite has not passed",
            "Heron is not painted",
            "Toy painted (T), Toy tested (T)",
        ):
            self.assertIn(words, text)
        self.assertNotIn("Swan", text)
        self.assertNotIn("Heron: ", text)
        self.assertEqual(self._releases(self.toy | good | unpainted), 0)

    # Companies

    def test_another_company_decides_for_itself(self):
        self.painted.with_company(self.other).mode = "warn"
        theirs = self._make_toy("Owl", company_id=self.other.id)
        theirs.with_company(self.company).write(STEP)
        self.assertEqual(theirs.state, "released")
        self.assertRefused(self.toy.with_company(self.other).write, STEP)

    def test_document_without_company_is_judged_by_the_strictest(self):
        self.assertRefused(self._make_toy("Owl", company_id=False).write, STEP)
        self.assertRefused(self._make_toy("Owl", company_id=False).with_company(self.other).write, STEP)
        self.painted.mode = self.tested.mode = "warn"
        toy = self._make_toy("Owl", company_id=False)
        toy.write(STEP)
        self.assertEqual(toy.state, "released")

    def test_document_is_not_led_round_the_gate_through_another_company(self):
        self.assertRefused(self.toy.write, {"company_id": self.company.id, **STEP})
        self.toy.write({"company_id": self.other.id, **STEP})
        self.assertRefused(self.toy.write, {"company_id": self.company.id})
        self.assertRefused(self.toy.write, {"company_id": False})
        self.assertEqual(self.toy.company_id, self.other)

    def test_archived_company_keeps_its_policy(self):
        self.clause.with_company(self.other).in_force = True
        theirs = self._make_toy("Owl", company_id=self.other.id)
        self.other.active = False
        self.clause.in_force = self.clause.in_force  # the modes are read anew
        self.env.registry.clear_cache()
        self.assertRefused(theirs.write, STEP)

    # Modes

    def test_gate_switched_on_while_documents_are_under_way(self):
        self.clause.in_force = False
        running = self._make_toy("Otter", **STEP)
        self.clause.in_force = True
        running.write({"name": "Old otter", **STEP})
        self.assertEqual(running.state, "released")
        running.state = "draft"
        self.assertRefused(running.write, STEP)

    def test_off_costs_no_query_and_asks_nobody(self):
        self.clause.in_force = False
        costs = []
        for model in (self.env["guard.toy"], self.env["guard.toy"]):
            toys = model.union(*[self._make_toy() for _each in range(5)]).with_context(tracking_disable=True)
            self.env.flush_all()
            self.env["guard.gate"]._modes()
            before = self.env.cr.sql_log_count
            toys.write(STEP)
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(costs[0], costs[1])
        toys = model.union(*[self._make_toy() for _each in range(5)])
        with self.assertQueryCount(0):
            self.assertFalse(toys._guard_closed())
            self.assertFalse(toys._guard_obstacles())
            self.assertFalse(toys._guard_hold("toy_painted"))

    def test_off_writes_in_as_many_queries_as_a_model_without_gates(self):
        self.clause.in_force = False
        self.env["guard.gate"]._modes()
        toys = self.env["guard.toy"].union(*[self._make_toy() for _each in range(5)])
        toys = toys.with_context(tracking_disable=True)
        self.env.flush_all()
        costs = []
        for field, value in (("quantity", 4.0), ("state", "released")):
            before = self.env.cr.sql_log_count
            toys.write({field: value})
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(costs[0], costs[1])

    def test_warning_lets_pass_and_is_logged_and_said(self):
        self.painted.mode = "warn"
        self.tested.mode = "warn"
        self.toy.write(STEP)
        self.assertEqual(self.toy.state, "released")
        logged = self.env["guard.deviation"].search([("res_model", "=", "guard.toy"), ("res_id", "=", self.toy.id)])
        self.assertEqual(set(logged.mapped("kind")), {"warned"})
        self.assertEqual(logged.gate_id, self.painted | self.tested)
        self.assertEqual(logged.requester_id, self.player)
        said = " ".join(self.toy.message_ids.mapped("body"))
        self.assertIn("Duck is not painted", said)
        self.assertIn("Bite has not passed", said)

    def test_warning_is_logged_truly_whatever_the_context_says(self):
        self.painted.mode = "warn"
        self.tested.mode = "warn"
        context = {
            "default_granted_by_id": self.officer.id,
            "default_review_note": "Fine",
            "default_quantity": 5,
            "default_valid_until": "2099-01-01 00:00:00",
            "tracking_disable": True,
            "mail_notrack": True,
            "mail_create_nolog": True,
        }
        self.toy.with_context(**context).write(STEP)
        logged = self.env["guard.deviation"].search([("res_model", "=", "guard.toy"), ("res_id", "=", self.toy.id)])
        self.assertEqual(len(logged), 2)
        self.assertFalse(logged.granted_by_id)
        self.assertEqual(logged.mapped("review_note"), [False, False])
        self.assertLess(max(logged.mapped("valid_until")).year, 2099)
        self.assertIn("Duck is not painted", " ".join(self.toy.message_ids.mapped("body")))

    def test_one_gate_blocks_where_the_other_warns(self):
        self.painted.mode = "warn"
        with self.assertRaises(UserError) as caught:
            self.toy.write(STEP)
        self.assertIn("has not passed", str(caught.exception))
        self.assertNotIn("not painted", str(caught.exception))
        self.assertFalse(
            self.env["guard.deviation"].search([("res_model", "=", "guard.toy"), ("res_id", "=", self.toy.id)])
        )

    def test_gate_of_unknown_name_asks_nothing(self):
        self.toy.write({"state": "lost"})
        self.assertEqual(self.toy.state, "lost")
        self.assertEqual(self.env["guard.gate"]._mode("toy_nobody_knows", self.company), "off")

    def test_model_without_chatter_passes_a_warning(self):
        self.env["guard.gate"].search([("code", "like", "toy_box")]).mode = "warn"
        box = self.Box.create({"name": "Box", "is_sealed": True})
        self.assertTrue(box.is_sealed)
        self.assertTrue(
            self.env["guard.deviation"].search([("res_model", "=", "guard.toy.box"), ("res_id", "=", box.id)])
        )

    def test_form_says_beforehand_what_the_refusal_says(self):
        self.assertTrue(self.toy.is_guard_blocked)
        for text in self.toy.guard_obstacles.splitlines():
            self.assertRefused(self.toy.write, STEP, saying=text)
        self.assertFalse(self._make_toy(good=True).is_guard_blocked)
        self.assertFalse(self.Toy.new({"name": "New"}).is_guard_blocked)

    # Mass

    def test_two_hundred_pass_and_are_refused_in_as_many_queries_as_two(self):
        costs = {}
        for number in (2, 200):
            for good in (True, False):
                toys = self.Toy.create(
                    [
                        {
                            "name": f"Toy {index}",
                            "is_painted": good,
                            "line_ids": [Command.create({"name": "Bite", "is_passed": good})],
                        }
                        for index in range(number)
                    ]
                ).with_context(tracking_disable=True)
                self.env.flush_all()
                self.env.invalidate_all()
                toys.mapped("name")
                before = self.env.cr.sql_log_count
                if good:
                    toys.write(STEP)
                    self.env.flush_all()
                else:
                    with self.assertRaises(UserError) as caught:
                        toys.write(STEP)
                    self.assertEqual(str(caught.exception).count("is not painted"), number)
                costs[number, good] = self.env.cr.sql_log_count - before
        self.assertLessEqual(costs[200, True], costs[2, True])
        self.assertLessEqual(costs[200, False], costs[2, False])
