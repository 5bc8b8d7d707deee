from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.gates import gate
from ...tools.passage import is_open, passage

GATE = "order_review"
# what moves an order on: nobody judges it, and nothing that is judged follows from it
BESIDE = frozenset({"state", "date_order", "locked", "signature", "signed_by", "signed_on", "guard_is_held"})


class SaleOrder(models.Model):
    """The sales order is reviewed before it is confirmed, and again where it is edited (clause 2.1.1)."""

    _name = "sale.order"
    _inherit = ["sale.order", "guard.gate.mixin"]

    guard_received_on = fields.Datetime(
        "Order Received On", copy=False, help="When the customer's order arrived; the review's clock runs from here."
    )
    guard_review_ids = fields.One2many(
        "guard.order.review",
        "order_id",
        "Reviews",
        groups="sales_team.group_sale_salesman,quality_service_guard.group_guard_user",
    )
    guard_review_id = fields.Many2one("guard.order.review", "Order Review", compute="_compute_guard_review")
    guard_review_state = fields.Selection(
        selection=lambda self: self.env["guard.order.review"]._fields["state"]._description_selection(self.env),
        string="Review State",
        compute="_compute_guard_review",
    )
    guard_review_waiting_for = fields.Char("Review Waits For", compute="_compute_guard_review")
    guard_review_mode = fields.Selection(
        [("off", "Off"), ("warn", "Warn"), ("block", "Block")], compute="_compute_guard_review_mode"
    )

    @api.depends("guard_review_ids.state")
    @api.depends_context("uid")
    def _compute_guard_review(self):
        """The present review; who is asked is nothing for the customer who may read the order."""
        for order in self:
            reviews = order.sudo().guard_review_ids
            live = reviews.filtered(lambda review: review.state != "superseded")
            review = live.sorted("revision")[-1:].with_prefetch(reviews._prefetch_ids)
            order.guard_review_id = review
            order.guard_review_state = review.state
            order.guard_review_waiting_for = not self.env.user.share and review.waiting_for

    @api.depends("company_id")
    def _compute_guard_review_mode(self):
        for order in self:
            order.guard_review_mode = self.env["guard.gate"]._mode(GATE, order.company_id)

    def write(self, vals):
        if not self._guard_review_asked():
            return super().write(vals)
        # lines written with their order are judged with it, once
        with self._guard_watching(vals), passage(self, "edit"):
            result = super().write(vals)
        if vals.keys() - BESIDE:
            self._guard_content_edited()
        return result

    def unlink(self):
        """Reviews that nobody was asked for go with their order; what was said stays, and the order with it."""
        self.check_access("unlink")
        self.sudo().guard_review_ids.unlink()
        return super().unlink()

    # Buttons

    def action_guard_ask_review(self):
        """Open the review that is to be asked for, with who must approve and why."""
        self.check_access("write")
        self._check_reviewable()
        reviews = self.env["guard.order.review"].sudo()._open_for(self).sudo(False)
        return reviews._get_open_action()

    def action_guard_open_review(self):
        """Open the reviews of this order."""
        self.ensure_one()
        return self.guard_review_ids._get_open_action()

    # The gate

    @gate(GATE, on={"state": "sale"})
    def _obstacles_order_review(self):
        """What forbids promising these orders (clause 2.1.1).

        :return: sentences by order; an order whose review is approved for its present content is absent
        """
        reviews = {order: order.guard_review_id for order in self}
        points = self.env["guard.order.review"].union(*reviews.values())._approval_open_points()
        obstacles = {}
        for order, review in reviews.items():
            if not review or review.state == "draft":
                obstacles[order] = [
                    self.env._("%(order)s has not been reviewed. Open it and press “Ask for Review”.", order=order.name)
                ]
            elif review.state == "rejected":
                last = review.approval_request_id.decision_ids[:1]
                obstacles[order] = [
                    self.env._(
                        "%(order)s: review %(review)s was rejected by %(user)s: “%(comment)s”. Settle it, "
                        "then ask for a new review.",
                        order=order.name,
                        review=review.name,
                        user=last.user_id.name,
                        comment=last.comment,
                    )
                ]
            elif review in points:
                obstacles[order] = [f"{order.name}, {review.name}: {text}" for text in points[review]]
        return obstacles

    @api.model
    def _guard_open_domain(self, asked, company):
        return super()._guard_open_domain(asked, company) & Domain("state", "in", ("draft", "sent"))

    def _guard_quantity(self, code):
        return self.amount_untaxed if code == GATE else super()._guard_quantity(code)

    def _guard_measure(self, code):
        return self.currency_id.name if code == GATE else super()._guard_measure(code)

    # The work

    def _check_reviewable(self):
        for order in self:
            # of a confirmed order only a change that was rejected can be asked for again
            changed = order.guard_change_state in ("draft", "rejected")
            if order.state not in ("draft", "sent") and not changed:
                raise UserError(
                    self.env._("%(order)s is not a quotation any more; there is nothing to ask.", order=order.name)
                )
            if order.guard_review_id.state in ("in_review", "approved"):
                raise UserError(
                    self.env._(
                        "%(order)s is reviewed already: %(review)s.",
                        order=order.name,
                        review=order.guard_review_id.display_name,
                    )
                )
            if not order._approval_lines("order_line"):
                raise UserError(
                    self.env._("%(order)s has no line with a product: there is nothing to review.", order=order.name)
                )

    def _approval_lines(self, fname):
        """The lines that departments judge: what was promised, not sections, notes, down payments or recharged costs."""
        lines = self[fname]
        judged = lines.filtered(lambda line: not (line.display_type or line.is_downpayment or line.is_expense))
        return judged.with_prefetch(lines._prefetch_ids)

    def _guard_review_asked(self):
        """Whether the gate is in force for any of these orders; no query where it is off."""
        modes = self.env["guard.gate"]._modes().get(GATE)
        return bool(modes) and any(company.id in modes for company in self.company_id)

    def _guard_content_edited(self):
        """After an edit: departments whose content changed are asked again."""
        if self and self._guard_review_asked() and not is_open(self, "edit"):
            reviews = self._guard_live_reviews()
            rejected = reviews.filtered(lambda review: review.state == "rejected")
            (reviews - rejected)._approval_refresh()
            rejected.order_id._guard_settle_duties()

    def _guard_live_reviews(self):
        domain = Domain("order_id", "in", self.ids) & Domain("state", "!=", "superseded")
        return self.env["guard.order.review"].sudo().search(domain)
