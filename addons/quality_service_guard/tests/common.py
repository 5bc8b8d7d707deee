import re
from datetime import date, datetime
from pathlib import Path

import polib
from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools.translate import TranslationModuleReader

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


ADDONS = ("quality_service_guard", "service_aftersales", "service_oversight")


class TranslatedCase(TransactionCase):
    """For the tests of our addons that nothing is left in English."""

    def assertTranslated(self, addon):
        """What the code says now must stand in zh_CN.po, with the same placeholders."""
        folder = Path(__file__).resolve().parents[2] / addon
        if not (folder / "__manifest__.py").exists():
            return
        catalogue = polib.pofile(str(folder / "i18n" / "zh_CN.po"))
        translated = {entry.msgid: entry.msgstr for entry in catalogue if entry.msgstr and not entry.fuzzy}
        terms = {row[4] for row in TranslationModuleReader(self.env.cr, [addon]) if row[4] and row[4].strip()}
        self.assertFalse(sorted(terms - translated.keys()), f"{addon}: no Chinese for these")
        for term in terms:
            self.assertEqual(
                set(PLACEHOLDER.findall(term)), set(PLACEHOLDER.findall(translated[term])), f"{addon}: {term}"
            )


class OrderReviewCommon(TransactionCase):
    """A company that has put clause 2.1.1 in force, its people, and makers of orders and reviews."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        # common classes of other addons choose a company and a user of their own; the company is kept
        context = {**cls.env.context, "tracking_disable": True, "lang": "en_US", "allowed_company_ids": cls.company.ids}
        cls.env = cls.env(user=SUPERUSER_ID, context=context)
        cls.company = cls.company.with_env(cls.env)
        guard = "quality_service_guard.group_"
        cls.seller = new_test_user(cls.env, "seller", "base.group_user,sales_team.group_sale_salesman_all_leads")
        cls.sales = new_test_user(cls.env, "sales_head", f"base.group_user,sales_team.group_sale_manager,{guard}review_sales")
        cls.production = new_test_user(cls.env, "producer", f"base.group_user,{guard}review_production")
        cls.engineering = new_test_user(cls.env, "engineer", f"base.group_user,{guard}review_engineering")
        cls.quality = new_test_user(cls.env, "inspector", f"base.group_user,{guard}review_quality")
        cls.officer = new_test_user(cls.env, "officer", f"base.group_user,{guard}guard_deviation")
        cls.manager = new_test_user(cls.env, "policy_head", f"base.group_user,{guard}guard_manager")
        cls.approvers = [cls.sales, cls.production, cls.engineering, cls.quality]
        cls.clause = cls.env.ref("quality_service_guard.clause_2_1_1")
        cls.gate = cls.env.ref("quality_service_guard.gate_order_review")
        cls.clause.in_force = True
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.bearing, cls.shaft = cls.env["product.product"].create(
            [
                {"name": name, "type": "consu", "is_storable": True, "list_price": 100.0, "taxes_id": [Command.clear()]}
                for name in ("Bearing", "Shaft")
            ]
        )

    @classmethod
    def _make_order(cls, **values):
        return (
            cls.env["sale.order"]
            .with_user(cls.seller)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "user_id": cls.seller.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "product_uom_qty": quantity})
                        for product, quantity in ((cls.bearing, 5), (cls.shaft, 2))
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def _make_foreigner(cls, groups):
        """Somebody with these groups who works for another company only."""
        company = cls.env["res.company"].create({"name": "Elsewhere"})
        return new_test_user(
            cls.env, "foreigner", groups, company_id=company.id, company_ids=[Command.set(company.ids)]
        )

    @classmethod
    def _make_review(cls, order=None):
        """A review that the salesperson has submitted."""
        order = order or cls._make_order()
        action = order.with_user(cls.seller).action_guard_ask_review()
        review = cls.env["guard.order.review"].browse(action["res_id"])
        review.with_user(cls.seller).action_submit()
        return review

    @classmethod
    def _sign(cls, review, *users):
        """Each answers what they are asked and approves."""
        for user in users or cls.approvers:
            review.with_user(user).action_answer_ok()
            review.with_user(user).approval_request_id.action_approve()

    @classmethod
    def _make_reservation(cls, review):
        """An hour of a work centre, reserved for the order of a review."""
        centre = cls.env["mrp.workcenter"].create({"name": "Saw"})
        slot = {
            "workcenter_id": centre.id,
            "date_start": datetime(2098, 1, 1, 8),
            "date_end": datetime(2098, 1, 1, 9),
            "hours": 1.0,
            "review_id": review.id,
            "expires_on": date(2098, 1, 1),
        }
        return cls.env["guard.capacity.reservation"]._reserve([slot])

    @classmethod
    def _make_approved_order(cls):
        review = cls._make_review()
        cls._sign(review)
        return review.order_id.with_user(cls.seller)

    def assertStates(self, review, **expected):
        """Compare the states of the review's steps, by aspect."""
        steps = review.sudo().approval_request_id.step_ids
        self.assertEqual({step.aspect: step.state for step in steps}, expected)
