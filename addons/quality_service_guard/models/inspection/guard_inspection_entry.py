from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

OVERLAP = timedelta(minutes=1)  # a slow transaction may bring a reading later than it was noted


class GuardInspection(models.Model):
    """Readings are entered by several people at once; none is lost, and none changes once the lot is decided (2.2.3)."""

    _inherit = "guard.inspection"

    # written with each entry, so that a decision made at the same moment is made again with what came in
    last_read_on = fields.Datetime("Last Reading", readonly=True, copy=False)

    # What the page calls

    def enter_readings(self, entries, since=False):
        """Take down what was typed; what somebody else has entered meanwhile is given back, not overwritten.

        :param entries: ``[{"id": reading, "text": what was typed, "seen": entered_on as known or False, "force": bool}]``
        :param since: moment of the last reading that the caller knows; later ones of others come along
        :return: ``{"readings": as in the grid, "conflicts": [{"id", "text", "by"}], "errors": [{"id", "message"}], "now"}``
        """
        self._check_may_enter()
        typed = {entry["id"]: entry for entry in entries}
        readings = self._get_open_readings(list(typed))
        answer = readings._enter(typed)
        answer["errors"] += [
            {"id": entry_id, "message": self.env._("This reading is not there any more. Reload the page to go on.")}
            for entry_id in typed.keys() - set(readings.ids)
        ]
        if since:
            readings |= self._get_readings_since(fields.Datetime.to_datetime(since))
        return {"readings": readings._tell(), "now": fields.Datetime.to_string(fields.Datetime.now()), **answer}

    def get_grid(self):
        """Units, characteristics and readings, all that a page needs to enter them."""
        self.ensure_one()
        self.check_access("read")
        inspection = self.sudo()
        obstacle = self._get_entry_obstacle()
        return {
            "id": self.id,
            "now": fields.Datetime.to_string(fields.Datetime.now()),
            "name": inspection.name,
            "state": inspection.state,
            "may_enter": not obstacle,
            "obstacle": obstacle,
            "decimal_point": self.env["guard.inspection.reading"]._get_decimal_point(),
            "overdue": inspection.company_id.guard_gauge_overdue,
            "tracking": inspection.product_id.tracking,
            "lot_size": inspection._lot_size(),
            "columns": inspection.spec_id.characteristic_ids._tell_columns(),
            "rows": [unit._tell() for unit in inspection.unit_ids.sorted("number")],
            "readings": inspection.reading_ids._tell(),
        }

    def void_readings(self, reading_ids, reason):
        """Keep readings that are not to be relied on, out of the count, and ask for each anew.

        :return: the grid
        """
        self.ensure_one()
        self._check_may_enter()
        reason = self._check_reason(reason, self.env._("Say why the reading is void: it stays on record."))
        readings = self._get_open_readings(reading_ids)
        for reading in readings:
            if reading.state in ("empty", "void"):
                raise UserError(
                    self.env._("%(reading)s holds nothing that could be void.", reading=reading._name_place())
                )
        readings._void(reason)
        return self.get_grid()

    def substitute_unit(self, unit_id, number, reason):
        """Inspect another unit of the lot in place of one that was drawn, before anything was read on it.

        :return: the grid
        """
        self.ensure_one()
        self._check_may_enter()
        reason = self._check_reason(reason, self.env._("Say why another unit is inspected: it stays on record."))
        unit = self._get_unit(unit_id)
        unit._check_substitute(number)
        before, drawn = unit.number, unit.replaced_number or unit.number
        with unit._unsealed():
            unit.write(
                {
                    "number": number,
                    "replaced_number": drawn != number and drawn,
                    "replace_reason": reason,
                    "lot_id": False,
                }
            )
        self._note_entry()
        self._message_log(
            body=self.env._(
                "Unit %(number)s is inspected in place of unit %(before)s: %(reason)s",
                number=number,
                before=before,
                reason=reason,
            )
        )
        return self.get_grid()

    def scan_serial(self, unit_id, text):
        """Note which lot or serial number a sample unit is.

        :return: the unit as in the grid
        """
        self.ensure_one()
        self._check_may_enter()
        unit = self._get_unit(unit_id)
        lot = self._find_lot((text or "").strip())
        other = self.sudo().unit_ids.filtered(lambda other: other.lot_id == lot) - unit
        if other and self.sudo().product_id.tracking == "serial":
            raise UserError(
                self.env._(
                    "Serial number %(serial)s is unit %(number)s of the sample already. Scan the unit in your hand again, "
                    "or correct unit %(number)s first.",
                    serial=lot.name,
                    number=other[:1].number,
                )
            )
        with unit._unsealed():
            unit.lot_id = lot
        self._note_entry()
        return unit._tell()

    def note_reading(self, reading_id, note):
        """Say something about a reading."""
        self.ensure_one()
        self._check_may_enter()
        reading = self._get_open_readings([reading_id])
        with reading._unsealed():
            reading.note = (note or "").strip()
        self._note_entry()
        return reading._tell()

    def add_photo(self, name, data, reading_id=False):
        """Keep a photo, with a reading or with the inspection as a whole.

        :param data: the picture in base64
        """
        self.ensure_one()
        if not reading_id:
            self._check_may_inspect()
            self._post_photo(name, data)
            return []
        self._check_may_enter()
        reading = self._get_open_readings([reading_id])
        with reading._unsealed():
            reading.picture = data
        self._note_entry()
        return reading._tell()

    def action_import_readings(self):
        """Ask for the file with the readings."""
        self.ensure_one()
        self._check_may_enter()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Readings"),
            "res_model": "guard.reading.import",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_inspection_id": self.id},
        }

    # The work

    def _check_may_enter(self):
        """Readings are open while the inspection is in progress and nothing has been decided by them."""
        self._check_may_inspect()
        for inspection in self:
            obstacle = inspection._get_lock()
            if obstacle:
                raise UserError(obstacle)

    def _get_entry_obstacle(self):
        """Why this person enters nothing here, in words."""
        try:
            self._check_may_inspect()
        except AccessError as refusal:
            return str(refusal)
        return self._get_lock()

    def _get_lock(self):
        inspection = self.sudo()
        if inspection.state == "draft":
            return self.env._("%(inspection)s has not been started: Start draws the sample.", inspection=inspection.name)
        if inspection.state != "in_progress":
            return self.env._(
                "%(inspection)s is closed (%(state)s): its readings stay as they are.",
                inspection=inspection.name,
                state=dict(inspection._fields["state"]._description_selection(self.env))[inspection.state],
            )
        if inspection.tranche_ids:
            return self.env._(
                "A part of %(inspection)s has been decided by these readings, so they stay as they are. "
                "What is wrong about them is told in the chatter, for quality.",
                inspection=inspection.name,
            )
        return False

    @api.model
    def _check_reason(self, reason, complaint):
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(complaint)
        return reason.strip()

    def _get_open_readings(self, reading_ids):
        """Readings of these inspections, for writing; what is not theirs is left out."""
        # of ten thousand readings the database would compare each with a thousand inspections
        readings = self.env["guard.inspection.reading"].sudo().search_fetch([("id", "in", reading_ids)])
        mine = set(self.ids)
        return readings.filtered(lambda reading: reading.inspection_id.id in mine)

    def _get_readings_since(self, moment):
        domain = Domain("inspection_id", "in", self.ids) & Domain("write_date", ">=", moment - OVERLAP)
        return self.env["guard.inspection.reading"].sudo().search_fetch(domain)

    def _get_unit(self, unit_id):
        unit = self.sudo().unit_ids.filtered(lambda unit: unit.id == unit_id)
        if not unit:
            raise UserError(
                self.env._("This unit is not in the sample of %(inspection)s any more. Reload the page.", inspection=self.name)
            )
        return unit

    def _find_lot(self, name):
        """The lot that a scanned text names, of the goods where they have been told, else of the product."""
        inspection = self.sudo()
        product = inspection.product_id
        if product.tracking == "none":
            raise UserError(
                self.env._("%(product)s has no lots or serial numbers.", product=product.display_name)
            )
        if inspection.lot_ids:
            lot = inspection.lot_ids.filtered(lambda lot: lot.name == name)
        else:
            lot = self.env["stock.lot"].sudo().search(
                [
                    ("product_id", "=", product.id),
                    ("name", "=", name),
                    ("company_id", "in", [False, inspection.company_id.id]),
                ],
                limit=1,
            )
        if not lot:
            raise UserError(
                self.env._(
                    "%(serial)s is no lot or serial number of %(product)s on %(inspection)s. Scan it again, or have the "
                    "store enter it on the document of the goods first.",
                    serial=name or "?",
                    product=product.display_name,
                    inspection=inspection.name,
                )
            )
        return lot

    def _post_photo(self, name, data):
        attachment = self.env["ir.attachment"].sudo().create(
            {"name": name or self.env._("Photo"), "datas": data, "res_model": self._name, "res_id": self.id}
        )
        if not attachment.mimetype.startswith("image/") or "svg" in attachment.mimetype:
            raise UserError(self.env._("%(name)s is no photo. Choose a picture (JPEG, PNG).", name=attachment.name))
        self._message_log(body=self.env._("Photo"), attachment_ids=attachment.ids)

    def _get_headings(self):
        """Names of the characteristics as headers of a file; of two with the same name the second is numbered."""
        headings, counts = [], defaultdict(int)
        for name in self.sudo().spec_id.characteristic_ids.mapped("name"):
            counts[name] += 1
            headings.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
        return headings

    def _note_entry(self):
        """A row that both an entry and a decision write is what keeps them apart."""
        with self._unsealed():
            self.sudo().with_context(tracking_disable=True).write({"last_read_on": fields.Datetime.now()})

    def _log_overwritten(self, overwritten):
        """One line for each inspection that says which values were there before.

        :param overwritten: ``[(reading, before, after)]``, told as text
        """
        lines = defaultdict(list)
        for reading, before, after in overwritten:
            told = self.env._(
                "%(place)s: %(before)s → %(after)s", place=reading._name_place(), before=before, after=after
            )
            lines[reading.inspection_id.id].append(
                Markup("<li>%s</li>") % self._tell_by_whom(told, reading.entered_by_id)
            )
        bodies = {
            inspection_id: Markup("<p>%s</p><ul>%s</ul>") % (self.env._("Readings changed"), Markup().join(items))
            for inspection_id, items in lines.items()
        }
        self.browse(bodies)._message_log_batch(bodies=bodies)

    def _tell_by_whom(self, told, user):
        if not user or user == self.env.user:
            return told
        return self.env._("%(change)s (was entered by %(user)s)", change=told, user=user.name)
