from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestOrderReviewDashboardBrowser(HttpCase):
    def test_dashboard_is_drawn_for_a_reader_of_assurance(self):
        new_test_user(self.env, "reader", "quality_service_guard.group_guard_user")
        self.browser_js(
            "/odoo/dashboards",
            """
            const wait = setInterval(() => {
                const entry = [...document.querySelectorAll(".o_search_panel li, .o_search_panel_category_value")]
                    .find((element) => element.textContent.includes("Order Reviews"));
                if (entry && !document.querySelector(".o-spreadsheet, .o-grid")) { entry.click(); }
                if (document.querySelector(".o-grid, .o-spreadsheet canvas") && !document.querySelector(".o_error_dialog")) {
                    clearInterval(wait);
                    console.log("test successful");
                }
            }, 200);
            """,
            ready="!!document.querySelector('.o_spreadsheet_dashboard_action')",
            login="reader",
        )
