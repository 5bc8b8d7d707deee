from odoo.tests import HttpCase, tagged

from .common import OrderReviewCommon

ROOT = "quality_service_guard.menu_guard_root"
CLICKBOT = "@web/webclient/clickbot/clickbot_loader"


@tagged("post_install", "-at_install")
class TestClickMenus(OrderReviewCommon, HttpCase):
    """Odoo's own click robot opens every menu of ours in every view with every filter; any error on the way is red."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        review = cls._make_review()
        cls.env["guard.review.issue"].with_user(cls.quality).create(
            {"review_id": review.id, "name": "Which coating?", "kind": "requirement"}
        )
        cls._sign(cls._make_review())

    def _click_everywhere(self, user):
        user.tour_enabled = False
        self.browser_js(
            "/odoo",
            f"odoo.loader.modules.get('{CLICKBOT}').startClickEverywhere('{ROOT}');",
            "odoo.isReady === true",
            login=user.login,
            timeout=600,
            success_signal="clickbot test succeeded",
        )

    def test_every_menu_opens_in_every_view_for_the_administrator(self):
        self._click_everywhere(self.env.ref("base.user_admin"))

    def test_every_menu_opens_in_every_view_for_who_signs(self):
        self._click_everywhere(self.production)
