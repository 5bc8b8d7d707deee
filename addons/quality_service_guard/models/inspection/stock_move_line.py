from contextlib import nullcontext

from odoo import api, models
from odoo.fields import Domain

from ...tools.passage import is_open

# what makes a done line move other goods, or elsewhere, when it is written
IDENTITY = frozenset(
    {
        "lot_id",
        "location_id",
        "location_dest_id",
        "package_id",
        "result_package_id",
        "owner_id",
        "quant_id",
        "product_uom_id",
    }
)
# what is said at once, while the line is typed
EARLY = IDENTITY - {"product_uom_id"}
TO_COME = ("waiting", "confirmed", "partially_available", "assigned")


class StockMoveLine(models.Model):
    """The line is where goods are: held ones are known by its lot and its place (clause 2.2.3)."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """A line that is done at once moves goods with no move being done: it is judged here."""
        moves = self.env["stock.move"]
        if not moves._guard_hold_gate():
            return super().create(vals_list)
        with moves._guard_undoable() if self._guard_born_done(vals_list) else nullcontext():
            lines = super().create(vals_list)
            done = lines._guard_done_alone()
            moves._guard_pass_told(done._guard_tell())
            lines._guard_refuse_early()
        return lines

    def write(self, vals):
        """A done line that is changed takes its goods back and moves others: both are judged."""
        moves = self.env["stock.move"]
        if not (IDENTITY | {"quantity"}) & vals.keys() or not moves._guard_hold_gate():
            return super().write(vals)
        done = self._guard_done_alone()
        early = self - done if EARLY & vals.keys() else self.browse()
        with moves._guard_undoable() if done else nullcontext():
            taken_back = done._guard_taken_back(vals)
            told = taken_back._guard_tell_held(undo=True)
            moves._guard_pass_told(told)
            brought = done if IDENTITY & vals.keys() else done - taken_back
            res = super().write(vals)
            # who was let through for taking back needs no second permit
            judged = brought.filtered(lambda line: line.move_id.with_env(self.env) not in told)
            moves._guard_pass_told(judged._guard_tell())
            early._guard_refuse_early()
        return res

    @api.model
    def _guard_born_done(self, vals_list):
        """Whether one of these lines will be done as soon as it is there."""
        default = self.default_get(["move_id", "picking_id"])
        ids = {
            name: {vals.get(name, default.get(name)) for vals in vals_list} - {False, None}
            for name in ("move_id", "picking_id")
        }
        moves = self.env["stock.move"].sudo().browse(ids["move_id"])
        pickings = self.env["stock.picking"].sudo().browse(ids["picking_id"])
        return "done" in moves.mapped("state") or "done" in pickings.mapped("state")

    def _guard_done_alone(self):
        """Those that are done, outside of a step that judges their whole move."""
        return self.filtered(lambda line: line.state == "done" and line.move_id and not is_open(line.move_id, "step"))

    def _guard_taken_back(self, vals):
        """Those whose goods go back where they came from, at least a part, when these values are written."""
        if IDENTITY & vals.keys():
            return self
        return self.filtered(lambda line: line.product_uom_id.compare(vals["quantity"], line.quantity) < 0)

    # Judging

    def _guard_tell(self):
        """What stands against the moves of these lines, told of these lines only.

        :return: ``{move: [sentence, ...]}``
        """
        if not self:
            return {}
        found = self._guard_tell_held()
        for move, texts in self._guard_tell_short().items():
            found.setdefault(move, []).extend(texts)
        return found

    def _guard_judged(self, undo=False):
        """``[(line, place that it takes from)]`` of these lines that bring goods where held ones may not go."""
        lines = self.sudo().filtered(lambda line: line.move_id and not line.product_uom_id.is_zero(line.quantity))
        free = lines.move_id._guard_frees()
        lines = lines.filtered(lambda line: line.move_id not in free)
        source, target = ("location_dest_id", "location_id") if undo else ("location_id", "location_dest_id")
        taking_in = lines[target]._guard_takes_in_held()
        return [(line, line[source]) for line in lines if line[target] not in taking_in]

    def _guard_tell_held(self, undo=False):
        """Which of these lines take held goods, by their lot or by their place, to where these may not go.

        :param undo: judge the way back: what taking back a done line does
        :return: ``{move: [sentence, ...]}``
        """
        judged = self._guard_judged(undo) if self else ()
        if not judged:
            return {}
        places = self.env["stock.location"].sudo().union(*(place for _line, place in judged))._guard_in_quarantine()
        found = {}
        for line, place in judged:
            if line.lot_id.guard_is_held:
                text = self.env._(
                    "%(product)s: %(lot)s is held (%(reason)s). Take another lot, bring this one to quarantine, or "
                    "have it released by quality.",
                    product=line.product_id.display_name,
                    lot=line.lot_id.name,
                    reason=line.lot_id.guard_hold_reason or self.env._("no reason given"),
                )
            elif place in places:
                text = self.env._(
                    "%(product)s lies in quarantine (%(place)s). It leaves it only to the vendor, to scrap, or "
                    "released by quality.",
                    product=line.product_id.display_name,
                    place=place.display_name,
                )
            else:
                continue
            texts = found.setdefault(line.move_id, [])
            if text not in texts:
                texts.append(text)
        return found

    def _guard_tell_short(self):
        """Which of these lines take more than there is while the same goods are held: it can only be those.

        Odoo lets stock fall below zero, and lines of tracked goods go without lot: nothing held would be named.

        :return: ``{move: [sentence, ...]}``
        """
        quants = self.env["stock.quant"].sudo()
        if not any(quants._guard_holds()):
            return {}
        judged = [
            (line, place)
            for line, place in self._guard_judged()
            if place.usage in ("internal", "transit") and line.product_id.is_storable
        ]
        if not judged:
            return {}
        products = self.env["product.product"].union(*(line.product_id for line, _place in judged))
        places = self.env["stock.location"].sudo().union(*(place for _line, place in judged))
        of_products = Domain("product_id", "in", products.ids)
        short = {
            row[:3]
            for row in quants._read_group(
                of_products & Domain("location_id", "in", places.ids),
                ["product_id", "location_id", "lot_id"],
                having=[("quantity:sum", "<", 0)],
            )
        }
        judged = [(line, place) for line, place in judged if (line.product_id, place, line.lot_id) in short]
        if not judged:
            return {}
        held = quants._read_group(
            of_products
            & quants._guard_held_domain()
            & Domain("quantity", ">", 0)
            & Domain("location_id.usage", "in", ("internal", "transit")),
            ["product_id", "lot_id", "location_id"],
            ["quantity:sum"],
        )
        found = {}
        for line, place in judged:
            for product, lot, where, quantity in held:
                same = lot == line.lot_id if line.lot_id else where.warehouse_id == place.warehouse_id
                if product == line.product_id and same and where.company_id == place.company_id:
                    text = self.env._(
                        "%(product)s: more is taken from %(place)s than is there, while %(quantity)s %(unit)s are held "
                        "in %(where)s. Book first what came in, or have the held goods released by quality.",
                        product=product.display_name,
                        place=place.display_name,
                        quantity=f"{quantity:g}",
                        unit=product.uom_id.name,
                        where=where.display_name,
                    )
                    found.setdefault(line.move_id, []).append(text)
                    break
        return {move: list(dict.fromkeys(texts)) for move, texts in found.items()}

    def _guard_refuse_early(self):
        """Say at once that a held lot, or goods in quarantine, can't be taken: not only when all is packed.

        Inside the passage "late" nobody sits before it who could take another lot: it is said when the move is done.
        """
        if not self or is_open(self.browse(), "late"):
            return
        lines = self.filtered(
            lambda line: line.state not in ("done", "cancel") and line.location_id.usage in ("internal", "transit")
        )
        told = lines._guard_tell_held() if lines else {}
        moves, gates = self.env["stock.move"], self.env["guard.gate"]
        stopped = {
            move.with_env(self.env): texts
            for move, texts in told.items()
            if gates._mode("inspection", move._guard_company()) == "block"
        }
        if stopped:
            permitted = self.env["guard.deviation"]._find("inspection", moves.union(*stopped))
            if blocked := {move: {"inspection": texts} for move, texts in stopped.items() if move not in permitted}:
                moves._guard_refuse(blocked, born=False)

    # When a hold begins

    @api.model
    def _guard_give_back(self, domain):
        """Give back what is reserved of goods that are held from now on, and have it elsewhere.

        What somebody has picked already stays on its line, where the gate refuses it.

        :param domain: of lines that these goods may be on
        """
        if not self.env["stock.quant"]._guard_blocking_companies():
            return
        lines = self.sudo().search(
            Domain(domain)
            & Domain("state", "in", TO_COME)
            & Domain("picked", "=", False)
            & Domain("quantity", ">", 0)
            & Domain("location_id.usage", "in", ("internal", "transit"))
            & Domain("company_id", "in", self.env["stock.quant"]._guard_blocking_companies())
        )
        held = self.sudo().union(*(line for line, _place in lines._guard_judged()))
        moves = held.move_id
        held.unlink()
        moves._action_assign()
