from odoo.tests import tagged

from .common import ADDONS, TranslatedCase


@tagged("post_install", "-at_install")
class TestTranslations(TranslatedCase):
    def test_every_term_is_translated_into_chinese(self):
        for addon in ADDONS:
            self.assertTranslated(addon)
