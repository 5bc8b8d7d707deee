from odoo.addons.portal.controllers import portal
from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route
from odoo.tools.mimetypes import guess_mimetype

from ...models.inspection.guard_disposition_supplier import ANSWER_LENGTH, FILE_SIZE, FILE_TYPES

ANSWERS = ("accepted", "disputed", "proposed")


class CustomerPortal(portal.CustomerPortal):
    """The supplier's pages: what was not accepted of their goods, and what they say to it."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "guard_disposition_count" in counters:
            values["guard_disposition_count"] = (
                request.env["guard.disposition"].sudo().search_count(self._guard_own_dispositions())
            )
        return values

    def _guard_own_dispositions(self):
        """What the company of the person has been told."""
        partner = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "=", partner.id), ("told_on", "!=", False)]

    @route(["/my/dispositions", "/my/dispositions/page/<int:page>"], type="http", auth="user", website=True)
    def portal_my_dispositions(self, page=1, **kwargs):
        """What this supplier has been told, newest first."""
        values = self._prepare_portal_layout_values()
        dispositions = request.env["guard.disposition"].sudo()
        domain = self._guard_own_dispositions()
        pager = portal.pager(
            url="/my/dispositions",
            total=dispositions.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values.update(
            {
                "dispositions": dispositions.search(domain, limit=self._items_per_page, offset=pager["offset"]),
                "page_name": "guard_disposition",
                "pager": pager,
                "default_url": "/my/dispositions",
            }
        )
        return request.render("quality_service_guard.portal_my_dispositions", values)

    @route("/my/dispositions/<int:disposition_id>", type="http", auth="public", website=True)
    def portal_my_disposition(self, disposition_id, access_token=None, message=None, **kwargs):
        """What was found, what is asked, and what was answered."""
        try:
            disposition = self._document_check_access("guard.disposition", disposition_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        return self._guard_render_disposition(disposition, access_token, message=message)

    @route("/my/dispositions/<int:disposition_id>/answer", type="http", auth="public", methods=["POST"], website=True)
    def portal_answer_disposition(self, disposition_id, access_token=None, answer=None, text=None, file=None, **kwargs):
        """Take the supplier's answer; what is wrong with it is told beside what they have written."""
        try:
            disposition = self._document_check_access("guard.disposition", disposition_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        text = (text or "").strip() if isinstance(text, str) else ""
        attachments, error = self._guard_read_file(file)
        error = self._guard_complain(disposition, answer, text) or error
        if error:
            return self._guard_render_disposition(disposition, access_token, error=error, answer=answer, text=text)
        user = request.env.user
        disposition._take_answer(
            answer, text, disposition.partner_id if user._is_public() else user.partner_id, attachments
        )
        return request.redirect(disposition.get_portal_url(query_string="&message=answered"))

    @route("/my/dispositions/<int:disposition_id>/picture/<int:reading_id>", type="http", auth="public", website=True)
    def portal_disposition_picture(self, disposition_id, reading_id, access_token=None, **kwargs):
        """A picture of what was found, of this disposition's goods only."""
        try:
            disposition = self._document_check_access("guard.disposition", disposition_id, access_token)
        except (AccessError, MissingError):
            raise request.not_found() from None
        reading = disposition._get_findings().filtered(lambda reading: reading.id == reading_id and reading.picture)
        if not reading:
            raise request.not_found() from None
        return request.env["ir.binary"]._get_image_stream_from(reading, "picture", width=1024).get_response()

    # The work

    def _guard_render_disposition(self, disposition, access_token, **more):
        values = {
            "disposition": disposition,
            "findings": disposition._get_findings(),
            "has_pictures": any(disposition._get_findings().mapped("picture")),
            "page_name": "guard_disposition",
            "may_answer": disposition._may_be_answered() and not request.env.user._is_internal(),
            "answer_length": ANSWER_LENGTH,
            "file_types": ",".join(ending for endings in FILE_TYPES.values() for ending in endings),
            **more,
        }
        values = self._get_page_view_values(disposition, access_token, values, "my_guard_dispositions_history", False)
        return request.render("quality_service_guard.portal_my_disposition", values)

    def _guard_complain(self, disposition, answer, text):
        """Why an answer cannot be taken, in words; None if it can."""
        if request.env.user._is_internal():
            return request.env._("You see this page as a colleague; it is answered by the supplier.")
        if not disposition._may_be_answered():
            return request.env._("This is closed and cannot be answered any more. Please call us.")
        if answer not in ANSWERS:
            return request.env._("Please choose whether you accept, dispute or propose something else.")
        if answer != "accepted" and not text:
            return request.env._("Please tell us why you do not agree, or what you propose.")
        if len(text) > ANSWER_LENGTH:
            return request.env._("Please shorten your text to %(length)s characters.", length=ANSWER_LENGTH)
        return None

    def _guard_read_file(self, file):
        """The uploaded file, read no further than it may be large.

        :return: ``([(name, content)], what is wrong with it)``
        """
        if not getattr(file, "filename", None):
            return [], None
        content = file.read(FILE_SIZE + 1)
        if len(content) > FILE_SIZE:
            return [], request.env._("The file is larger than %(size)s MB.", size=FILE_SIZE // 1024 // 1024)
        name = file.filename.replace("\\", "/").rpartition("/")[2][-100:]
        endings = FILE_TYPES.get(guess_mimetype(content), ())
        if not content or not name.lower().endswith(endings or ("?",)):
            return [], request.env._("Please send a PDF, Word or Excel file, or a picture (PNG, JPEG).")
        return [(name, content)], None
