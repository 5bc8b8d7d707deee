from markupsafe import Markup
from odoo import api, fields, models

# what hangs on an order by its stock reference: field of stock.reference (there when its app is), lines, quantity
HANGS_ON = (
    ("picking_ids", "move_ids", "product_uom_qty"),
    ("production_ids", None, "product_qty"),
    ("purchase_ids", "order_line", "product_qty"),
)


class GuardOrderReview(models.Model):
    """Who judges the change of a confirmed order sees what is under way for it already (clause 2.1.1)."""

    _inherit = "guard.order.review"

    guard_change_state = fields.Selection(related="order_id.guard_change_state")
    effect = fields.Html(
        "What Is Under Way",
        compute="_compute_effect",
        compute_sudo=False,
        help="Deliveries, manufacturing and purchase orders that hang on the confirmed order.",
    )

    @api.depends("order_id.state", "order_id.order_line.product_uom_qty")
    @api.depends_context("uid", "lang")
    def _compute_effect(self):
        for review in self:
            if review.sudo().order_id.state == "sale":
                review.effect = review._describe_differences() + review._describe_documents()
            else:
                review.effect = False

    def _describe_differences(self):
        """What is ordered now against what is under way or delivered, line by line."""
        rows = []
        for line in self.sudo().order_id._approval_lines("order_line"):
            if line.product_id.type == "service":
                continue
            under_way = line._get_qty_procurement()
            if line.product_uom_id.compare(under_way, line.product_uom_qty) != 0:
                rows.append(
                    (
                        line.product_id.display_name,
                        f"{line.product_uom_qty:g} {line.product_uom_id.name}",
                        f"{under_way:g}",
                        f"{line.qty_delivered:g}",
                        f"{line.product_uom_qty - under_way:+g}",
                    )
                )
        heads = (
            self.env._("Product"),
            self.env._("Ordered Now"),
            self.env._("Under Way"),
            self.env._("Delivered"),
            self.env._("Difference"),
        )
        return _table(heads, rows)

    def _describe_documents(self):
        """The documents that the present user may read, with state and quantity."""
        references = self.sudo().order_id.stock_reference_ids
        rows, hidden = [], False
        for fname, lines_name, quantity_name in HANGS_ON:
            if fname not in references._fields:
                continue
            documents = references[fname].sudo(False).with_user(self.env.user)
            readable = documents._filtered_access("read")
            hidden |= readable != documents
            for document in readable.sorted("id"):
                link = Markup('<a href="/odoo/%s/%s">%s</a>') % (document._name, document.id, document.display_name)
                state = dict(document._fields["state"]._description_selection(self.env)).get(document.state)
                for line in document[lines_name].sudo() if lines_name else document:
                    if line.product_id:
                        quantity = f"{line[quantity_name]:g}"
                        rows.append((document._description, link, line.product_id.display_name, quantity, state))
        heads = (
            self.env._("Kind"),
            self.env._("Document"),
            self.env._("Product"),
            self.env._("Quantity"),
            self.env._("State"),
        )
        note = self.env._("There is more that you may not read.") if hidden else ""
        return _table(heads, rows) + (Markup('<p class="text-muted">%s</p>') % note if note else Markup())


def _table(heads, rows):
    """A table of the web client; nothing where there is no row."""
    if not rows:
        return Markup()
    line = Markup("<tr>%s</tr>")
    head = line % Markup().join(Markup("<th>%s</th>") % text for text in heads)
    body = Markup().join(line % Markup().join(Markup("<td>%s</td>") % text for text in row) for row in rows)
    return Markup('<table class="table table-sm"><thead>%s</thead><tbody>%s</tbody></table>') % (head, body)
