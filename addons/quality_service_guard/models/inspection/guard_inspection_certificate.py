from odoo import api, models


class GuardInspectionCertificate(models.AbstractModel):
    """A certificate is printed of what has been released only, whoever asks for it and in whatever way."""

    _name = "report.quality_service_guard.report_inspection_certificate"
    _description = "Certificate of Conformity"

    @api.model
    def _get_report_values(self, docids, data=None):
        inspections = self.env["guard.inspection"].browse(docids)
        inspections.check_access("read")
        inspections._check_certified()
        return {"doc_ids": docids, "doc_model": inspections._name, "docs": inspections}
