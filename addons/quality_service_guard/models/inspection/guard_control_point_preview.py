from dataclasses import dataclass

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools import operating_characteristic, sampling
from ...tools.lineage import lineage


@dataclass(frozen=True)
class Lot:
    """Goods on a document that a control point may ask about."""

    occasion: str
    product: object
    quantity: float
    operation: object
    source: object = None  # the stock move or work order that brings or makes them


class GuardControlPoint(models.Model):
    """What a control point would ask for: the plan for a lot, and the inspections of a document."""

    _inherit = "guard.control.point"

    # typed to look, never kept
    preview_lot_size = fields.Integer(
        "Lot Size",
        compute="_compute_preview_lot_size",
        readonly=False,
        aggregator=None,
        help="Type one to see its plan.",
    )
    preview_plan = fields.Html("Plan", compute="_compute_preview_plan")

    def _compute_preview_lot_size(self):
        for point in self:
            point.preview_lot_size = 500

    @api.depends("frequency", "level", "aql_a", "aql_b", "aql_c", "preview_lot_size")
    @api.depends_context("lang")
    def _compute_preview_plan(self):
        for point in self:
            point.preview_plan = point.frequency == "aql" and point._draw_plan()

    def _plan(self, lot_size):
        """The sampling plans of a lot, by class of characteristics; normal inspection.

        :raises UserError: where the tables have no answer
        :return: ``{class: sampling.Plan}``
        """
        self.ensure_one()
        try:
            return {grade: sampling.plan(lot_size, self.level, aql) for grade, aql in self._get_aqls().items()}
        except sampling.SamplingError as error:
            raise UserError(self._explain(error)) from error

    def _explain(self, error):
        """A question that the tables do not answer, in the reader's language."""
        messages = {
            "lot_size": self.env._(
                "No plan for a lot of %(value)s: a lot has a whole number of units, 2 at least.", value=error.value
            ),
            "level": self.env._("There is no inspection level %(value)s.", value=error.value or "–"),
            "aql": self.env._("The tables have no AQL %(value)s.", value=error.value),
            "severity": self.env._("There is no severity %(value)s.", value=error.value),
            "not_in_force": self.env._(
                "The table of %(value)s inspection has not been checked against the standard yet.", value=error.value
            ),
        }
        return messages.get(error.reason) or self.env._("The tables have no plan for this.")

    def _draw_plan(self):
        """The plans of the typed lot size as a table."""
        try:
            plans = self._plan(self.preview_lot_size)
        except UserError as error:
            return Markup("<p class='text-danger mb-0'>%s</p>") % str(error)
        if not plans:
            return False
        head = Markup("").join(
            Markup("<th>%s</th>") % name
            for name in (
                self.env._("Class"),
                self.env._("AQL"),
                self.env._("Letter"),
                self.env._("Inspect"),
                self.env._("Ac"),
                self.env._("Re"),
                self.env._("Still accepted once in ten times"),
            )
        )
        rows = Markup("").join(
            Markup("<tr>%s</tr>") % Markup("").join(Markup("<td>%s</td>") % cell for cell in cells)
            for cells in (self._draw_plan_row(grade, plan) for grade, plan in plans.items())
        )
        return Markup(
            "<div class='table-responsive'><table class='table table-sm mb-0'><thead><tr>%s</tr></thead>"
            "<tbody>%s</tbody></table></div>"
        ) % (head, rows)

    def _draw_plan_row(self, grade, plan):
        letter = plan.letter if plan.letter == plan.used else f"{plan.letter} → {plan.used}"
        size = self.env._("all %(size)s", size=plan.size) if plan.is_full else plan.size
        return grade, self._get_aqls()[grade], letter, size, plan.acceptance, plan.rejection, self._tell_risk(plan)

    def _tell_risk(self, plan):
        """The consumer's risk quality, of lots like this one."""
        if plan.is_full:
            return self.env._("nothing is left to chance")
        quality = operating_characteristic.curve(plan).consumer_risk_quality()
        if quality is None:
            return self.env._("any quality")
        if plan.counts_nonconformities:
            return self.env._("%(quality)s nonconformities per 100 units", quality=f"{quality:.3g}")
        return f"{quality:.3g} %"

    # What a document would have

    def _preview(self, document):
        """Which inspections a document would have by these points (all of its company where there are none), and why.

        :param document: a picking or a manufacturing order
        :return: list of dicts: ``point``, ``product``, ``operation``, ``quantity``, ``spec``, ``plans`` by class (empty where
            there is no sampling), ``is_certain`` (False where count, chance or period decide), ``reason`` in words
        """
        document.ensure_one()
        document.check_access("read")
        company = document.company_id
        points = self.filtered(lambda point: point.company_id == company)
        if not self:
            points = self.search([("company_id", "=", company.id)])
        lots = self._get_lots(document)
        specs = self.env["guard.inspection.spec"]._applying(company, [(lot.product, lot.operation) for lot in lots])
        found = []
        for lot in lots:
            for point in points.sudo():
                if point._asks_about(lot, document.sudo()):
                    found.append(point._prepare_preview(lot, point.spec_id or specs[lot.product, lot.operation]))
        return found

    @api.model
    def _show_preview(self, document):
        """The preview as a page."""
        found = self._preview(document)
        wizard = self.env["guard.inspection.preview"].create(
            {
                "name": document.display_name,
                "line_ids": [Command.create(self._prepare_preview_line(line)) for line in found],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which Inspections, and Why"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _prepare_preview_line(self, line):
        return {
            "point_id": line["point"].id,
            "product_id": line["product"].id,
            "operation_id": line["operation"].id,
            "quantity": line["quantity"],
            "spec_id": line["spec"].id,
            "sample": max((plan.size for plan in line["plans"].values()), default=0),
            "is_certain": line["is_certain"],
            "reason": line["reason"],
        }

    @api.model
    def _get_lots(self, document):
        """The goods of a document, by product; of a manufacturing order also by operation."""
        nothing, lots = self.env["mrp.routing.workcenter"], []
        if document._name == "mrp.production":
            moves = document.move_finished_ids
            lots = [
                Lot("operation", document.product_id, document.product_uom_qty, order.operation_id)
                for order in document.workorder_ids
                if order.state != "cancel"
            ]
        else:
            moves = document.move_ids
        alive = moves.filtered(lambda move: move.state != "cancel")
        for occasion, some in alive.grouped(lambda move: move._guard_occasion()).items():
            if occasion:
                lots += [Lot(occasion, *goods, nothing) for goods in self._sum_by_product(some)]
        return lots

    @api.model
    def _sum_by_product(self, moves):
        """Product and quantity in its own unit, in the order of the document."""
        return [
            (product, sum(move.product_qty for move in lines)) for product, lines in moves.grouped("product_id").items()
        ]

    def _asks_about(self, lot, document):
        """Whether the filters let the goods through."""
        product, partner, kind = lot.product.sudo(), document.env["res.partner"], document.picking_type_id
        if document._name == "stock.picking":
            partner = document.partner_id.commercial_partner_id
        return (
            self.occasion == lot.occasion
            and (not self.product_tmpl_id or self.product_tmpl_id == product.product_tmpl_id)
            and (not self.categ_id or self.categ_id.id in lineage(product.categ_id.parent_path))
            and (not self.operation_id or self.operation_id == lot.operation)
            and (not self.supplier_id or self.supplier_id.commercial_partner_id == partner)
            and (not self.customer_id or self.customer_id.commercial_partner_id == partner)
            and (not self.warehouse_id or self.warehouse_id == kind.warehouse_id)
            and (not self.picking_type_id or self.picking_type_id == kind)
        )

    def _prepare_preview(self, lot, spec):
        plans, reasons = {}, [self.sentence]
        if self.frequency == "aql":
            try:
                plans = self._plan(lot.quantity)
            except UserError as error:
                reasons.append(str(error))
        if not spec:
            reasons.append(self.env._("No specification applies."))
        elif spec != self.spec_id:
            reasons.append(self.env._("%(spec)s applies to %(subject)s.", spec=spec.display_name, subject=spec.subject))
        return {
            "point": self,
            "product": lot.product,
            "operation": lot.operation,
            "quantity": lot.quantity,
            "spec": spec,
            "plans": plans,
            "is_certain": self.frequency in ("every", "aql"),
            "reason": "\n".join(reasons),
        }
