from markupsafe import Markup
from odoo import api, fields, models


class GuardInspection(models.Model):
    """How severely lots are inspected, learned from the lots before them (ISO 2859-1, 9; clause 2.2.3)."""

    _inherit = "guard.inspection"

    curves = fields.Html("What the Plans Let Through", compute="_compute_curves", sanitize=False)
    is_discontinued = fields.Boolean("Sampling Discontinued", compute="_compute_is_discontinued", compute_sudo=True)

    @api.depends("state", "point_id", "product_id", "partner_id")
    def _compute_is_discontinued(self):
        """Whether it cannot be started; what had been begun before is finished."""
        drafts = self.filtered(lambda inspection: inspection.state == "draft")
        severities = drafts._get_severities()
        for inspection in self:
            grades = inspection.point_id._get_aqls() if inspection._is_sampled() else ()
            known = severities.get(inspection, {})
            inspection.is_discontinued = any(known.get(grade) == "discontinued" for grade in grades)

    @api.depends("plan_ids")
    @api.depends_context("lang")
    def _compute_curves(self):
        for inspection in self:
            pictures = [Markup("<div class='col'>%s</div>") % plan._draw_curve() for plan in inspection.plan_ids]
            inspection.curves = pictures and Markup("<div class='row row-cols-1 row-cols-lg-2 mt-3'>%s</div>") % Markup().join(pictures)

    def _is_sampled(self):
        return self.point_id.frequency == "aql"

    def _get_sampling_key(self):
        """Company, product and supplier; customers are no source of goods, so other goods have none."""
        supplier = self.partner_id.id if self.occasion == "receipt" else False
        return self.company_id.id, self.product_id.id, supplier

    def _get_severities(self):
        severities = super()._get_severities()
        keys = {inspection: inspection._get_sampling_key() for inspection in self if inspection._is_sampled()}
        states = self.env["guard.sampling.state"]._find(set(keys.values()))
        for inspection, key in keys.items():
            for grade in severities[inspection]:
                if state := states.get((*key, grade)):
                    severities[inspection][grade] = state.severity
        return severities

    def _learn(self):
        """Lots that were inspected by a plan of the standard, for the first time, count (ISO 2859-1, 9.3)."""
        res = super()._learn()
        first = self.filtered(lambda inspection: not inspection.is_resubmitted)
        self.env["guard.sampling.state"]._learn(
            first.plan_ids.filtered(lambda plan: plan.severity and plan.is_judged and not plan.state_id)
        )
        return res

    def _tell_not_received(self):
        """Why goods whose sampling has been discontinued do not go on."""
        return self.env._(
            "%(inspection)s: sampling of %(product)s from %(partner)s has been discontinued, so it goes no further. "
            "Quality resumes it under Assurance > Quality > Sampling States, once what was wrong has been put right and verified.",
            inspection=self.name,
            product=self.product_id.display_name,
            partner=self.partner_id.display_name or "–",
        )

    def _is_inspected_by(self, user):
        """Whether somebody read the sample of the lot, or decided about it."""
        deciders = self.decided_by_id | self.tranche_ids.decided_by_id
        return user in (deciders | self.reading_ids.entered_by_id)
