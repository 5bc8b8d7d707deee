from collections import defaultdict

from lxml import etree
from odoo.tests import TransactionCase, tagged

from .common import ADDONS

EVERY_DOCUMENT = {"list", "kanban", "form", "search", "activity", "pivot", "graph", "calendar"}
SHOWN = EVERY_DOCUMENT - {"search"}
WITH_SAMPLE = ("list", "kanban", "pivot", "graph")


@tagged("post_install", "-at_install")
class TestUxBar(TransactionCase):
    """The bar of use that every room is held to: what people find on each page, counted over all our addons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.views = cls._ours("ir.ui.view").filtered(lambda view: view.mode == "primary" and view.model in cls.env)
        cls.views = cls.views.filtered(lambda view: not cls.env[view.model]._transient)
        cls.arches = {view: etree.fromstring(view.arch) for view in cls.views}
        cls.actions = cls._ours("ir.actions.act_window").filtered(lambda action: action.res_model in cls.env)
        cls.actions = cls.actions.filtered(lambda action: not cls.env[action.res_model]._transient)
        cls.by_model = defaultdict(dict)
        for view, arch in cls.arches.items():
            cls.by_model[view.model].setdefault(view.type, []).append(arch)

    @classmethod
    def _ours(cls, model):
        data = cls.env["ir.model.data"].search([("model", "=", model), ("module", "in", ADDONS)])
        return cls.env[model].browse(data.mapped("res_id")).exists()

    @classmethod
    def _documents(cls):
        """Our own documents: models with activities, defined by us."""
        for name, model in cls.env.registry.items():
            if model._original_module in ADDONS and not model._abstract and not model._transient:
                if "activity_ids" in model._fields:
                    yield name

    def _missing(self, complaints):
        self.assertFalse(complaints, "\n" + "\n".join(complaints))

    def test_bar_is_not_empty(self):
        self.assertIn("guard.order.review", list(self._documents()))
        self.assertGreater(len(self.actions), 8)
        self.assertGreater(len(self.views), 30)

    def test_every_page_says_what_to_do_when_it_is_empty(self):
        self._missing(
            [f"{action.xml_id} has no help" for action in self.actions if "o_view_nocontent" not in (action.help or "")]
        )

    def test_every_list_kanban_pivot_and_graph_shows_a_sample_when_empty(self):
        self._missing(
            [
                f"{view.xml_id} has no sample"
                for view, arch in self.arches.items()
                if view.type in WITH_SAMPLE and arch.get("sample") != "1"
            ]
        )

    def test_every_document_has_every_view(self):
        self._missing(
            [
                f"{model} has no {kind} view"
                for model in self._documents()
                for kind in sorted(EVERY_DOCUMENT - self.by_model[model].keys())
            ]
        )

    def test_every_document_is_shown_in_every_view(self):
        shown = defaultdict(set)
        for action in self.actions:
            shown[action.res_model] |= set(action.view_mode.split(","))
        self._missing(
            [
                f"no action shows {model} as {kind}"
                for model in self._documents()
                for kind in sorted(SHOWN - shown[model])
            ]
        )

    def test_every_document_has_a_search_panel(self):
        self._missing(
            [
                f"{model} has no search panel"
                for model in self._documents()
                if not any(arch.find(".//searchpanel") is not None for arch in self.by_model[model].get("search", []))
            ]
        )

    def test_every_search_groups_and_filters(self):
        self._missing(
            [
                f"{view.xml_id} has no filter"
                for view, arch in self.arches.items()
                if view.type == "search" and arch.find(".//filter") is None
            ]
        )

    def test_every_list_of_what_is_approved_decides_many_at_once(self):
        models = [
            name
            for name, model in self.env.registry.items()
            if "approval_request_id" in model._fields and not model._abstract and name in self.by_model
        ]
        self.assertIn("guard.order.review", models)
        self._missing(
            [
                f"{model}: its list has no header button {button}"
                for model in models
                for button in ("action_approve", "action_reject")
                if not any(
                    arch.find(f"./header/button[@name='{button}']") is not None for arch in self.by_model[model]["list"]
                )
            ]
        )

    def test_every_next_step_has_a_hotkey(self):
        self._missing(
            [
                f"{view.xml_id}: button {button.get('name')} has no hotkey"
                for view, arch in self.arches.items()
                if view.type == "form"
                for button in arch.iterfind("./header/button")
                if "oe_highlight" in (button.get("class") or "") and not button.get("data-hotkey")
            ]
        )

    def test_every_button_that_approves_says_what_was_seen(self):
        approving = {"action_approve", "action_approve_if", "action_approve_if_wizard"}
        self._missing(
            [
                f"{view.xml_id}: button {button.get('name')} does not say what its page showed"
                for view, arch in self.arches.items()
                if view.type == "form"
                for button in arch.iterfind("./header/button")
                if button.get("name") in approving and "guard_seen" not in (button.get("context") or "")
            ]
        )

    def test_every_menu_opens_something(self):
        menus = self._ours("ir.ui.menu")
        self._missing(
            [f"{menu.complete_name} opens nothing" for menu in menus if not menu.action and not menu.child_id]
        )
