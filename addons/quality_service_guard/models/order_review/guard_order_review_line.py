from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.passage import is_open, passage
from .guard_order_review import QUESTIONS

ANSWERS = [("ok", "OK"), ("changed", "OK with Change"), ("problem", "Problem")]


class GuardOrderReviewLine(models.Model):
    """One order line before the four questions of clause 2.1.1, each owned by a department.

    Who answered and when is stamped, never typed. A problem opens an issue by itself.
    """

    _name = "guard.order.review.line"
    _description = "Order Review Line"
    _order = "review_id, id"

    # subject
    review_id = fields.Many2one("guard.order.review", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    order_line_id = fields.Many2one("sale.order.line", required=True, readonly=True, index=True, ondelete="cascade")
    product_id = fields.Many2one(related="order_line_id.product_id")
    description = fields.Text(related="order_line_id.name")
    product_uom_qty = fields.Float(related="order_line_id.product_uom_qty", string="Ordered")
    product_uom_id = fields.Many2one(related="order_line_id.product_uom_id")
    quality_requirement = fields.Char(related="order_line_id.guard_quality_requirement", string="Quality Demanded")
    expected_date = fields.Datetime("Promised Date", compute="_compute_expected_date", compute_sudo=True)

    # the four questions
    specification_answer = fields.Selection(ANSWERS, "Specification")
    specification_evidence = fields.Char(help="What the answer rests on.")
    specification_user_id = fields.Many2one("res.users", "Specification Answered By", readonly=True)
    quantity_answer = fields.Selection(ANSWERS, "Quantity")
    quantity_evidence = fields.Char(help="What the answer rests on.")
    quantity_user_id = fields.Many2one("res.users", "Quantity Answered By", readonly=True)
    delivery_answer = fields.Selection(ANSWERS, "Delivery Date")
    delivery_evidence = fields.Char(help="What the answer rests on.")
    delivery_user_id = fields.Many2one("res.users", "Delivery Date Answered By", readonly=True)
    quality_answer = fields.Selection(ANSWERS, "Quality Requirement")
    quality_evidence = fields.Char(help="What the answer rests on.")
    quality_user_id = fields.Many2one("res.users", "Quality Requirement Answered By", readonly=True)

    _line_unique = models.UniqueIndex("(review_id, order_line_id)", "An order line is reviewed once in a review.")

    @api.depends("order_line_id.order_id.commitment_date", "order_line_id.customer_lead")
    def _compute_expected_date(self):
        for line in self:
            order_line = line.order_line_id
            line.expected_date = order_line.order_id.commitment_date or order_line._expected_date()

    @api.depends("order_line_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.sudo().order_line_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        """Questions begin unanswered, whatever a user or a caller has set as default."""
        parts = ("answer", "evidence", "user_id")
        unanswered = {f"{question}_{part}": False for question in QUESTIONS for part in parts}
        return super().create([{**vals, **unanswered} for vals in vals_list])

    def write(self, vals):
        if is_open(self, "answer"):
            return super().write(vals)
        stamped = {f"{question}_user_id" for question in QUESTIONS} | {"review_id", "company_id", "order_line_id"}
        if stamped & vals.keys():
            raise UserError(self.env._("Who answered is noted by the system."))
        answered = [question for question in QUESTIONS if f"{question}_answer" in vals]
        touched = [q for q in QUESTIONS if {f"{q}_answer", f"{q}_evidence"} & vals.keys()]
        for question in touched:
            self._check_may_answer(question)
        stamps = {f"{question}_user_id": vals[f"{question}_answer"] and self.env.uid for question in answered}
        result = super().write({**vals, **stamps})
        for question in answered:
            if vals[f"{question}_answer"] == "problem":
                self._open_issues(question)
        return result

    def _check_may_answer(self, question):
        """Only the department asked answers its question, and only while it is asked."""
        for review in self.review_id:
            if not review._get_step_to_answer(question):
                label = self._fields[f"{question}_answer"]._description_string(self.env)
                raise UserError(
                    self.env._(
                        "%(review)s: %(question)s is answered by the department that is asked about it, "
                        "while it is asked. Waiting for: %(who)s.",
                        review=review.display_name,
                        question=label,
                        who=review.sudo().waiting_for or "–",
                    )
                )

    def _answer_ok(self):
        """Answer ok where the present user is asked and nothing is answered yet.

        :return: the lines that got an answer
        """
        answered = self.browse()
        for review, lines in self.grouped("review_id").items():
            for question in QUESTIONS:
                if review._get_step_to_answer(question):
                    waiting = lines.filtered(lambda line, q=question: not line[f"{q}_answer"])
                    waiting.write({f"{question}_answer": "ok"})
                    answered |= waiting
        return answered

    def _forget(self, questions):
        """Take answers back that were given about something else."""
        if self and questions:
            with passage(self, "answer"):
                self.write(
                    {
                        f"{question}_{part}": False
                        for question in questions
                        for part in ("answer", "evidence", "user_id")
                    }
                )

    def _open_issues(self, question):
        """A problem is somebody's task: an issue for each line, asked of the salesperson until changed."""
        kinds = {"specification": "requirement", "quantity": "capacity", "delivery": "capacity", "quality": "technical"}
        self.env["guard.review.issue"].create(
            [
                {
                    "review_id": line.review_id.id,
                    "line_id": line.id,
                    "kind": kinds[question],
                    "name": self.env._(
                        "%(line)s: %(question)s",
                        line=line.display_name,
                        question=line._fields[f"{question}_answer"]._description_string(self.env),
                    ),
                    "description": line[f"{question}_evidence"],
                }
                for line in self
            ]
        )
