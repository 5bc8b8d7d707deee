from contextlib import contextmanager

from odoo import api, fields, models

from ...tools.passage import is_open, passage
from .sale_order import GATE


class SaleOrder(models.Model):
    """A confirmed order that is changed is reviewed again, and the change ships nothing before (clause 2.1.1).

    What was promised and approved before goes on: moves that exist are never touched from here.
    """

    _inherit = "sale.order"

    guard_change_state = fields.Selection(
        [("draft", "Change not Reviewed"), ("in_review", "Change in Review"), ("rejected", "Change Rejected")],
        string="Change of the Order",
        compute="_compute_guard_change_state",
        help="The confirmed order says something else than what was approved.",
    )

    @api.depends("state", "guard_review_ids.state", "order_line.product_uom_qty", "order_line.price_unit")
    def _compute_guard_change_state(self):
        for order in self:
            review = order.sudo().guard_review_id
            open_change = order.state == "sale" and review.state in ("draft", "in_review", "rejected")
            order.guard_change_state = (
                open_change and not (review.state == "rejected" and review._is_as_approved()) and review.state
            )

    # Confirmed orders that were never reviewed: by a deviation, or before the policy was in force

    @contextmanager
    def _guard_watching(self, touched=None):
        """Open the review of a change where the block edits what departments judge, and hold its goods back meanwhile.

        :param touched: names of the fields that are edited; None for whole lines
        """
        before = self._guard_unwatched(touched)
        if not before:
            yield
            return
        orders = self.browse().union(*before)
        with passage(orders, "change"):
            yield
        for order in orders.exists():
            if order._guard_content() != before[order]:
                order._guard_ask_change()
            elif order.state == "sale":
                order.order_line._action_launch_stock_rule()

    def _guard_unwatched(self, touched):
        """Confirmed orders that no review watches and that an edit of these fields could change, with their content."""
        if not self._guard_review_asked() or is_open(self, "edit"):
            return {}
        paths = {path for paths in self.env["guard.order.review"]._approval_aspects.values() for path in paths}
        judged = {path.split(".")[-1] for path in paths} | {"order_line", "order_id"}
        if touched is not None and not judged & set(touched):
            return {}
        mode = self.env["guard.gate"]._mode
        orders = self.filtered(lambda order: order.state == "sale" and mode(GATE, order.company_id) == "block")
        orders -= orders._guard_live_reviews().order_id.with_env(self.env)
        return {order: order._guard_content() for order in orders}

    def _guard_content(self):
        review = self.env["guard.order.review"].sudo().new({"order_id": self.id})
        return review._approval_contents()[review]

    def _guard_ask_change(self):
        """Put the change before the departments; a person is asked to see to it where that can't be done."""
        self.ensure_one()
        review = self.env["guard.order.review"].sudo()._open_for(self)
        # the edit may be an automatic one, and nothing ships anyhow until somebody has seen to it
        failure = self.env._("%(order)s was changed, the review of the change could not be asked for: %(reason)s")
        with self._guard_or_ask_responsible("change", failure):
            review._submit(self.env.user)

    # What may ship

    def _guard_released(self):
        """Confirmed orders whose goods may move: reviewed for their present content, or not guarded."""
        closed = self.filtered(lambda order: self.env["guard.gate"]._mode(GATE, order.company_id) == "block")
        if not closed:
            return self
        confirmed = closed.filtered(lambda order: order.state == "sale")
        reviews = confirmed.sudo().guard_review_id
        open_points = reviews.browse().union(*reviews._approval_open_points())
        open_points -= open_points.filtered(lambda review: review.state == "rejected")._filter_as_approved()
        held = confirmed.filtered(lambda order: order.sudo().guard_review_id in open_points or is_open(order, "change"))
        return self - (closed - confirmed) - held

    def _guard_release(self):
        """Let go what waited for the review of a change: goods here; what else begins with a line is a bridge's."""
        self.order_line._action_launch_stock_rule()
