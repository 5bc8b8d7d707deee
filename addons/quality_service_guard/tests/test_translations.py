from odoo.tests import tagged

from .common import TranslatedCase


@tagged("post_install", "-at_install")
class TestTranslations(TranslatedCase):
    def test_every_term_is_translated_into_chinese(self):
        for addon in ("quality_service_guard", "service_aftersales", "service_oversight"):
            self.assertTranslated(addon)
