import pytz
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...models.feasibility.guard_capacity import FOREVER, seconds
from ...models.feasibility.guard_feasibility import VERDICTS
from ...models.feasibility.world import World
from ...tools.what_if import Overtime, Variant, period

VARIANTS = ("a", "b")
CHANGES = ("promised", "instead_of", "instead", "overtime_hours", "overtime_at", "overtime_from", "overtime_to", "first")
CENTRES = [f"{change}_{letter}" for letter in VARIANTS for change in ("instead_of", "instead", "overtime_at")]
CHANGED = [f"{change}_{letter}" for letter in VARIANTS for change in CHANGES]


class GuardFeasibilityWhatIf(models.TransientModel):
    """Two variants of an order side by side: what if its date, quantities, work centres or their days were others?

    Everything is reckoned at once on every change, from one reading of how things are; nothing but what is typed here
    is written anywhere (clause 2.1.2). Work centres are offered as a selection, because who sells may not read them.

    Each field stands here twice, since a view shows records of a list one below the other, never field beside field;
    and written out, since views, terms and searches find fields by their names. What works on them goes by letter.
    """

    _name = "guard.feasibility.what.if"
    _description = "What If"

    review_id = fields.Many2one("guard.order.review", "Order Review", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="review_id.company_id", related_sudo=False)
    line_ids = fields.One2many("guard.feasibility.what.if.line", "what_if_id", "Quantities")
    centres = fields.Json("Work Centers", compute="_compute_centres")  # keys of those that are offered

    promised_a = fields.Datetime("Promised")
    instead_of_a = fields.Selection("_select_centres", "Instead of")
    instead_a = fields.Selection("_select_centres", "Work at")
    overtime_hours_a = fields.Float("Overtime a Day", help="In hours.")
    overtime_at_a = fields.Selection(
        "_select_centres", "Overtime at", help="Left empty: all work centers that this order needs."
    )
    overtime_from_a = fields.Date("From")
    overtime_to_a = fields.Date("Until")
    first_a = fields.Boolean("Before Others")

    promised_b = fields.Datetime("Promised (B)")
    instead_of_b = fields.Selection("_select_centres", "Instead of (B)")
    instead_b = fields.Selection("_select_centres", "Work at (B)")
    overtime_hours_b = fields.Float("Overtime a Day (B)", help="In hours.")
    overtime_at_b = fields.Selection(
        "_select_centres", "Overtime at (B)", help="Left empty: all work centers that this order needs."
    )
    overtime_from_b = fields.Date("From (B)")
    overtime_to_b = fields.Date("Until (B)")
    first_b = fields.Boolean("Before Others (B)")

    answers = fields.Json(compute="_compute_answers")
    verdict_a = fields.Selection(VERDICTS, "Can It Be Kept?", compute="_compute_verdicts")
    earliest_a = fields.Datetime("Earliest Date", compute="_compute_verdicts")
    others_a = fields.Text("If Before Others, These Wait", compute="_compute_verdicts")
    verdict_b = fields.Selection(VERDICTS, "Can It Be Kept? (B)", compute="_compute_verdicts")
    earliest_b = fields.Datetime("Earliest Date (B)", compute="_compute_verdicts")
    others_b = fields.Text("If Before Others, These Wait (B)", compute="_compute_verdicts")

    @api.model
    def _select_centres(self):
        centres = self.env["mrp.workcenter"].sudo().search([("company_id", "in", [False, *self.env.companies.ids])])
        return [(str(centre.id), centre.display_name) for centre in centres]

    @api.depends("company_id")
    def _compute_centres(self):
        """A selection is one for all: of the centres of all active companies, those that the order's can use."""
        centres = self.env["mrp.workcenter"].sudo().search([("company_id", "in", [False, *self.company_id.ids])])
        for wizard in self:
            usable = centres.filtered(lambda centre, company=wizard.company_id: centre.company_id <= company)
            wizard.centres = [str(centre.id) for centre in usable]

    @api.depends("review_id", "line_ids.quantity_a", "line_ids.quantity_b", *CHANGED)
    @api.depends_context("lang", "tz", "uid")
    def _compute_answers(self):
        for wizard in self:
            wizard.answers = wizard._try() if wizard.review_id else {letter: {} for letter in VARIANTS}

    @api.depends("answers")
    def _compute_verdicts(self):
        for wizard in self:
            for letter in VARIANTS:
                answer = wizard.answers[letter]
                wizard[f"verdict_{letter}"] = answer.get("verdict")
                wizard[f"earliest_{letter}"] = fields.Datetime.to_datetime(answer.get("earliest"))
                wizard[f"others_{letter}"] = answer.get("others")

    @api.depends("review_id")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard.review_id.display_name

    @api.constrains("review_id")
    def _check_review(self):
        self.review_id.sudo(False).check_access("read")  # Odoo checks constraints as superuser

    @api.constrains("review_id", *CENTRES)
    def _check_centres(self):
        for wizard in self:
            for name in CENTRES:
                if wizard[name] and wizard[name] not in wizard.centres:
                    raise ValidationError(
                        self.env._(
                            "“%(centre)s” does not work for %(company)s. Try a work center that the order's company can use.",
                            centre=dict(self._select_centres()).get(wizard[name]),
                            company=wizard.company_id.display_name,
                        )
                    )

    # Work

    @api.model
    def _open(self, review):
        """Both variants as the order is, to be changed."""
        order = review.sudo().order_id
        lines = [
            Command.create(
                {
                    "order_line_id": line.id,
                    "product_id": line.product_id.id,
                    "product_uom_id": line.product_uom_id.id,
                    **dict.fromkeys(("quantity", "quantity_a", "quantity_b"), line.product_uom_qty),
                }
            )
            for line in order._approval_lines("order_line")
        ]
        promised = dict.fromkeys(("promised_a", "promised_b"), order.commitment_date)
        return self.create({"review_id": review.id, "line_ids": lines, **promised})

    def _try(self):
        """What comes out of both variants, in words.

        :return: ``{"a" | "b": {"verdict", "earliest", "others", "lines": {order line id: sentence}}}``
        """
        review = self.review_id._origin  # a form may hand over a draft of it, whose access nobody checks
        review.check_access("read")
        review = review.sudo()
        env = self.env["guard.feasibility"].sudo().with_company(review.company_id).env
        world = World(env, review.company_id, review.order_id, review)
        return {
            letter: self._tell(world.outcome(review.order_id, variant=self._get_variant(letter, world)))
            for letter in VARIANTS
        }

    def _get_variant(self, letter, world):
        """What was typed for one of both, as ``tools.what_if`` takes it."""
        changes = {change: self[f"{change}_{letter}"] for change in CHANGES}
        typed = {line.order_line_id.id: line[f"quantity_{letter}"] for line in self.line_ids}
        machines = world.floor.machines
        given, taken = int(changes["instead_of"]), int(changes["instead"])
        variant = Variant(
            promised=seconds(changes["promised"]) if changes["promised"] else None,
            quantities={
                line.id: world.needed(line, typed[line.id])
                for line in world.lines[world.orders]
                if line.id in typed and line.product_uom_id
            },
            instead={given: taken} if given in machines and taken in machines else {},
            first=changes["first"],
        )
        variant.overtime = self._get_overtime(changes, world, variant)
        return variant

    def _get_overtime(self, changes, world, variant):
        """Longer days where it was typed, or else of all that the order needs; who has something to do there stays."""
        hours, begin, stop = max(0.0, changes["overtime_hours"]), changes["overtime_from"], changes["overtime_to"]
        late = {int(changes["overtime_at"])} if changes["overtime_at"] else variant.machines(world.sources)
        crews = variant.crews(world.sources, world.jobs)
        return {
            centre.id: Overtime(
                round(3600 * hours),
                # days are those of the work centre's clocks; where it has none it never works
                *period(begin, stop, pytz.timezone(centre.resource_calendar_id.tz or "UTC")),
                frozenset(crews[centre.id]),
            )
            for centre in world.env["mrp.workcenter"].browse(sorted(late & world.floor.machines.keys()) if hours else ())
        }

    def _tell(self, outcome):
        values = outcome.values()
        lines = [values for _command, _id, values in values["line_ids"]]
        return {
            "verdict": values["verdict"],
            "earliest": fields.Datetime.to_string(values["date_earliest"]),
            "others": self._tell_others(values["displaced"]),
            "lines": {
                str(line["order_line_id"]): self.env["guard.feasibility.line"].new(line).sentence for line in lines
            },
        }

    def _tell_others(self, displaced):
        """Who has to wait for it to go first, one a line; manufacturing orders speak for themselves without a customer."""
        worst = {}
        for slip in displaced:
            name = (slip["order"] or slip["production"])[1]
            hours = FOREVER if slip["hours"] is None else slip["hours"]
            worst[name] = max(worst.get(name, (0.0, False)), (hours, slip["breaks"]))
        texts = []
        for name, (hours, breaks) in worst.items():
            text = self.env["guard.feasibility"]._tell_slip(name, hours if hours < FOREVER else None)
            texts.append(self.env._("%(slip)s: its promise is broken", slip=text) if breaks else text)
        return "\n".join(texts) or self.env._("Nobody")
