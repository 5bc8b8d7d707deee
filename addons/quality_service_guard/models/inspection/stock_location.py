from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...tools.lineage import lineage

KEEPING = ("internal", "transit", "view")  # places in which goods are kept
# who says what is quarantine, besides stock managers
QUALITY = ("quality_service_guard.group_review_quality", "quality_service_guard.group_guard_manager")


class StockLocation(models.Model):
    """A place whose goods nobody takes before they are released (clause 2.2.3)."""

    _inherit = "stock.location"

    guard_is_quarantine = fields.Boolean(
        "Quarantine",
        copy=False,
        help="Goods here and in all places below are held: neither reserved nor taken before they are released.",
    )

    _guard_quarantine_index = models.Index("(id) WHERE guard_is_quarantine")

    @api.constrains("guard_is_quarantine", "usage")
    def _check_guard_is_quarantine(self):
        """Held goods may be brought to quarantine: to call the customers' place one would let them out."""
        for place in self:
            if place.guard_is_quarantine and place.usage not in KEEPING:
                raise ValidationError(
                    self.env._("%(place)s is no place in store: nothing is kept there.", place=place.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        if any(places.mapped("guard_is_quarantine")):
            self.env["stock.quant"]._guard_refresh_holds()
        return places

    def write(self, vals):
        moved = "location_id" in vals and "inspection" in self.env["guard.gate"]._modes()
        if not moved and "guard_is_quarantine" not in vals:
            return super().write(vals)
        before = self._guard_in_quarantine()
        res = super().write(vals)
        after = self._guard_in_quarantine()
        if "guard_is_quarantine" in vals:
            self.env["stock.quant"]._guard_refresh_holds()
        (before - after)._guard_check_may_free()
        if begun := after - before:
            self.env["stock.move.line"]._guard_give_back(Domain("location_id", "child_of", begun.ids))
        return res

    def unlink(self):
        marked = set(self.ids).intersection(self.env["stock.quant"]._guard_holds().places)
        res = super().unlink()
        if marked:
            self.env["stock.quant"]._guard_refresh_holds()
        return res

    def action_guard_toggle_quarantine(self):
        """For quality, who do not keep the store: make this place a quarantine, or end it."""
        self.ensure_one()
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in (*QUALITY, "stock.group_stock_manager")):
            raise AccessError(
                self.env._(
                    "%(place)s: what is quarantine is said by the groups “%(groups)s”.",
                    place=self.display_name,
                    groups="”, “".join(self.env.ref(group).sudo().full_name for group in QUALITY),
                )
            )
        if self.guard_is_quarantine:
            self._guard_check_may_free()
        self.sudo().guard_is_quarantine = not self.guard_is_quarantine
        return True

    # The work

    def _guard_in_quarantine(self):
        """Those of these places that are a quarantine or lie in one."""
        above = {place: set(lineage(place.parent_path)) for place in self.sudo()}
        known = self.sudo().browse(set().union(*above.values())) | self.sudo()
        marked = set(known.filtered("guard_is_quarantine").ids)
        return self.filtered(lambda place: place.sudo().guard_is_quarantine or marked & above[place.sudo()])

    def _guard_takes_in_held(self):
        """Those of these places where held goods may be brought: quarantine, the vendor, scrap and loss."""
        kept = self.filtered(lambda place: place.usage in KEEPING)
        return kept._guard_in_quarantine() | self.filtered(lambda place: place.usage in ("supplier", "inventory"))

    def _guard_check_may_free(self):
        """These places leave quarantine: where goods lie in them, that releases goods, and only quality does that."""
        if not self or self.env.su or any(self.env.user.has_group(group) for group in QUALITY):
            return
        if "inspection" not in self.env["guard.gate"]._modes():
            return
        quant = (
            self.env["stock.quant"]
            .sudo()
            .search(Domain("location_id", "child_of", self.ids) & Domain("quantity", ">", 0), limit=1)
        )
        if quant:
            raise AccessError(
                self.env._(
                    "%(place)s holds %(product)s. To end this quarantine would release it without inspection: empty "
                    "the place, or ask the group “%(group)s”.",
                    place=quant.location_id.display_name,
                    product=quant.product_id.display_name,
                    group=self.env.ref(QUALITY[0]).sudo().full_name,
                )
            )
