from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import clean_context

from ...tools.actions import open_form
from ...tools.lineage import lineage
from ...tools.passage import passage
from .guard_disposition import TO_SUPPLIER


class GuardDisposition(models.Model):
    """The documents that carry a disposition out, and what they come to (clause 2.2.3)."""

    _inherit = "guard.disposition"

    def _start(self):
        """Make the documents, each as stock Odoo makes it."""
        self._set_state("in_progress", started_on=fields.Datetime.now())
        # what a page has set as default is not meant for the documents
        for disposition in self.with_env(self.env(su=True, context=clean_context(self.env.context))):
            disposition = disposition.with_company(disposition.company_id)
            with passage(self.env["stock.move"].browse(), "disposition"):
                getattr(disposition, f"_start_{disposition.kind}")()

    def _get_next_page(self):
        """Where to go on: the document that was made, for who may read it."""
        document = self.concession_ids.sorted("id")[-1:] if self.kind == "concession" else self.production_id
        if self.kind in TO_SUPPLIER:
            document = self.picking_ids.sorted("id")[:1]
        return open_form(document._name, document.id) if document and document.has_access("read") else None

    def _start_return(self):
        self._return_goods()

    def _start_exchange(self):
        wizard, back = self._return_goods()
        replacement = wizard._create_exchange(back)
        replacement.return_id = back
        replacement.move_ids.guard_disposition_id = self

    def _start_rework(self):
        self._check_goods()
        production = self.env["mrp.production"].create(self._prepare_rework())
        production.action_confirm()
        self._reserve(production.move_raw_ids)
        self._set_state("in_progress", production_id=production.id)
        self.inspection_id._inspect_again(production.move_finished_ids)

    def _start_scrap(self):
        scraps = self.env["stock.scrap"].create(
            [self._prepare_scrap(goods, quantity) for goods, quantity in self._check_goods()]
        )
        scraps.do_scrap()
        scraps.move_ids.guard_disposition_id = self
        self._follow_documents()

    def _start_sorting(self):
        rejected = self.inspection_id._get_parts("rejected", self.lot_id)
        taken = rejected._lessen(self.quantity)
        rejected._open(
            {
                self.inspection_id: [
                    {
                        "verdict": "to_sort",
                        "quantity": quantity,
                        "lot_id": lot.id,
                        "reason": self.name,
                        "disposition_id": self.id,
                    }
                    for lot, quantity in taken.items()
                ]
            }
        )
        self.inspection_id._resettle()

    def _start_concession(self):
        concession = self.env["guard.concession"].create(
            {
                "inspection_id": self.inspection_id.id,
                "quantity": self.quantity,
                "lot_ids": [Command.set(self.lot_id.ids)],
                "reason": self.reason or self.env._("Asked for by %(disposition)s", disposition=self.name),
            }
        )
        concession._set_state("draft", disposition_id=self.id)

    # Goods

    def _check_goods(self):
        """Where in quarantine the goods lie.

        :return: ``[(quant, quantity)]`` that make up the quantity
        :raises UserError: they are not there
        """
        found, left = [], self.quantity
        for quant in self._get_quants():
            take = min(left, quant.quantity - quant.reserved_quantity)
            if self.uom_id.compare(take, 0) > 0:
                found.append((quant, take))
                left -= take
        if self.uom_id.compare(left, 0) > 0:
            raise UserError(
                self.env._(
                    "%(disposition)s: only %(there)s of %(quantity)s %(unit)s of %(product)s lie free in quarantine. "
                    "Receive the goods first: what was rejected is received into quarantine. What lies elsewhere is moved there.",
                    disposition=self.name,
                    there=f"{self.quantity - left:g}",
                    quantity=f"{self.quantity:g}",
                    unit=self.uom_id.name,
                    product=self.product_id.display_name,
                )
            )
        return found

    def _get_quants(self):
        """What lies in quarantine of these goods, where their own document brought it first."""
        places = self.env["stock.location"].search(
            [("guard_is_quarantine", "=", True), ("company_id", "in", (self.company_id.id, False))]
        )
        domain = [
            ("product_id", "=", self.product_id.id),
            ("location_id", "child_of", places.ids),
            ("location_id.usage", "=", "internal"),
            ("company_id", "=", self.company_id.id),
        ]
        if self.lot_id:
            domain.append(("lot_id", "=", self.lot_id.id))
        own = self.inspection_id.move_id.move_line_ids.location_dest_id
        quants = self.env["stock.quant"].search(domain)
        return quants.sorted(lambda quant: (quant.location_id not in own, quant.id))

    def _reserve(self, move):
        """Take just these goods: of this lot, out of quarantine. Stock would return what went on first."""
        lines = move.move_line_ids
        held = lines.location_id._guard_in_quarantine()
        wrong = lines.filtered(
            lambda line: line.location_id not in held or (self.lot_id and line.lot_id != self.lot_id)
        )
        if wrong or self.uom_id.compare(self._count_reserved(move), self.quantity):
            move._do_unreserve()
            for quant, quantity in self._check_goods():
                move._update_reserved_quantity(
                    quantity, quant.location_id, quant.lot_id, quant.package_id, quant.owner_id
                )
            move._recompute_state()

    def _count_reserved(self, move):
        return sum(line.quantity_product_uom for line in move.move_line_ids)

    # Back to the supplier

    def _return_goods(self):
        """Return the goods by the returning of stock, from quarantine and at the expense of the order.

        :return: the dialog of stock that was used, and the transfer
        """
        origin, place = self.inspection_id.move_id, self._get_source()
        if origin.state != "done" or not origin.picking_id:
            raise UserError(
                self.env._(
                    "%(disposition)s: %(document)s is not done. Receive the goods first, what was rejected is received "
                    "into quarantine; or leave them with the carrier and take them off the receipt.",
                    disposition=self.name,
                    document=origin.picking_id.name or self.inspection_id.name,
                )
            )
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": origin.picking_id.id, "guard_location_id": place.id}
        )
        line = wizard.product_return_moves.filtered(lambda line: line.move_id == origin)
        line.write({"quantity": self.uom_id._compute_quantity(self.quantity, origin.product_uom), "to_refund": True})
        back = wizard._create_return()
        back.move_ids.guard_disposition_id = self
        self._reserve(back.move_ids)
        return wizard, back

    def _get_source(self):
        """The place in quarantine that holds all of it: one, or what is above several."""
        places = self.env["stock.location"].union(*(quant.location_id for quant, _quantity in self._check_goods()))
        if len(places) == 1:
            return places
        above = [lineage(place.parent_path) for place in places]
        common = [steps[0] for steps in zip(*above, strict=False) if len(set(steps)) == 1]
        return places.browse(common[-1])

    # Rework

    def _prepare_rework(self):
        place = self._get_source()
        warehouse = place.warehouse_id or self.inspection_id.move_id.location_dest_id.warehouse_id
        product = self.rework_product_id or self.product_id
        return {
            "product_id": product.id,
            "product_qty": self.quantity,
            "product_uom_id": self.uom_id.id,
            "bom_id": False,
            "picking_type_id": warehouse.manu_type_id.id,
            "location_src_id": warehouse.lot_stock_id.id,
            "location_dest_id": warehouse.lot_stock_id.id,
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
            "origin": self.name,
            "lot_producing_ids": [Command.set(self.lot_id.ids if product == self.product_id and self.lot_id else [])],
            "move_raw_ids": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "product_uom": self.uom_id.id,
                        "product_uom_qty": self.quantity,
                        "location_id": place.id,
                        "company_id": self.company_id.id,
                        "procure_method": "make_to_stock",
                        "guard_disposition_id": self.id,
                    }
                )
            ],
        }

    def _prepare_scrap(self, quant, quantity):
        return {
            "product_id": self.product_id.id,
            "product_uom_id": self.uom_id.id,
            "scrap_qty": quantity,
            "lot_id": quant.lot_id.id,
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
            "location_id": quant.location_id.id,
            "company_id": self.company_id.id,
            "origin": self.name,
        }

    # What the documents come to

    def _get_live_moves(self):
        return self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _has_live_documents(self):
        return bool(
            self._get_live_moves()
            or self.tranche_ids.filtered(lambda tranche: tranche.verdict == "to_sort")
            or self.concession_ids.filtered(lambda concession: concession.state == "asked")
        )

    def _tell_documents(self):
        """The documents under way, in words."""
        documents = [
            *self._get_live_moves().mapped("reference"),
            *self.concession_ids.filtered(lambda concession: concession.state == "asked").mapped("name"),
        ]
        return ", ".join(dict.fromkeys(filter(None, documents))) or self.env._("goods to be sorted")

    def _get_taking_moves(self):
        """Those that take goods out of quarantine; not those that bring new ones."""
        return self.move_ids.filtered(lambda move: move.location_id.usage != "supplier")

    def _count_taken(self, moves):
        return sum(move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id) for move in moves)

    def _follow_documents(self):
        """Settle what is done, and plan anew what has come to nothing."""
        for disposition in self.sudo().filtered(
            lambda disposition: disposition.state == "in_progress" and disposition.move_ids
        ):
            if disposition._get_live_moves():
                continue
            done = disposition.move_ids.filtered(lambda move: move.state == "done")
            taken = disposition._count_taken(done & disposition._get_taking_moves())
            if disposition.uom_id.compare(taken, 0) <= 0:
                disposition._reopen(disposition.env._("Its documents were cancelled."))
                continue
            disposition._note_less(taken)
            if disposition.kind == "exchange" and not done - disposition._get_taking_moves():
                disposition._set_state("in_progress", kind="return")
                disposition._message_log(body=disposition.env._("The replacement was cancelled: it is a return."))
            disposition._settle(disposition.env._("Its documents are done."))

    def _note_less(self, taken):
        """Less went its way than was planned: the rest waits for another disposition."""
        if self.uom_id.compare(taken, self.quantity) < 0:
            self._message_log(
                body=self.env._(
                    "%(taken)s of %(quantity)s %(unit)s went this way; the rest is to be disposed of by another one.",
                    taken=f"{taken:g}",
                    quantity=f"{self.quantity:g}",
                    unit=self.uom_id.name,
                )
            )
            self._set_state("in_progress", quantity=taken)

    def _follow_sorting(self):
        """Settle the sortings of which nothing is left to sort."""
        sorted_out = self.sudo().filtered(
            lambda disposition: (
                disposition.kind == "sorting"
                and not disposition.tranche_ids.filtered(lambda tranche: tranche.verdict == "to_sort")
            )
        )
        sorted_out._settle(self.env._("All has been sorted."))

    @api.model
    def _cron_follow(self):
        """Settle what was done while inspection was not in force."""
        running = self.search([("state", "=", "in_progress"), ("move_ids", "!=", False)])
        running._follow_documents()

    def _tell_exceeded(self, moves):
        """Why these moves take what is not theirs, in words; None if they do not."""
        done = self._get_taking_moves().filtered(lambda move: move.state == "done") | moves
        taken = self._count_taken(done)
        if self.uom_id.compare(taken, self.quantity) > 0:
            return self.env._(
                "%(disposition)s is about %(quantity)s %(unit)s of %(product)s, and %(taken)s would be taken. "
                "Take the rest off the document, or plan another disposition for it.",
                disposition=self.name,
                quantity=f"{self.quantity:g}",
                unit=self.uom_id.name,
                product=self.product_id.display_name,
                taken=f"{taken:g}",
            )
        others = moves.move_line_ids.lot_id - self.lot_id
        if self.lot_id and others:
            return self.env._(
                "%(disposition)s is about lot %(lot)s, not about %(others)s.",
                disposition=self.name,
                lot=self.lot_id.name,
                others=", ".join(others.mapped("name")),
            )
        return None
