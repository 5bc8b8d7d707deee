import json

from odoo.addons.spreadsheet.utils.validate_data import fields_in_spreadsheet, menus_xml_ids_in_spreadsheet
from odoo.tests import TransactionCase, new_test_user, tagged

from ..tools import make_dashboard

DASHBOARD = "quality_service_guard_spreadsheet_dashboard.spreadsheet_dashboard_order_review"


@tagged("post_install", "-at_install")
class TestOrderReviewDashboard(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref(DASHBOARD)
        cls.data = json.loads(make_dashboard.TARGET.read_text())

    def test_file_is_what_the_script_writes(self):
        self.assertEqual(make_dashboard.TARGET.read_text(), make_dashboard.render())

    def test_every_model_and_field_on_it_exists(self):
        named = fields_in_spreadsheet(self.data)
        self.assertLessEqual({"mail.activity", "guard.order.review", "guard.review.issue"}, set(named))
        for model, chains in named.items():
            for chain in chains:
                where = self.env[model]
                for name in chain.split(".")[0].split(":")[:1] + chain.split(".")[1:]:
                    if name == "__count":
                        continue
                    self.assertIn(name, where._fields, f"{model}: {chain}")
                    if where._fields[name].relational:
                        where = self.env[where._fields[name].comodel_name]

    def test_every_menu_on_it_opens_something(self):
        menus = menus_xml_ids_in_spreadsheet(self.data)
        self.assertTrue(menus)
        for menu in menus:
            self.assertTrue(self.env.ref(menu).action, menu)

    def test_it_counts_with_the_rights_of_who_looks(self):
        user = new_test_user(self.env, "reader", "quality_service_guard.group_guard_user")
        for block in [*self.data["pivots"].values(), *self.data["lists"].values()]:
            self.env[block["model"]].with_user(user).search_count(block["domain"])

    def test_readers_of_assurance_see_it_and_others_do_not(self):
        reader = new_test_user(self.env, "reader", "quality_service_guard.group_guard_user")
        other = new_test_user(self.env, "other", "base.group_user")
        dashboards = self.env["spreadsheet.dashboard"]
        self.assertIn(self.dashboard, dashboards.with_user(reader).search([]))
        self.assertNotIn(self.dashboard, dashboards.with_user(other).search([]))
