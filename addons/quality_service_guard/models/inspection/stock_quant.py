from contextlib import nullcontext
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.passage import is_open, passage

# what a quant is, and how much of it
GOODS = frozenset({"product_id", "location_id", "quantity", "lot_id", "package_id", "owner_id"})


class Holds(NamedTuple):
    """What is held in this database: whether there is any held lot, and the ids of the quarantines."""

    lots: bool
    places: tuple


class StockQuant(models.Model):
    """Held goods are not offered to anybody, and nobody books them away by hand (clause 2.2.3).

    The hold itself lies on the lot and on the place, never here: quants are merged and deleted at will.
    """

    _inherit = "stock.quant"

    guard_is_held = fields.Boolean("Held", compute="_compute_guard_is_held", search="_search_guard_is_held")

    @api.depends("lot_id.guard_is_held", "location_id.guard_is_quarantine")
    def _compute_guard_is_held(self):
        closed = "inspection" in self.env["guard.gate"]._modes() and any(self._guard_holds())
        held = self._guard_held() if closed else self.browse()
        for quant in self:
            quant.guard_is_held = quant in held

    def _search_guard_is_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._guard_held_domain()

    # What is held

    @api.model
    @tools.ormcache()
    def _guard_holds(self):
        """:class:`Holds`, without a query after the first call."""
        return self._guard_read_holds()

    @api.model
    def _guard_read_holds(self):
        lots = self.env["stock.lot"].sudo().search_count([("guard_is_held", "=", True)], limit=1)
        places = self.env["stock.location"].sudo().with_context(active_test=False)
        return Holds(bool(lots), tuple(places.search([("guard_is_quarantine", "=", True)], order="id").ids))

    @api.model
    def _guard_refresh_holds(self):
        """Forget what was known of holds where it has changed: now, and once more when everybody can see it."""
        if self._guard_holds() != self._guard_read_holds():
            self.env.registry.clear_cache()
            self.env.cr.postcommit.add(self.env.registry.clear_cache)

    @api.model
    def _guard_held_domain(self):
        """Domain of quants that are held; of none where nothing is."""
        holds, parts = self._guard_holds(), []
        if holds.lots:
            parts.append(Domain("lot_id", "any!", Domain("guard_is_held", "=", True)))
        if holds.places:
            parts.append(Domain("location_id", "child_of", holds.places))
        return Domain.OR(parts)

    @api.model
    def _guard_blocking_companies(self):
        """Ids of the companies whose gate refuses held goods."""
        modes = self.env["guard.gate"]._modes().get("inspection", {})
        return [company for company, mode in modes.items() if mode == "block"]

    @api.model
    def _guard_untouchable_domain(self):
        """Domain of quants that are held in a company whose gate blocks; None where there can't be any, unasked."""
        companies = self._guard_blocking_companies()
        if not companies or not any(self._guard_holds()):
            return None
        return self._guard_held_domain() & Domain("company_id", "in", [False, *companies])

    def _guard_held(self):
        """Those of these quants that are held."""
        quants = self.sudo()
        places = quants.location_id._guard_in_quarantine()
        return self.filtered(lambda quant: quant.sudo().lot_id.guard_is_held or quant.sudo().location_id in places)

    # Reserving

    def _get_reserve_quantity(
        self, product_id, location_id, quantity, uom_id=None, lot_id=None, package_id=None, owner_id=None, strict=False
    ):
        hides = quantity > 0 and self._guard_hides_held(location_id)
        with passage(self.browse(), "reserve") if hides else nullcontext():
            return super()._get_reserve_quantity(
                product_id,
                location_id,
                quantity,
                uom_id=uom_id,
                lot_id=lot_id,
                package_id=package_id,
                owner_id=owner_id,
                strict=strict,
            )

    @api.model
    def _guard_hides_held(self, place):
        """Whether who reserves at a place is not offered what is held."""
        if "inspection" not in self.env["guard.gate"]._modes() or is_open(self.browse(), "reserve_held"):
            return False
        company = place.sudo().company_id or self.env.company
        return self.env["guard.gate"]._mode("inspection", company) == "block" and any(self._guard_holds())

    def _get_gather_domain(self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False):
        """What is held is hidden only while something is reserved.

        Whoever takes goods out looks for their very quant here: were it hidden, a second one below zero would be made.
        """
        domain = super()._get_gather_domain(product_id, location_id, lot_id, package_id, owner_id, strict)
        if is_open(self.browse(), "reserve"):
            domain = Domain(domain) & ~self._guard_held_domain()
        return domain

    def _gather(self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False, qty=0):
        quants = super()._gather(
            product_id, location_id, lot_id=lot_id, package_id=package_id, owner_id=owner_id, strict=strict, qty=qty
        )
        # what comes from a cache was not searched by the domain
        if self.env.context.get("quants_cache") is not None and is_open(self.browse(), "reserve"):
            quants -= quants._guard_held()
        return quants

    # Booking by hand

    @api.model
    def _update_available_quantity(
        self,
        product_id,
        location_id,
        quantity=False,
        reserved_quantity=False,
        lot_id=None,
        package_id=None,
        owner_id=None,
        in_date=None,
    ):
        """The engine books what moves have been judged for."""
        closed = "inspection" in self.env["guard.gate"]._modes()
        with passage(self.browse(), "engine") if closed else nullcontext():
            return super()._update_available_quantity(
                product_id,
                location_id,
                quantity,
                reserved_quantity,
                lot_id=lot_id,
                package_id=package_id,
                owner_id=owner_id,
                in_date=in_date,
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self._guard_watches():
            return super().create(vals_list)
        # a count begins with an empty quant and is booked by its move
        default = self.default_get(["quantity"]).get("quantity")
        booked = [bool(vals.get("quantity", default)) for vals in vals_list]
        if not any(booked):
            return super().create(vals_list)
        with self.env["stock.move"]._guard_undoable():
            quants = super().create(vals_list)
            self.browse(
                quant.id for quant, is_booked in zip(quants, booked, strict=True) if is_booked
            )._guard_held()._guard_pass_by_hand()
        return quants

    def write(self, vals):
        if not GOODS & vals.keys() or not self._guard_watches():
            return super().write(vals)
        with self.env["stock.move"]._guard_undoable():
            before = self._guard_held().filtered("quantity")
            res = super().write(vals)
            (before | self._guard_held().filtered("quantity"))._guard_pass_by_hand()
        return res

    @api.model
    def _guard_watches(self):
        return "inspection" in self.env["guard.gate"]._modes() and not is_open(self.browse(), "engine")

    def _guard_pass_by_hand(self):
        """Held goods are booked by transfers and counts, which leave a move behind; no permit does without it."""
        gates = self.env["guard.gate"]
        by_mode = self.sudo().grouped(lambda quant: gates._mode("inspection", quant.company_id))
        if not {"warn", "block"} & by_mode.keys():
            return
        gate = gates.sudo().search([("code", "=", "inspection")], limit=1)
        for quant in by_mode.get("warn", ()):
            gate._message_log(
                body=self.env._(
                    "Passed with a warning: %(obstacles)s",
                    obstacles=f"{quant.display_name}. {quant._guard_tell_by_hand()}",
                ),
                author_id=self.env.user.partner_id.id,
            )
        refused = by_mode.get("block")
        if not refused:
            return
        texts = {quant: quant._guard_tell_by_hand() for quant in refused}
        self.env["guard.gate.refusal"]._log_after_rollback(
            [
                {
                    "gate_id": gate.id,
                    "res_model": self._name,
                    "res_id": quant.id,
                    "document": quant.display_name,
                    "company_id": quant.company_id.id,
                    "user_id": self.env.uid,
                    "obstacles": text,
                }
                for quant, text in texts.items()
            ]
        )
        raise UserError(
            "\n".join(
                [
                    *dict.fromkeys(texts.values()),
                    "",
                    self.env._(
                        "Bring it to quarantine by a transfer, scrap it or count it. "
                        "It is released by someone of the group “%(group)s”.",
                        group=self.env.ref("quality_service_guard.group_review_quality").sudo().full_name,
                    ),
                ]
            )
        )

    def _guard_tell_by_hand(self):
        goods = self.lot_id.display_name if self.lot_id else self.location_id.display_name
        return self.env._(
            "%(product)s (%(goods)s) is held: its stock is not changed by hand.",
            product=self.product_id.display_name,
            goods=goods,
        )
