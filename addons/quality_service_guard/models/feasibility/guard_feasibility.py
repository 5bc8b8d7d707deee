from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.actions import open_form
from ...tools.fingerprint import fingerprint
from .world import World

VERDICTS = [
    ("kept", "Can Be Kept"),
    ("displaces", "Only Before Others"),
    ("late", "Too Late"),
    ("unknown", "No Date"),
    ("none", "Nothing to Reckon"),
]


class GuardFeasibility(models.Model):
    """Whether an order can be kept, reckoned at one moment from machines, material, people and equipment.

    It is evidence: it stays as it was, and what has changed since is said beside it. Whoever wants to know how things
    are now has it reckoned again (clauses 2.1.1 and 2.1.2).
    """

    _name = "guard.feasibility"
    _description = "Feasibility"
    _inherit = ["guard.sealed.mixin"]
    _order = "id desc"

    # subject
    review_id = fields.Many2one("guard.order.review", "Order Review", required=True, index=True, ondelete="cascade")
    order_id = fields.Many2one(related="review_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    occasion = fields.Selection(
        [("submitted", "Review asked for"), ("asked", "Asked for by hand")],
        required=True,
        default="asked",
    )
    user_id = fields.Many2one("res.users", "Asked By", required=True, default=lambda self: self.env.user)
    computed_on = fields.Datetime("Reckoned On", required=True, default=fields.Datetime.now)

    # answer
    verdict = fields.Selection(VERDICTS, required=True, index=True)
    date_earliest = fields.Datetime("Earliest Date", help="When the last line can be delivered.")
    date_first = fields.Datetime("Earliest Date Before Others", help="If this order were made before those that can wait.")
    line_ids = fields.One2many("guard.feasibility.line", "feasibility_id", "Lines")
    displaced = fields.Json()
    load = fields.Json()

    # what it was made from, to know whether it still holds
    content_print = fields.Char()
    workcenter_ids = fields.Many2many("mrp.workcenter", "guard_feasibility_workcenter_rel", string="Work Centers")
    product_ids = fields.Many2many("product.product", "guard_feasibility_product_rel", string="Products")
    is_stale = fields.Boolean("Out of Date", compute="_compute_stale")
    stale_reason = fields.Char("Changed Since", compute="_compute_stale")

    @api.depends("content_print", "computed_on")
    @api.depends_context("lang")
    def _compute_stale(self):
        """Say what has changed since: the order itself, or what its work centres and products were reckoned from."""
        contents = self.review_id.sudo()._approval_contents({"production"})
        edited = self.filtered(
            lambda record: fingerprint(contents[record.review_id]["production"]) != record.content_print
        )
        changes = (self - edited).sudo()._changes_since()
        for record in self:
            reasons = [self.env._("the order")] if record in edited else changes[record.id]
            record.is_stale = bool(reasons)
            record.stale_reason = ", ".join(reasons)

    def _changes_since(self):
        """Kinds of documents that were changed after each of these was reckoned and that it rests on.

        :return: ``{id: [words]}``
        """
        found = {record.id: [] for record in self}
        if not found:
            return found
        resources = {record: record.workcenter_ids.resource_id for record in self}
        equipment = {record: record.workcenter_ids.guard_equipment_ids for record in self}
        for name, field_name, bases, text in (
            ("mrp.workorder", "workcenter_id", {record: record.workcenter_ids for record in self}, self.env._("work orders")),
            ("resource.calendar.leaves", "resource_id", resources, self.env._("calendars")),
            ("maintenance.request", "equipment_id", equipment, self.env._("repairs")),
            ("stock.move", "product_id", {record: record.product_ids for record in self}, self.env._("stock")),
        ):
            ids = {base.id for basis in bases.values() for base in basis}
            domain = Domain(field_name, "in", ids) & Domain("write_date", ">", min(self.mapped("computed_on")))
            latest = dict(self.env[name]._read_group(domain, [field_name], ["write_date:max"])) if ids else {}
            for record, basis in bases.items():
                if any(latest[base] > record.computed_on for base in basis if base in latest):
                    found[record.id].append(text)
        return found

    @api.depends("review_id.display_name")
    def _compute_display_name(self):
        """Named after its review: who answers for production need not see sales orders."""
        for record in self:
            record.display_name = record.sudo().review_id.display_name

    # Buttons

    def action_open_order(self):
        """Open the sales order."""
        self.ensure_one()
        return open_form("sale.order", self.order_id.id)

    def action_open_review(self):
        """Open the review that it was reckoned for."""
        self.ensure_one()
        return open_form("guard.order.review", self.review_id.id)

    def action_excel(self):
        """What was reckoned, as a workbook."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/guard/feasibility/{self.id}/xlsx", "target": "download"}

    # Told

    @api.model
    def _tell_slip(self, name, hours):
        """By how much somebody else's order would slip; without hours it would have no date any more."""
        if hours is None:
            return self.env._("%(order)s gets no date", order=name)
        return self.env._("%(order)s slips %(hours)s h", order=name, hours=f"{hours:.1f}")

    # Reckoning

    @api.model
    def _assess(self, reviews, occasion="asked"):
        """Reckon each review's order as things are now, and keep the answers.

        :return: one record for each review, in their order
        """
        outcomes = self._reckon(reviews.order_id, but_reviews=reviews)
        contents = reviews.sudo()._approval_contents({"production"})
        with self._unsealed(), self.env["guard.feasibility.line"]._unsealed():
            return self.sudo().create(
                [
                    {
                        **outcomes[review.order_id].values(),
                        "review_id": review.id,
                        "occasion": occasion,
                        "user_id": self.env.uid,
                        "content_print": fingerprint(contents[review]["production"]),
                    }
                    for review in reviews
                ]
            )

    @api.model
    def _reckon(self, orders, but_reviews=None):
        """Reckon orders, each as if it alone were new.

        :param but_reviews: whose own reservations don't count
        :return: ``{order: Outcome}``
        """
        found = {}
        for company, members in orders.sudo().grouped("company_id").items():
            world = World(self.sudo().with_company(company).env, company, members, but_reviews)
            for order in members:
                found[order.with_env(self.env)] = world.outcome(order)
        return found
