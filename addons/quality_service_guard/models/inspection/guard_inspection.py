import math
import secrets
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools import sampling
from ...tools.passage import is_open
from .guard_control_point import OCCASIONS

OPEN = ("draft", "in_progress")
DECIDED = ("passed", "failed", "conceded")
SUMS = ("accepted", "rejected", "conceded", "to_sort", "resubmitted")  # with what waits, they make up the quantity


class GuardInspection(models.Model):
    """One lot of goods, inspected by a control point: sample, readings, decision (clauses 2.2.3 and 2.3.3).

    It is born with the document that brings, makes or moves the goods, and follows it. Only its own methods change it.
    """

    _name = "guard.inspection"
    _description = "Inspection"
    _inherit = ["guard.sealed.mixin", "guard.duty.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    # what people may write by themselves; all the rest is the result of steps
    _free_fields = {"user_id", "note"}

    # identity
    name = fields.Char(required=True, readonly=True, copy=False, index="trigram")
    state = fields.Selection(
        [
            ("draft", "To Do"),
            ("in_progress", "In Progress"),
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("conceded", "Conceded"),
            ("skipped", "Not Due"),
            ("cancelled", "Cancelled"),
        ],
        group_expand=lambda self, values, domain: ["draft", "in_progress", "passed", "failed", "conceded"],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    point_id = fields.Many2one(
        "guard.control.point", "Control Point", readonly=True, required=True, index=True, ondelete="restrict"
    )
    spec_id = fields.Many2one(
        "guard.inspection.spec", "Specification", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    occasion = fields.Selection(OCCASIONS, "When", readonly=True, required=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", index="btree_not_null", domain="[('share', '=', False)]", tracking=True
    )
    is_asked = fields.Boolean("Responsible Asked", readonly=True, copy=False)
    reason = fields.Char(readonly=True, help="Why it is asked for, or why it is not due.")
    note = fields.Text()

    # goods
    product_id = fields.Many2one("product.product", readonly=True, required=True, index=True, ondelete="restrict")
    uom_id = fields.Many2one(related="product_id.uom_id")
    partner_id = fields.Many2one(
        "res.partner", "Supplier or Customer", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    source = fields.Char("Document", compute="_compute_source", compute_sudo=True)
    lot_ids = fields.Many2many("stock.lot", string="Lots", compute="_compute_lot_ids", compute_sudo=True)
    lot_id = fields.Many2one(
        "stock.lot", "Lot of Stock", readonly=True, index="btree_not_null", ondelete="restrict", help="Periodic only."
    )

    # where it comes from
    move_id = fields.Many2one("stock.move", "Stock Move", readonly=True, index="btree_not_null", ondelete="set null")
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    production_id = fields.Many2one(
        "mrp.production", "Manufacturing Order", readonly=True, index="btree_not_null", ondelete="set null"
    )
    workorder_id = fields.Many2one(
        "mrp.workorder", "Work Order", readonly=True, index="btree_not_null", ondelete="set null"
    )
    expected_on = fields.Datetime(
        "Goods Expected", readonly=True, index="btree_not_null", help="When the goods come, or came; as the document says."
    )
    location_id = fields.Many2one("stock.location", "Place", readonly=True, index="btree_not_null", ondelete="restrict")
    resubmission_of_id = fields.Many2one(
        "guard.inspection", "Resubmission Of", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    is_resubmitted = fields.Boolean("Resubmitted", compute="_compute_is_resubmitted", store=True)

    # how much
    quantity = fields.Float("Lot Size", digits="Product Unit", readonly=True, help="In the unit of the product.")
    accepted = fields.Float(compute="_compute_sums", store=True, digits="Product Unit")
    rejected = fields.Float(compute="_compute_sums", store=True, digits="Product Unit")
    conceded = fields.Float(compute="_compute_sums", store=True, digits="Product Unit")
    to_sort = fields.Float(compute="_compute_sums", store=True, digits="Product Unit")
    resubmitted = fields.Float(
        "Resubmitted Quantity",
        compute="_compute_sums",
        store=True,
        digits="Product Unit",
        help="Rejected, and inspected once more since.",
    )
    waiting = fields.Float(compute="_compute_sums", store=True, digits="Product Unit", help="Not decided yet.")

    # sample, readings, decision
    seed = fields.Char(readonly=True, copy=False, help="Draws the sample; with it anybody can draw the same units again.")
    plan_ids = fields.One2many("guard.sampling.plan", "inspection_id", "Sampling Plans", readonly=True)
    unit_ids = fields.One2many("guard.inspection.unit", "inspection_id", "Sample", readonly=True)
    reading_ids = fields.One2many("guard.inspection.reading", "inspection_id", "Readings", readonly=True)
    tranche_ids = fields.One2many("guard.inspection.tranche", "inspection_id", "Decisions", readonly=True)
    missing = fields.Integer("Missing Readings", compute="_compute_missing")
    started_on = fields.Datetime(readonly=True, copy=False)
    started_by_id = fields.Many2one("res.users", "Started By", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    decided_by_id = fields.Many2one("res.users", "Decided By", readonly=True, copy=False)
    instruction = fields.Html(related="spec_id.instruction")
    picture = fields.Image(related="spec_id.picture")

    _once = models.UniqueIndex(
        "(move_id, point_id) WHERE move_id IS NOT NULL AND state <> 'cancelled' AND resubmission_of_id IS NULL",
        "This control point asks for an inspection of these goods already.",
    )
    _once_operation = models.UniqueIndex(
        "(workorder_id, point_id) WHERE workorder_id IS NOT NULL AND state <> 'cancelled' AND resubmission_of_id IS NULL",
        "This control point asks for an inspection of this work order already.",
    )

    @api.depends("tranche_ids.verdict", "tranche_ids.quantity", "tranche_ids.resubmission_id", "quantity")
    def _compute_sums(self):
        sums = defaultdict(float)
        for inspection, verdict, resubmission, quantity in self.env["guard.inspection.tranche"]._read_group(
            [("inspection_id", "in", self.ids)], ["inspection_id", "verdict", "resubmission_id"], ["quantity:sum"]
        ):
            sums[inspection.id, "resubmitted" if resubmission else verdict] += quantity
        for inspection in self:
            known = {name: sums[inspection.id, name] for name in SUMS}
            inspection.update({**known, "waiting": inspection.quantity - sum(known.values())})

    @api.depends("resubmission_of_id")
    def _compute_is_resubmitted(self):
        for inspection in self:
            inspection.is_resubmitted = bool(inspection.resubmission_of_id)

    @api.depends("picking_id", "production_id", "workorder_id", "location_id")
    def _compute_source(self):
        """The document that a person in the store or workshop knows the goods by."""
        for inspection in self:
            document = inspection.picking_id or inspection.workorder_id or inspection.production_id or inspection.location_id
            inspection.source = document.display_name

    @api.depends("move_id.move_line_ids.lot_id", "lot_id", "production_id.lot_producing_ids")
    def _compute_lot_ids(self):
        for inspection in self:
            inspection.lot_ids = (
                inspection.lot_id | inspection.move_id.move_line_ids.lot_id
                if inspection.lot_id or inspection.move_id
                else inspection.production_id.lot_producing_ids
            )

    @api.depends("reading_ids.state")
    def _compute_missing(self):
        counts = dict(
            self.env["guard.inspection.reading"]._read_group(
                [("inspection_id", "in", self.ids), ("state", "=", "empty")], ["inspection_id"], ["__count"]
            )
        )
        for inspection in self:
            inspection.missing = counts.get(inspection._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        unnamed = [vals for vals in vals_list if not vals.get("name")]
        for vals, name in zip(unnamed, self._next_names(len(unnamed)), strict=True):
            vals["name"] = name
        # nothing is decided about what is new: told here, it need not be summed up for each
        return super().create(
            [{**dict.fromkeys(SUMS, 0.0), **vals, "waiting": vals.get("quantity", 0.0)} for vals in vals_list]
        )

    def write(self, vals):
        if is_open(self.browse(), "engine"):
            return super().write(vals)
        free = self._free_fields | set(self.env["mail.thread"]._fields) | set(self.env["mail.activity.mixin"]._fields)
        if vals.keys() <= free:
            if "user_id" in vals:  # whoever is named decides: nobody names themselves in the place of another
                self._check_may_inspect()
            with self._unsealed():
                return super().write(vals)
        return super().write(vals)

    @api.model
    def _next_names(self, count):
        """So many numbers of the sequence, with one query for all."""
        sequence = self.env.ref("quality_service_guard.sequence_guard_inspection").sudo()
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", f"ir_sequence_{sequence.id:03d}", count)
        )
        prefix, suffix = sequence._get_prefix_suffix()
        return [f"{prefix}{number:0{sequence.padding}d}{suffix}" for (number,) in rows]

    # Buttons

    def action_start(self):
        """Draw the sample and ask for its readings."""
        self._check_may_inspect()
        for inspection in self:
            if inspection.state != "draft":
                raise UserError(self.env._("%(inspection)s has been started already.", inspection=inspection.name))
            if not inspection.spec_id:
                raise UserError(
                    self.env._(
                        "%(inspection)s: no specification is in force for %(product)s, so there is nothing to inspect it by. "
                        "Quality puts one in force under Assurance > Configuration > Specifications.",
                        inspection=inspection.name,
                        product=inspection.product_id.display_name,
                    )
                )
        self._start()

    def action_cancel(self):
        """Give up inspections whose goods have gone another way; asked for a reason by the chatter."""
        self._check_may_inspect()
        for inspection in self:
            if inspection.move_id and inspection.move_id.state != "cancel":
                raise UserError(
                    self.env._(
                        "%(inspection)s: its goods are still on %(document)s. What has to be inspected is inspected; "
                        "cancel the document, or ask for a deviation on it.",
                        inspection=inspection.name,
                        document=inspection.move_id.picking_id.name or inspection.move_id.display_name,
                    )
                )
        self._cancel()

    # The work

    def _check_may_inspect(self):
        """Whoever is named inspects, or whoever signs for quality; where nobody is named, people of store and workshop."""
        self.check_access("read")
        user = self.env.user
        if self.env.su or user.has_group("quality_service_guard.group_review_quality"):
            return
        workers = any(user.has_group(group) for group in ("stock.group_stock_user", "mrp.group_mrp_user"))
        for inspection in self:
            if inspection.user_id != user and (inspection.user_id or not workers):
                raise AccessError(
                    self.env._(
                        "%(inspection)s is for %(user)s. They, or whoever signs for quality, inspect it or hand it over to you.",
                        inspection=inspection.name,
                        user=inspection.user_id.name or self.env._("store, workshop and quality"),
                    )
                )

    def _start(self):
        """Plans, sample and empty readings of all of these, in one go."""
        inspections = self.sudo()
        inspections._follow()
        severities = inspections._get_severities()
        inspections._step({"state": "in_progress", "started_on": fields.Datetime.now(), "started_by_id": self.env.uid})
        with self._unsealed():
            unseeded = inspections.filtered(lambda inspection: not inspection.seed)
            for inspection in unseeded.with_context(mail_notrack=True):
                inspection.seed = secrets.token_hex(8)
        inspections._plan(severities)
        inspections._draw()

    def _step(self, values):
        """Go on to another state; who did it and when is noted, so the chatter need not tell it of each one apart."""
        with self._unsealed():
            self.with_context(mail_notrack=True).write(values)

    def _follow(self):
        """Take the quantity of the goods as it is now, though never less than what has been decided."""
        with self._unsealed():
            for inspection in self.filtered(lambda inspection: inspection.state in OPEN):
                decided = inspection.quantity - inspection.waiting
                quantity = max(inspection._get_goods_quantity(), decided)
                if inspection.uom_id.compare(quantity, inspection.quantity):
                    inspection.quantity = quantity
        self.filtered(lambda inspection: inspection.state in OPEN and not inspection.quantity)._cancel()

    def _follow_document(self, values):
        """The goods are on another document now, a backorder for instance, or come on another day."""
        if values:
            with self._unsealed():
                self.write(values)

    def _follow_done(self):
        """The goods have come: what was decided about goods that did not is taken back, worst first."""
        for inspection in self:
            excess = inspection.quantity - inspection.waiting - inspection._get_goods_quantity()
            if inspection.uom_id.compare(excess, 0) > 0:
                inspection.tranche_ids._take_back(excess)
                if inspection.state not in OPEN:
                    with self._unsealed():
                        inspection.quantity -= excess
                inspection._message_log(
                    body=self.env._(
                        "%(quantity)s %(unit)s less were moved than decided about.",
                        quantity=f"{excess:g}",
                        unit=inspection.uom_id.name,
                    )
                )
        self._follow()

    def _get_goods_quantity(self):
        """How much there is to inspect, in the product's unit; what went back to its supplier is not."""
        if self.workorder_id:
            return self.workorder_id.production_id.product_uom_qty
        if not self.move_id:
            return self.quantity
        move = self.move_id
        convert = move.product_uom._compute_quantity
        if move.state != "done":
            entered = convert(move.quantity, self.uom_id, round=False)
            return entered if self.uom_id.compare(entered, 0) > 0 else move.product_qty
        # what goes back by a disposition has been decided about
        back = move.returned_move_ids.filtered(
            lambda move: (
                move.state == "done" and move.location_dest_id.usage == "supplier" and not move.guard_disposition_id
            )
        )
        returned = sum(line.quantity_product_uom for line in back.move_line_ids)
        done = convert(move.quantity, self.uom_id, round=False)
        return done - min(returned, max(0.0, done - (self.quantity - self.waiting)))

    def _lot_size(self):
        """Whole units of the lot; of what is not counted, each begun unit is one."""
        return max(1, math.ceil(round(self.quantity, 6)))

    def _get_severities(self):
        """How severely each class is inspected.

        :return: ``{inspection: {class: severity}}``
        """
        return {inspection: dict.fromkeys("ABC", "normal") for inspection in self}

    def _plan(self, severities):
        """Make the sampling plans, or make them again for another lot size."""
        plans = self.env["guard.sampling.plan"]
        with plans._unsealed():
            self.plan_ids.unlink()
            plans.create(
                [
                    {"inspection_id": inspection.id, "company_id": inspection.company_id.id, **vals}
                    for inspection in self
                    for vals in inspection.point_id._prepare_plans(inspection, severities[inspection])
                ]
            )

    def _draw(self):
        """Draw the sample and make its empty readings; what was drawn before stays."""
        units = self.env["guard.inspection.unit"]
        with units._unsealed():
            units.create([vals for inspection in self for vals in inspection._prepare_units()])
        self.env["guard.inspection.reading"]._open(self)

    def _prepare_units(self):
        size = max(self.plan_ids.mapped("size"), default=0)
        known, lot_size = set(self.unit_ids.mapped("number")), self._lot_size()
        gone = set(self.unit_ids.mapped("replaced_number")) - {0}  # drawn, and another one inspected in their place
        drawn = sampling.draw_in_order(self.seed, lot_size, min(lot_size, size + len(known | gone)))
        fresh = [number for number in drawn if number not in known | gone][: max(0, size - len(known))]
        return [
            {"inspection_id": self.id, "number": number, "rank": rank}
            for rank, number in enumerate(fresh, len(known) + 1)
        ]

    def _cancel(self):
        """Close what is open and undecided."""
        inspections = self.sudo().filtered(lambda inspection: inspection.state in OPEN and not inspection.tranche_ids)
        with self._unsealed():
            inspections.write({"state": "cancelled"})
        inspections._duty_close()

    # For duties

    def _duty_is_open(self, key):
        return self.state in OPEN

    def _duty_moved(self, key, user, behalf, escalated):
        self.sudo().user_id = user
        return super()._duty_moved(key, user, behalf, escalated)
