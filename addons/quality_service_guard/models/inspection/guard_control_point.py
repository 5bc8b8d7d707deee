from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import sampling

OCCASIONS = [
    ("receipt", "Receipt"),
    ("operation", "Operation"),
    ("finished", "Finished Goods"),
    ("delivery", "Delivery"),
    ("internal", "Internal Transfer"),
    ("periodic", "Periodic"),
]
# the kind of operation type that documents of an occasion have
TYPE_CODES = {
    "receipt": "incoming",
    "operation": "mrp_operation",
    "finished": "mrp_operation",
    "delivery": "outgoing",
    "internal": "internal",
}
# as the standard prints them, the same in every language; what is kept is the print, so that 0.10 stays 0.10
AQLS = [(name, name) for name in sampling.read("iso2859_1_normal.txt")[1][0][2:]]
LEVELS = [(name, name) for name in sampling.LEVELS]
GRADES = {"A": "aql_a", "B": "aql_b", "C": "aql_c"}


class GuardControlPoint(models.Model):
    """When something has to be inspected, what, and how often (clauses 2.2.3 and 2.3.3)."""

    _name = "guard.control.point"
    _description = "Control Point"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    # identity
    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="cascade"
    )
    sentence = fields.Char("In Words", compute="_compute_sentence", compute_sudo=True)

    # when, and of what
    occasion = fields.Selection(OCCASIONS, "When", required=True, tracking=True)
    product_tmpl_id = fields.Many2one(
        "product.template",
        "Product",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="Product and category empty: all products.",
    )
    categ_id = fields.Many2one(
        "product.category",
        "Product Category",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="With all categories below it.",
    )
    operation_id = fields.Many2one(
        "mrp.routing.workcenter",
        "Operation",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )

    # only of these
    supplier_id = fields.Many2one(
        "res.partner", index="btree_not_null", check_company=True, ondelete="restrict", tracking=True
    )
    customer_id = fields.Many2one(
        "res.partner", index="btree_not_null", check_company=True, ondelete="restrict", tracking=True
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", index="btree_not_null", check_company=True, ondelete="restrict", tracking=True
    )
    picking_type_id = fields.Many2one(
        "stock.picking.type",
        "Operation Type",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )

    # how often
    frequency = fields.Selection(
        [
            ("every", "Every one"),
            ("nth", "Each n-th"),
            ("random", "Random share"),
            ("period", "By period"),
            ("aql", "Sampling plan (AQL)"),
        ],
        "How Often",
        required=True,
        default="every",
        tracking=True,
    )
    nth = fields.Integer("Of So Many One", default=5, aggregator=None, tracking=True)
    share = fields.Float("Share in %", default=10.0, aggregator=None, tracking=True)
    period_number = fields.Integer("Period", default=1, aggregator=None, tracking=True)
    period_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months")], default="week", tracking=True
    )
    level = fields.Selection("_select_levels", "Inspection Level", default="II", tracking=True)
    aql_a = fields.Selection("_select_aqls", "AQL of Class A", tracking=True)
    aql_b = fields.Selection("_select_aqls", "AQL of Class B", tracking=True)
    aql_c = fields.Selection("_select_aqls", "AQL of Class C", tracking=True)

    sample_size = fields.Integer(
        "Units to Inspect",
        default=1,
        aggregator=None,
        tracking=True,
        help="Of each lot, where no sampling plan says it. 0: all of them.",
    )
    taken = fields.Integer("Counted", readonly=True, copy=False, aggregator=None, help="For each n-th.")
    hold = fields.Selection(
        [("before", "Inspected before the document is done"), ("quarantine", "Received into quarantine")],
        "Goods Wait",
        required=True,
        default="before",
        tracking=True,
        help="Into quarantine: the goods are booked at once and are set free by the decision.",
    )

    # by what, and by whom
    spec_id = fields.Many2one(
        "guard.inspection.spec",
        "Inspection Specification",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('state', '=', 'in_force')]",
        tracking=True,
        help="Empty: the one in force for the operation, the product, or the nearest category. When a new version is put "
        "in force, it takes the place of the old one here.",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", index="btree_not_null", domain="[('share', '=', False)]", tracking=True
    )

    @api.depends(
        "occasion", "product_tmpl_id", "categ_id", "operation_id", "supplier_id", "customer_id", "warehouse_id",
        "picking_type_id", "frequency", "nth", "share", "period_number", "period_unit", "level", "aql_a", "aql_b",
        "aql_c", "spec_id",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_sentence(self):
        for point in self:
            point.sentence = point._describe()

    @api.onchange("occasion")
    def _onchange_occasion(self):
        """What does not belong to the occasion is taken out, so that it need not be looked for."""
        if self.occasion != "operation":
            self.operation_id = False
        if self.occasion != "receipt":
            self.supplier_id = False
        if self.occasion != "delivery":
            self.customer_id = False
        if self.picking_type_id.code != TYPE_CODES.get(self.occasion):
            self.picking_type_id = False
        if self.occasion == "periodic":
            self.frequency = "period"
        if self.occasion not in ("receipt", "finished"):
            self.hold = "before"

    @api.constrains(
        "occasion", "product_tmpl_id", "categ_id", "operation_id", "supplier_id", "customer_id", "warehouse_id",
        "picking_type_id",
    )  # fmt: skip
    def _check_filters(self):
        for point in self:
            complaint = point._complain_about_filters()
            if complaint:
                raise ValidationError(self.env._("%(name)s: %(complaint)s", name=point.name, complaint=complaint))

    @api.constrains(
        "occasion", "frequency", "nth", "share", "period_number", "period_unit", "level", "aql_a", "aql_b", "aql_c"
    )
    def _check_frequency(self):
        for point in self:
            complaint = point._complain_about_frequency()
            if complaint:
                raise ValidationError(self.env._("%(name)s: %(complaint)s", name=point.name, complaint=complaint))

    @api.constrains("sample_size")
    def _check_sample_size(self):
        for point in self:
            if point.sample_size < 0:
                raise ValidationError(
                    self.env._("%(name)s: at least one unit is inspected; 0 stands for all of them.", name=point.name)
                )

    @api.constrains("occasion", "hold")
    def _check_hold(self):
        for point in self:
            if point.hold == "quarantine" and point.occasion not in ("receipt", "finished"):
                raise ValidationError(
                    self.env._("%(name)s: only receipts and finished goods can go into quarantine first.", name=point.name)
                )

    @api.constrains("spec_id")
    def _check_spec(self):
        for point in self:
            if point.spec_id and point.spec_id.state != "in_force":
                raise ValidationError(
                    self.env._("%(name)s: %(spec)s is not in force.", name=point.name, spec=point.spec_id.display_name)
                )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for point, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", point.name)
        return vals_list

    @api.model
    def get_import_templates(self):
        """Offer a file to fill in to whoever imports."""
        return [
            {
                "label": self.env._("Import Template for Control Points"),
                "template": "/quality_service_guard/static/xls/guard_control_point.xlsx",
            }
        ]

    # The work

    @api.model
    def _select_levels(self):
        return LEVELS

    @api.model
    def _select_aqls(self):
        return AQLS

    @api.model
    def _follow(self, old, new):
        """Points that name a specification go on with its next version; archived ones too."""
        points = self.with_context(active_test=False).search([("spec_id", "in", old.ids)])
        points.write({"spec_id": new.id})

    def _get_aqls(self):
        """``{class: AQL}`` of the classes that are sampled."""
        return {grade: self[name] for grade, name in GRADES.items() if self[name]}

    def _complain_about_filters(self):
        """What does not go together, in words."""
        if self.product_tmpl_id and self.categ_id:
            return self.env._("choose a product or a category, not both.")
        if self.operation_id and self.occasion != "operation":
            return self.env._("an operation is chosen only where operations are inspected.")
        if self.supplier_id and self.occasion != "receipt":
            return self.env._("a supplier is chosen only where receipts are inspected.")
        if self.customer_id and self.occasion != "delivery":
            return self.env._("a customer is chosen only where deliveries are inspected.")
        if self.picking_type_id:
            if self.picking_type_id.code != TYPE_CODES.get(self.occasion):
                return self.env._(
                    "the operation type %(type)s has no documents of this kind.", type=self.picking_type_id.display_name
                )
            if self.warehouse_id and self.picking_type_id.warehouse_id != self.warehouse_id:
                return self.env._(
                    "the operation type %(type)s does not belong to the warehouse %(warehouse)s.",
                    type=self.picking_type_id.display_name,
                    warehouse=self.warehouse_id.name,
                )
        return False

    def _complain_about_frequency(self):
        """What is missing or out of range, in words."""
        if self.occasion == "periodic" and self.frequency != "period":
            return self.env._("what is inspected periodically is inspected by period.")
        if self.frequency == "nth" and self.nth < 2:
            return self.env._("“each n-th” begins at 2.")
        if self.frequency == "random" and not 0 < self.share <= 100:
            return self.env._("the random share is more than 0 and at most 100 %.")
        if self.frequency == "period" and (self.period_number < 1 or not self.period_unit):
            return self.env._("the period is at least one day, week or month.")
        if self.frequency == "aql":
            if not self.level or not self._get_aqls():
                return self.env._("a sampling plan needs an inspection level and the AQL of at least one class.")
            aqls = [float(aql) for aql in self._get_aqls().values()]
            if aqls != sorted(aqls):
                return self.env._("a worse class is judged at least as strictly: AQL A ≤ AQL B ≤ AQL C.")
        return False

    def _describe(self):
        """The whole point as a sentence."""
        told = " ".join([self._describe_frequency(), *self._describe_filters()])
        if self.frequency == "aql":
            told = self.env._(
                "%(what)s: level %(level)s, AQL %(aqls)s",
                what=told,
                level=self.level or "?",
                aqls=" / ".join(f"{grade} {aql}" for grade, aql in self._get_aqls().items()) or "?",
            )
        if self.spec_id:
            told = self.env._("%(what)s, by %(spec)s", what=told, spec=self.spec_id.display_name)
        return told

    def _describe_frequency(self):
        if not self.occasion:
            return self.env._("Nothing yet")
        occasion = self._name_occasion()
        if self.frequency == "nth":
            return self.env._("One %(occasion)s in %(number)s", occasion=occasion, number=self.nth)
        if self.frequency == "random":
            return self.env._(
                "Each %(occasion)s with a chance of %(share)s %%", occasion=occasion, share=f"{self.share:g}"
            )
        if self.frequency == "period":
            if self.occasion == "periodic":
                return self.env._("Every %(period)s, the stock", period=self._describe_period())
            return self.env._("One %(occasion)s every %(period)s", occasion=occasion, period=self._describe_period())
        return self.env._("Every %(occasion)s", occasion=occasion)

    def _describe_period(self):
        number = self.period_number
        if self.period_unit == "day":
            return self.env._("day") if number == 1 else self.env._("%(number)s days", number=number)
        if self.period_unit == "week":
            return self.env._("week") if number == 1 else self.env._("%(number)s weeks", number=number)
        return self.env._("month") if number == 1 else self.env._("%(number)s months", number=number)

    def _name_occasion(self):
        names = {
            "receipt": self.env._("receipt"),
            "operation": self.env._("work order"),
            "finished": self.env._("finished lot"),
            "delivery": self.env._("delivery"),
            "internal": self.env._("internal transfer"),
        }
        return names.get(self.occasion, "")

    def _describe_filters(self):
        told = []
        if self.operation_id:
            told.append(self.env._("at %(operation)s", operation=self.operation_id.display_name))
        if self.product_tmpl_id:
            told.append(self.env._("of %(product)s", product=self.product_tmpl_id.display_name))
        elif self.categ_id:
            told.append(self.env._("of the category %(category)s", category=self.categ_id.display_name))
        elif not self.operation_id:  # which says what is made
            told.append(self.env._("of all products"))
        if self.supplier_id:
            told.append(self.env._("from %(supplier)s", supplier=self.supplier_id.display_name))
        if self.customer_id:
            told.append(self.env._("to %(customer)s", customer=self.customer_id.display_name))
        if self.picking_type_id:
            told.append(self.env._("in %(type)s", type=self.picking_type_id.display_name))
        elif self.warehouse_id:
            told.append(self.env._("in %(warehouse)s", warehouse=self.warehouse_id.name))
        return told
