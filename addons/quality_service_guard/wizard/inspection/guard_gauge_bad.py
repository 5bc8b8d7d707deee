from datetime import datetime, time, timedelta

import pytz
from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class GuardGaugeBad(models.TransientModel):
    """A gauge was found bad: what was read with it since it is doubtful is found and told (clause 2.2.3)."""

    _name = "guard.gauge.bad"
    _description = "Gauge Found Bad"

    equipment_id = fields.Many2one("maintenance.equipment", "Gauge", required=True, readonly=True, ondelete="cascade")
    since = fields.Date("Doubtful Since", required=True, help="The day after it was last known to measure right.")
    reason = fields.Char("What Was Found", required=True)
    reading_count = fields.Integer("Readings", compute="_compute_counts")
    inspection_count = fields.Integer("Inspections", compute="_compute_counts")
    lot_names = fields.Char("Lots", compute="_compute_counts")

    @api.depends("equipment_id", "since")
    def _compute_counts(self):
        for wizard in self:
            readings = wizard._get_readings()
            wizard.reading_count = len(readings)
            wizard.inspection_count = len(readings.inspection_id)
            wizard.lot_names = ", ".join(wizard._get_lots(readings).sorted("name").mapped("name"))

    def action_confirm(self):
        """Note it on the gauge and on what it measured, take the gauge out of use, and list what was measured."""
        self.ensure_one()
        self._check_may_find_bad()
        if not self.since or not (self.reason or "").strip():
            raise UserError(self.env._("Say since when %(gauge)s is doubtful, and what was found.", gauge=self.equipment_id.name))
        if self.since > fields.Date.context_today(self):
            raise UserError(self.env._("%(gauge)s: the day since when it is doubtful is in the future.", gauge=self.equipment_id.name))
        readings = self._get_readings()
        self._take_out_of_use(readings)
        self._note(readings)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Measured with %(gauge)s", gauge=self.equipment_id.name),
            "res_model": "guard.inspection",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self._get_visible(readings).inspection_id.ids)],
        }

    def action_open_lots(self):
        """List the lots that were measured with the gauge since the day."""
        self.ensure_one()
        self._check_may_find_bad()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lots measured with %(gauge)s", gauge=self.equipment_id.name),
            "res_model": "stock.lot",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self._get_lots(self._get_visible(self._get_readings())).ids)],
        }

    # The work

    def _check_may_find_bad(self):
        groups = ("group_review_quality", "group_guard_manager")
        if not any(self.env.user.has_group(f"quality_service_guard.{group}") for group in groups):
            raise AccessError(
                self.env._("Whoever signs for quality, or administers assurance, decides that a gauge is found bad.")
            )
        self.equipment_id.check_access("read")

    def _get_readings(self):
        """What was read with the gauge since the day, void or not: other companies' too, which nobody here would see."""
        self.equipment_id.check_access("read")
        if not self.since:
            return self.env["guard.inspection.reading"].sudo()
        zone = pytz.timezone(self.env.user.tz or "UTC")
        begin = zone.localize(datetime.combine(self.since, time.min)).astimezone(pytz.utc).replace(tzinfo=None)
        domain = Domain("gauge_id", "=", self.equipment_id.id) & Domain("entered_on", ">=", begin)
        return self.env["guard.inspection.reading"].sudo().search_fetch(domain & Domain("state", "!=", "empty"))

    def _get_visible(self, readings):
        return readings.filtered(lambda reading: reading.company_id in self.env.companies)

    def _get_lots(self, readings):
        """Lots of the inspected goods; where units have serial numbers, only those that were measured."""
        lots = self.env["stock.lot"].sudo()
        for inspection, measured in readings.grouped("inspection_id").items():
            units = measured.unit_id
            lots |= units.lot_id if all(unit.lot_id for unit in units) else inspection.lot_ids
        return lots

    def _take_out_of_use(self, readings):
        """From that day on its calibration does not count, until it is calibrated anew."""
        gauge, last_day = self.equipment_id.sudo(), self.since - timedelta(days=1)
        if not gauge.guard_calibrated_until or gauge.guard_calibrated_until > last_day:
            gauge.guard_calibrated_until = last_day
        gauge._message_log(
            body=self.env._(
                "Found bad, doubtful since %(date)s: %(reason)s. Inspections measured with it since: %(count)s.",
                date=fields.Date.to_string(self.since),
                reason=self.reason,
                count=len(readings.inspection_id),
            )
        )

    def _note(self, readings):
        """A note in the chatter of each inspection and lot."""
        gauge = self.equipment_id
        inspections, lots = readings.inspection_id, self._get_lots(readings)
        body = self.env._(
            "%(gauge)s, with which this was measured, was found bad; it is doubtful since %(date)s: %(reason)s",
            gauge=gauge.display_name,
            date=fields.Date.to_string(self.since),
            reason=self.reason,
        )
        inspections._message_log_batch(bodies=dict.fromkeys(inspections.ids, body))
        named = ", ".join(inspections.mapped("name"))
        lots._message_log_batch(bodies=dict.fromkeys(lots.ids, Markup("%s (%s)") % (body, named)))
