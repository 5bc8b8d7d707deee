from odoo.addons.quality_service_guard.tests.common import TranslatedCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSaleProjectTranslations(TranslatedCase):
    def test_every_term_of_the_bridge_is_translated_into_chinese(self):
        self.assertTranslated("quality_service_guard_sale_project")
