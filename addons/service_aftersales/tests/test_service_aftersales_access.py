from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval


@tagged("post_install", "-at_install")
class TestServiceAftersalesAccess(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = new_test_user(cls.env, "aftersales_outsider", "base.group_user")
        cls.user = new_test_user(cls.env, "aftersales_user", "service_aftersales.group_aftersales_user")
        cls.manager = new_test_user(cls.env, "aftersales_manager", "service_aftersales.group_aftersales_manager")
        cls.configurator = new_test_user(
            cls.env, "aftersales_configurator", "base.group_system,service_aftersales.group_aftersales_manager"
        )

    def _can_see_menu(self, user, name):
        menu = self.env.ref(f"service_aftersales.{name}")
        return menu.id in self.env["ir.ui.menu"].with_user(user).load_menus(debug=False)

    def test_application_is_on_the_home_screen_of_its_users_only(self):
        for name in ("menu_aftersales_root", "menu_aftersales_clause"):
            self.assertTrue(self._can_see_menu(self.user, name), name)
            self.assertTrue(self._can_see_menu(self.manager, name), name)
            self.assertFalse(self._can_see_menu(self.outsider, name), name)

    def test_settings_are_for_who_may_change_settings(self):
        self.assertTrue(self._can_see_menu(self.configurator, "menu_aftersales_settings"))
        self.assertFalse(self._can_see_menu(self.manager, "menu_aftersales_settings"))
        self.assertFalse(self._can_see_menu(self.user, "menu_aftersales_configuration"))

    def test_settings_page_leads_the_administrator_to_the_clauses(self):
        action = self.env.ref("service_aftersales.guard_clause_action_aftersales")
        settings = self.env["res.config.settings"]
        button = f'<button name="{action.id}" type="action"'
        self.assertIn(button, settings.with_user(self.configurator).get_view(view_type="form")["arch"])
        self.configurator.group_ids -= self.env.ref("service_aftersales.group_aftersales_manager")
        self.assertNotIn(button, settings.with_user(self.configurator).get_view(view_type="form")["arch"])

    def test_administrator_is_a_user_and_a_user_reads_the_policy(self):
        self.assertTrue(self.manager.has_group("service_aftersales.group_aftersales_user"))
        self.assertFalse(self.user.has_group("service_aftersales.group_aftersales_manager"))
        self.assertTrue(self.user.has_group("quality_service_guard.group_guard_user"))
        self.assertFalse(self.manager.has_group("quality_service_guard.group_guard_manager"))

    def test_clause_list_holds_the_whole_of_its_chapter_and_nothing_else(self):
        action = self.env.ref("service_aftersales.guard_clause_action_aftersales")
        clauses = self.env[action.res_model].with_user(self.user)
        listed = clauses.search(safe_eval(action.domain))
        self.assertIn(self.env.ref("quality_service_guard.clause_4"), listed)
        self.assertEqual(listed, clauses.search([]).filtered(lambda clause: clause.number.split(".")[0] == "4"))

    def test_admin_account_is_an_administrator_here(self):
        self.assertTrue(self.env.ref("base.user_admin").has_group("service_aftersales.group_aftersales_manager"))
