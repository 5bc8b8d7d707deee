from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.lineage import lineage
from ...tools.passage import is_open, passage


class GuardInspectionSpec(models.Model):
    """What is asked of a product, of a category or of what an operation makes (clauses 2.2.3 and 2.3.3).

    A specification is written as a draft and put in force; from then on nobody changes it. A new version is a new draft,
    which supersedes it when it is put in force, so that it can always be told what was asked for on a day.
    """

    _name = "guard.inspection.spec"
    _description = "Inspection Specification"
    _inherit = ["mail.thread"]
    _order = "name, version desc, id desc"
    _check_company_auto = True

    # by what it applies to: the field that says to what exactly
    _subject_fields = {"product": "product_tmpl_id", "category": "categ_id", "operation": "operation_id"}
    # what only the buttons write
    _engine_fields = {"state", "version", "previous_id", "in_force_on", "in_force_by_id", "superseded_on"}

    # identity
    name = fields.Char(required=True, tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("in_force", "In Force"), ("superseded", "Superseded")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    version = fields.Integer(readonly=True, copy=False, aggregator=None, help="Given when it is put in force.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="cascade"
    )

    # subject
    applies_to = fields.Selection(
        [("product", "Product"), ("category", "Product Category"), ("operation", "Operation")],
        required=True,
        default="product",
        tracking=True,
    )
    product_tmpl_id = fields.Many2one(
        "product.template", "Product", index="btree_not_null", check_company=True, ondelete="restrict", tracking=True
    )
    categ_id = fields.Many2one(
        "product.category", "Product Category", index="btree_not_null", ondelete="restrict", tracking=True
    )
    operation_id = fields.Many2one(
        "mrp.routing.workcenter",
        "Operation",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    subject = fields.Char("For", compute="_compute_subject", compute_sudo=True)

    # content
    instruction = fields.Html(help="How to go about it, for whoever inspects.")
    # in the table, not as an attachment, which could be exchanged behind a specification in force
    picture = fields.Image(max_width=1024, max_height=1024, attachment=False)
    characteristic_ids = fields.One2many("guard.inspection.characteristic", "spec_id", "Characteristics", copy=True)
    characteristic_count = fields.Integer(compute="_compute_characteristic_count")

    # history
    previous_id = fields.Many2one(
        "guard.inspection.spec",
        "Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    in_force_on = fields.Datetime("In Force Since", readonly=True, copy=False)
    in_force_by_id = fields.Many2one("res.users", "Put in Force By", readonly=True, copy=False)
    superseded_on = fields.Datetime("Superseded On", readonly=True, copy=False)

    # one in force for each subject, whatever happens at the same time
    _product_in_force = models.UniqueIndex(
        "(company_id, product_tmpl_id) WHERE state = 'in_force' AND applies_to = 'product'",
        "Another specification of this product is in force already.",
    )
    _category_in_force = models.UniqueIndex(
        "(company_id, categ_id) WHERE state = 'in_force' AND applies_to = 'category'",
        "Another specification of this product category is in force already.",
    )
    _operation_in_force = models.UniqueIndex(
        "(company_id, operation_id) WHERE state = 'in_force' AND applies_to = 'operation'",
        "Another specification of this operation is in force already.",
    )

    @api.depends("applies_to", "product_tmpl_id", "categ_id", "operation_id")
    def _compute_subject(self):
        for spec in self:
            spec.subject = spec._get_subject().display_name

    @api.depends("characteristic_ids")
    def _compute_characteristic_count(self):
        counts = self.env["guard.inspection.characteristic"]._read_group(
            [("spec_id", "in", self.ids)], ["spec_id"], ["__count"]
        )
        counted = {spec.id: count for spec, count in counts}
        for spec in self:
            spec.characteristic_count = counted.get(spec.id, 0)

    @api.depends("name", "version", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for spec in self:
            if spec.version:
                spec.display_name = self.env._("%(name)s, version %(version)s", name=spec.name, version=spec.version)
            else:
                spec.display_name = self.env._("%(name)s (draft)", name=spec.name or "")

    @api.onchange("applies_to")
    def _onchange_applies_to(self):
        for kind, name in self._subject_fields.items():
            if kind != self.applies_to:
                self[name] = False

    @api.constrains("applies_to", "product_tmpl_id", "categ_id", "operation_id")
    def _check_subject(self):
        for spec in self:
            chosen = spec._subject_fields[spec.applies_to]
            if not spec[chosen]:
                raise ValidationError(
                    self.env._(
                        "Specification %(spec)s: choose the %(subject)s.",
                        spec=spec.name,
                        subject=spec._name_field(chosen),
                    )
                )
            for name in spec._subject_fields.values():
                if name != chosen and spec[name]:
                    raise ValidationError(
                        self.env._(
                            "Specification %(spec)s applies to one thing; leave the %(subject)s empty.",
                            spec=spec.name,
                            subject=spec._name_field(name),
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        specs = super().create(vals_list)
        if not is_open(self.browse(), "engine"):
            # what came out is judged, not what was sent: a default is a value too
            if any(
                spec.state != "draft" or any(spec[name] for name in self._engine_fields - {"state"}) for spec in specs
            ):
                raise UserError(self.env._("A specification begins as a draft and is put in force by its button only."))
        return specs

    def write(self, vals):
        if self._engine_fields & vals.keys() and not is_open(self, "engine"):
            raise UserError(self.env._("State and version of a specification are changed by its buttons only."))
        if vals.keys() - self._engine_fields - set(self.env["mail.thread"]._fields):
            self._check_draft()
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for spec, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", spec.name)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        for spec in self:
            if spec.state != "draft":
                raise UserError(
                    self.env._("%(spec)s has been in force and stays on record; withdraw it.", spec=spec.display_name)
                )

    @api.model
    def get_import_templates(self):
        """Offer a file to fill in to whoever imports."""
        return [
            {
                "label": self.env._("Import Template for Specifications"),
                "template": "/quality_service_guard/static/xls/guard_inspection_spec.xlsx",
            }
        ]

    # Buttons

    def action_put_in_force(self):
        """Put drafts in force; what was in force for the same subject is superseded."""
        self.check_access("write")
        for spec in self:
            spec._check_draft()
            if not spec.characteristic_ids:
                raise UserError(
                    self.env._(
                        "%(spec)s asks for nothing yet: add a characteristic before it is put in force.",
                        spec=spec.display_name,
                    )
                )
            others = spec._search_subject([("state", "!=", "draft")])
            current = others.filtered(lambda other: other.state == "in_force")
            current._set_state("superseded", superseded_on=fields.Datetime.now())
            spec._set_state(
                "in_force",
                version=max(others.mapped("version"), default=0) + 1,
                previous_id=(current or others.sorted("version")[-1:]).id,
                in_force_on=fields.Datetime.now(),
                in_force_by_id=self.env.uid,
            )
            self.env["guard.control.point"].sudo()._follow(current, spec)

    def action_withdraw(self):
        """Take specifications out of force without another one in their place."""
        self.check_access("write")
        for spec in self:
            if spec.state != "in_force":
                raise UserError(self.env._("%(spec)s is not in force.", spec=spec.display_name))
        points = self.env["guard.control.point"].sudo().search([("spec_id", "in", self.ids)])
        if points:
            raise UserError(
                self.env._(
                    "Control points name this specification: %(points)s. Choose another one there first.",
                    points=", ".join(points.mapped("name")),
                )
            )
        self._set_state("superseded", superseded_on=fields.Datetime.now())

    def action_new_version(self):
        """Open a draft with the same content, to become the next version."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "draft":
            raise UserError(self.env._("%(spec)s is a draft: edit it.", spec=self.display_name))
        draft = self._search_subject([("state", "=", "draft")])[:1] or self.copy({"name": self.name})
        return {
            "type": "ir.actions.act_window",
            "name": draft.display_name,
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    def action_open_versions(self):
        """Open all versions of what this one applies to."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_inspection_spec_action")
        return {**action, "domain": list(self._get_subject_domain()), "context": {}}

    # The work

    @api.model
    def _applying(self, company, subjects):
        """The specification in force that applies: of the operation, of the product, else of the nearest category.

        :param subjects: pairs of product and operation (empty where there is none)
        :return: ``{(product, operation): specification}``, an empty one where none applies
        """
        products = self.env["product.product"].union(*(product for product, _operation in subjects))
        operations = self.env["mrp.routing.workcenter"].union(*(operation for _product, operation in subjects))
        upwards = {category: lineage(category.parent_path)[::-1] for category in products.sudo().categ_id}
        domain = Domain("product_tmpl_id", "in", products.product_tmpl_id.ids)
        domain |= Domain("categ_id", "in", [step for steps in upwards.values() for step in steps])
        domain |= Domain("operation_id", "in", operations.ids)
        found = self.sudo().search(Domain("company_id", "=", company.id) & Domain("state", "=", "in_force") & domain)
        by_subject = {(spec.applies_to, spec._get_subject().id): spec for spec in found}
        applying = {}
        for product, operation in subjects:
            keys = [("operation", operation.id), ("product", product.product_tmpl_id.id)]
            keys += [("category", step) for step in upwards.get(product.sudo().categ_id, ())]
            applying[product, operation] = next((by_subject[key] for key in keys if key in by_subject), found.browse())
        return applying

    def _get_subject(self):
        return self[self._subject_fields[self.applies_to]] if self.applies_to else self.browse()

    def _name_field(self, name):
        return self._fields[name]._description_string(self.env)

    def _get_subject_domain(self):
        name = self._subject_fields[self.applies_to]
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("applies_to", "=", self.applies_to)
            & Domain(name, "=", self[name].id)
        )

    def _search_subject(self, domain):
        """The other specifications of the same subject."""
        return self.search(self._get_subject_domain() & Domain(domain) & Domain("id", "!=", self.id))

    def _check_draft(self):
        for spec in self:
            if spec.state != "draft":
                raise UserError(
                    self.env._(
                        "%(spec)s is not a draft any more and is not changed. Quality makes a new version of it.",
                        spec=spec.display_name,
                    )
                )

    def _set_state(self, state, **values):
        with passage(self, "engine"):
            self.write({"state": state, **values})
            self.flush_recordset()  # the old one leaves its place before the new one takes it
