import re
from pathlib import Path

import polib
from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

ADDONS = ("quality_service_guard", "service_aftersales", "service_oversight")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_every_term_is_translated_into_chinese(self):
        """What the code says now must stand in zh_CN.po, with the same placeholders."""
        root = Path(__file__).resolve().parents[2]
        for addon in ADDONS:
            if not (root / addon / "__manifest__.py").exists():
                continue
            catalogue = polib.pofile(str(root / addon / "i18n" / "zh_CN.po"))
            translated = {entry.msgid: entry.msgstr for entry in catalogue if entry.msgstr and not entry.fuzzy}
            reader = TranslationModuleReader(self.env.cr, [addon])
            terms = {row[4] for row in reader if row[4] and row[4].strip()}
            self.assertFalse(sorted(terms - translated.keys()), f"{addon}: no Chinese for these")
            for term in terms:
                self.assertEqual(
                    set(PLACEHOLDER.findall(term)), set(PLACEHOLDER.findall(translated[term])), f"{addon}: {term}"
                )
