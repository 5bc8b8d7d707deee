from odoo.tests import tagged
from odoo.tools import file_open

from .common import InspectionCommon

OPTIONS = {"has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8"}
KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


@tagged("post_install", "-at_install")
class TestInspectionImport(InspectionCommon):
    """Lists of specifications and control points come in by Odoo's own import, from the files that we offer."""

    def _import(self, model, content, kind):
        """Import as the page does: columns matched by their headers, whatever the language of the reader."""
        wizard = (
            self.env["base_import.import"]
            .with_user(self.quality)
            .create({"res_model": model, "file": content, "file_name": f"list.{kind}", "file_type": KINDS[kind]})
        )
        preview = wizard.parse_preview(OPTIONS)
        self.assertNotIn("error", preview)
        fields = ["/".join(preview["matches"].get(column, ())) for column in range(len(preview["headers"]))]
        self.assertNotIn("", fields, preview["headers"])
        result = wizard.execute_import(fields, preview["headers"], OPTIONS)
        self.assertEqual([message["message"] for message in result["messages"]], [])
        return self.env[model].with_user(self.quality).browse(result["ids"])

    def _read_template(self, model):
        (template,) = self.env[model].with_user(self.quality).get_import_templates()
        with file_open(template["template"].lstrip("/"), "rb") as file:
            return file.read()

    def test_template_of_specifications_comes_in_as_it_is(self):
        categories = self.env["product.category"]
        if not categories.search([("name", "=", "Goods")]):
            categories.create({"name": "Goods"})
        spec = self._import("guard.inspection.spec", self._read_template("guard.inspection.spec"), "xlsx")
        self.assertEqual((spec.state, spec.applies_to, spec.subject), ("draft", "category", "Goods"))
        self.assertEqual(spec.characteristic_ids.mapped("grade"), ["B", "B", "C"])
        self.assertEqual(
            spec.characteristic_ids.mapped("requirement"),
            ["met or not", "99.5 to 100.5 mm, target 100", "0 to 0.2 mm"],
        )

    def test_template_of_control_points_comes_in_as_it_is(self):
        points = self._import("guard.control.point", self._read_template("guard.control.point"), "xlsx")
        self.assertEqual(
            points.mapped("sentence"),
            [
                "Every receipt of all products: level II, AQL A 0.10 / B 1.0 / C 2.5",
                "One delivery in 5 of all products",
            ],
        )

    def test_csv_comes_in_too_and_an_empty_limit_is_none(self):
        content = (
            "name,applies_to,categ_id,characteristic_ids/name,characteristic_ids/kind,characteristic_ids/lower_limit,"
            "characteristic_ids/upper_limit\n"
            "圆钢,category,Metal / Bars,直径,measured,59.9,60.1\n"
            ",,,间隙,measured,,0\n"
        ).encode()
        spec = self._import("guard.inspection.spec", content, "csv")
        self.assertEqual(spec.name, "圆钢")
        self.assertEqual(spec.characteristic_ids.mapped("requirement"), ["59.9 to 60.1", "at most 0"])
