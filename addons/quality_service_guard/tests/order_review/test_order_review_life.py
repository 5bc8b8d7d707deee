from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestOrderReviewLife(OrderReviewCommon):
    """What stock Odoo does to an order from quotation to the end, with the gate closed."""

    def assertRefused(self, attack, *arguments, **named):
        with self.assertRaises(UserError) as caught:
            attack(*arguments, **named)
        self.assertIn("review", str(caught.exception))
        self.env.invalidate_all()

    def assertAskedAgain(self, order, *aspects):
        """Exactly these departments judge again."""
        steps = order.sudo().guard_review_id.approval_request_id.step_ids
        self.assertEqual(set(steps.filtered(lambda step: step.state == "pending").mapped("aspect")), set(aspects))

    def _review_duties(self, review):
        return self.env["mail.activity"].search([("res_model", "=", review._name), ("res_id", "=", review.id)])

    # cancel, draft, duplicate

    def test_cancel_supersedes_the_review_and_withdraws_its_duties(self):
        review = self._make_review()
        issue = (
            self.env["guard.review.issue"]
            .with_user(self.production)
            .create({"review_id": review.id, "name": "Which steel?"})
        )
        self.assertTrue(issue.activity_ids)
        review.order_id.with_user(self.seller).action_cancel()
        self.assertEqual((review.state, review.approval_request_id.state), ("superseded", "withdrawn"))
        self.assertFalse(self._review_duties(review))
        self.assertFalse(issue.activity_ids)

    def test_cancelled_order_that_is_drafted_again_is_reviewed_anew(self):
        order = self._make_approved_order()
        first = order.guard_review_id
        order.action_cancel()
        order.action_draft()
        self.assertRefused(order.action_confirm)
        again = self._make_review(order)
        self.assertEqual((first.state, again.revision), ("superseded", 2))
        self._sign(again)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_mass_cancel_wizard_supersedes_every_review(self):
        reviews = self._make_review() | self._make_review()
        wizard = (
            self.env["sale.mass.cancel.orders"]
            .with_user(self.seller)
            .create({"sale_order_ids": [Command.set(reviews.order_id.ids)]})
        )
        wizard.action_mass_cancel()
        self.assertEqual(set(reviews.mapped("state")), {"superseded"})

    def test_cancel_by_rpc_write_supersedes_the_review(self):
        review = self._make_review()
        review.order_id.with_user(self.seller).write({"state": "cancel"})
        self.assertEqual(review.state, "superseded")

    def test_cancel_with_the_gate_off_withdraws_what_was_asked_before(self):
        review = self._make_review()
        self.clause.in_force = False
        review.order_id.action_cancel()
        self.assertEqual(review.state, "superseded")

    def test_cancel_to_sale_by_write_is_refused(self):
        order = self._make_approved_order()
        order.action_cancel()
        self.assertRefused(order.write, {"state": "sale"})

    def test_confirmed_to_draft_to_sale_is_reviewed_for_its_present_content(self):
        order = self._make_approved_order()
        order.action_confirm()
        order.write({"state": "draft"})
        order.order_line[0].product_uom_qty = 500
        self.assertRefused(order.write, {"state": "sale"})

    def test_duplicate_begins_without_review_hold_or_receipt(self):
        order = self._make_order(guard_received_on="2026-03-02 08:00:00")
        order.sudo()._validate_order()
        copied = order.copy()
        self.assertFalse(copied.guard_is_held or copied.guard_review_ids or copied.guard_received_on)
        self.assertRefused(copied.action_confirm)

    def test_order_split_in_two_is_judged_in_both_halves(self):
        """Stock Odoo splits by hand: a copy takes lines over, the original loses them."""
        order = self._make_approved_order()
        rest = order.copy()
        rest.order_line[0].unlink()
        order.order_line[1].unlink()
        self.assertAskedAgain(order, "sales", "production", "engineering", "quality")
        self.assertRefused((order | rest).action_confirm)

    # ways into the state

    def test_list_mass_confirm_server_action_is_refused(self):
        order = self._make_order()
        action = self.env["ir.actions.server"].create(
            {
                "name": "Confirm all",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "state": "code",
                "code": "records.action_confirm()",
            }
        )
        self.assertRefused(action.with_context(active_model="sale.order", active_ids=order.ids, active_id=order.id).run)
        self.assertEqual(order.state, "draft")

    def test_server_action_that_writes_the_state_is_refused(self):
        order = self._make_order()
        field = self.env["ir.model.fields"]._get("sale.order", "state")
        action = self.env["ir.actions.server"].create(
            {
                "name": "Write sale",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "state": "object_write",
                "update_path": "state",
                "update_field_id": field.id,
                "selection_value": self.env.ref("sale.selection__sale_order__state__sale").id,
            }
        )
        self.assertRefused(action.with_context(active_model="sale.order", active_ids=order.ids, active_id=order.id).run)

    def test_server_action_that_creates_a_confirmed_order_is_refused(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Create sale",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "state": "code",
                "code": f"env['sale.order'].create({{'partner_id': {self.customer.id}, 'state': 'sale'}})",
            }
        )
        self.assertRefused(action.run)

    def test_web_save_of_the_state_is_refused(self):
        order = self._make_order()
        self.assertRefused(order.web_save, {"state": "sale"}, {"state": {}})

    def test_ir_default_of_the_company_is_refused(self):
        self.env["ir.default"].set("sale.order", "state", "sale")
        self.assertRefused(self._make_order)

    def test_line_commands_inside_the_confirming_write_are_judged(self):
        order = self._make_approved_order()
        self.assertRefused(
            order.write,
            {"state": "sale", "order_line": [Command.create({"product_id": self.shaft.id, "product_uom_qty": 9})]},
        )
        self.assertEqual(len(order.order_line), 2)

    def test_line_born_confirmed_follows_its_order(self):
        order = self._make_order()
        line = (
            self.env["sale.order.line"]
            .with_user(self.seller)
            .with_context(default_state="sale")
            .create({"order_id": order.id, "product_id": self.shaft.id, "product_uom_qty": 3})
        )
        self.assertEqual(line.state, "draft")
        self.assertFalse(line.move_ids)

    def test_line_reparented_out_of_a_confirmed_order_is_seen_there(self):
        order, other = self._make_approved_order(), self._make_order()
        order.action_confirm()
        order.order_line[0].write({"order_id": other.id})
        self.assertEqual(order.guard_change_state, "in_review")

    def test_context_skip_procurement_opens_no_gate(self):
        order = self._make_order()
        self.assertRefused(order.with_context(skip_procurement=True).action_confirm)
        approved = self._make_approved_order()
        approved.with_context(skip_procurement=True).action_confirm()
        self.assertFalse(approved.picking_ids)
        approved.order_line[0].product_uom_qty = 50
        self.assertFalse(approved.picking_ids, "the change waits for its review, though nothing was shipped before")

    def test_sales_team_and_cron_cannot_confirm_around_the_gate(self):
        order = self._make_order()
        self.assertRefused(order.with_user(self.sales).action_confirm)
        self.assertRefused(order.with_user(self.env.ref("base.user_root")).action_confirm)

    # lines

    def test_down_payment_on_a_quotation_disturbs_nobody(self):
        order = self._make_approved_order()
        self._down_payment(order)
        self.assertEqual(order.guard_review_id.state, "approved")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_down_payment_on_a_held_and_on_a_confirmed_order_disturbs_nobody(self):
        held = self._make_order()
        held.sudo()._validate_order()
        review = held.guard_review_id.with_env(self.env)
        self._sign(review, self.quality)
        self._down_payment(held)
        self.assertStates(review, sales="pending", production="pending", engineering="pending", quality="approved")
        self._sign(review, self.sales, self.production, self.engineering)
        self.assertEqual(held.state, "sale")
        self._down_payment(held)
        self.assertEqual((review.state, held.guard_change_state), ("approved", False))

    def _down_payment(self, order):
        context = {"active_model": "sale.order", "active_ids": order.ids, "active_id": order.id}
        wizard = self.env["sale.advance.payment.inv"].with_context(**context)
        wizard.create({"advance_payment_method": "percentage", "amount": 20}).create_invoices()
        self.assertTrue(order.sudo().order_line.filtered("is_downpayment"))

    def test_recharged_cost_on_a_confirmed_order_disturbs_nobody(self):
        order = self._make_approved_order()
        order.action_confirm()
        self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": self.shaft.id, "is_expense": True, "product_uom_qty": 0}
        )
        self.assertEqual(order.guard_review_id.state, "approved")

    def test_combo_is_judged_by_its_parts(self):
        combo = self.env["product.combo"].create(
            {
                "name": "Which",
                "combo_item_ids": [
                    Command.create({"product_id": product.id}) for product in (self.bearing, self.shaft)
                ],
            }
        )
        kit = self.env["product.product"].create(
            {"name": "Kit", "type": "combo", "combo_ids": [Command.link(combo.id)], "taxes_id": [Command.clear()]}
        )
        order = self._make_order(order_line=[Command.create({"product_id": kit.id})])
        order.write(
            {
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.bearing.id,
                            "combo_item_id": combo.combo_item_ids[0].id,
                            "linked_line_id": order.order_line.id,
                        }
                    )
                ]
            }
        )
        review = self._make_review(order)
        self.assertEqual(review.line_ids.product_id, kit | self.bearing)
        self._sign(review)
        order.order_line[1].product_uom_qty = 3
        self.assertAskedAgain(order, "sales", "production")

    def test_optional_product_that_is_added_is_seen(self):
        self.bearing.product_tmpl_id.optional_product_ids = self.shaft.product_tmpl_id
        order = self._make_order(order_line=[Command.create({"product_id": self.bearing.id})])
        self._sign(self._make_review(order))
        order.write(
            {"order_line": [Command.create({"product_id": self.shaft.id, "linked_line_id": order.order_line.id})]}
        )
        self.assertAskedAgain(order, "sales", "production", "engineering", "quality")

    def test_quotation_template_that_is_loaded_anew_is_seen(self):
        template = self.env["sale.order.template"].create(
            {
                "name": "T",
                "sale_order_template_line_ids": [Command.create({"product_id": self.shaft.id, "product_uom_qty": 4})],
            }
        )
        self.seller.group_ids |= self.env.ref("sale_management.group_sale_order_template")
        order = self._make_approved_order()
        with Form(order.with_user(self.seller)) as form:
            form.sale_order_template_id = template
        self.assertEqual(order.order_line.product_id, self.shaft)
        self.assertAskedAgain(order, "sales", "production", "engineering", "quality")

    def test_unit_of_measure_is_an_edit_even_at_the_same_number(self):
        order = self._make_approved_order()
        order.order_line[0].product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertAskedAgain(order, "sales", "production")

    def test_currency_is_an_edit_for_sales_alone(self):
        order = self._make_approved_order()
        euro = self.env.ref("base.EUR") if order.currency_id != self.env.ref("base.EUR") else self.env.ref("base.USD")
        euro.active = True
        order.pricelist_id = self.env["product.pricelist"].create({"name": "Other", "currency_id": euro.id})
        self.assertEqual(order.currency_id, euro)
        self.assertAskedAgain(order, "sales")

    def test_prices_recomputed_from_the_pricelist_are_seen(self):
        order = self._make_approved_order()
        order.pricelist_id = self.env["product.pricelist"].create(
            {
                "name": "Cheap",
                "currency_id": order.currency_id.id,
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 40, "applied_on": "3_global"})
                ],
            }
        )
        order.action_update_prices()
        self.assertAskedAgain(order, "sales")

    def test_recomputation_that_changes_nothing_asks_nobody(self):
        order = self._make_approved_order()
        order.action_update_prices()
        self.assertEqual(order.guard_review_id.state, "approved")

    def test_customer_changed_is_an_edit_for_sales(self):
        order = self._make_approved_order()
        order.partner_id = self.env["res.partner"].create({"name": "Somebody Else"})
        self.assertAskedAgain(order, "sales")

    def test_delivery_date_edited_asks_sales_and_production(self):
        order = self._make_approved_order()
        order.commitment_date = "2030-01-01 10:00:00"
        self.assertAskedAgain(order, "sales", "production")

    def test_archived_product_is_judged_and_confirmed_as_stock_does(self):
        order = self._make_approved_order()
        self.bearing.active = False
        self.assertEqual(order.guard_review_id.state, "approved")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_archived_salesperson_and_none_at_all_hinder_no_review(self):
        for values in ({"user_id": False}, {"user_id": self.manager.id}):
            order = self._make_order(**values)
            if order.user_id:
                order.user_id.sudo().active = False
            review = self._make_review(order)
            self._sign(review)
            order.action_confirm()
            self.assertEqual(order.state, "sale")

    def test_held_order_without_salesperson_is_asked_for_by_the_system(self):
        order = self._make_order(user_id=False)
        order.sudo()._validate_order()
        review = order.guard_review_id
        self.assertEqual(review.approval_request_id.sudo().requester_id, self.env.ref("base.user_root"))
        self._sign(review.with_env(self.env))
        self.assertEqual(order.state, "sale")

    # companies

    def test_policy_of_company_a_says_nothing_of_an_order_of_company_b(self):
        other = self.env["res.company"].create({"name": "Company B"})
        shared = new_test_user(
            self.env,
            "shared_seller",
            "base.group_user,sales_team.group_sale_salesman_all_leads",
            company_ids=[Command.set((self.company | other).ids)],
        )
        orders = self.env["sale.order"].with_user(shared).with_context(allowed_company_ids=(self.company | other).ids)
        values = {"partner_id": self.customer.id, "order_line": [Command.create({"product_id": self.bearing.id})]}
        ours, theirs = orders.create(
            [{**values, "company_id": self.company.id}, {**values, "company_id": other.id, "user_id": shared.id}]
        )
        theirs.action_confirm()
        self.assertEqual(theirs.state, "sale")
        self.assertFalse(theirs.guard_review_ids)
        self.assertRefused(ours.action_confirm)
        self.assertRefused((ours | theirs.copy()).action_confirm)
        switched = ours.with_context(allowed_company_ids=other.ids).with_company(other)
        self.assertRefused(switched.sudo().action_confirm)

    def test_review_of_another_company_is_not_read(self):
        review = self._make_review()
        stranger = self._make_foreigner(
            "base.group_user,quality_service_guard.group_review_quality,sales_team.group_sale_manager"
        )
        theirs = self.env(user=stranger, context={"allowed_company_ids": stranger.company_ids.ids})
        for record in (review, review.line_ids[0], review.approval_request_id, review.order_id):
            with self.assertRaises(AccessError):
                record.with_env(theirs).read(["display_name"])
        self.assertFalse(theirs["guard.order.review"].search([("id", "=", review.id)]))


@tagged("post_install", "-at_install")
class TestOrderReviewCatalogue(OrderReviewCommon, HttpCase):
    """The product catalogue works over HTTP only."""

    def setUp(self):
        super().setUp()
        self.seller.password = "seller_of_the_test"
        self.authenticate("seller", "seller_of_the_test")

    def _set(self, order, product, quantity):
        self.make_jsonrpc_request(
            "/product/catalog/update_order_line_info",
            {"res_model": "sale.order", "order_id": order.id, "product_id": product.id, "quantity": quantity},
        )
        self.env.invalidate_all()

    def test_catalogue_edits_of_an_approved_quotation_are_seen(self):
        order = self._make_approved_order()
        self._set(order, self.bearing, 9)
        self.assertEqual((order.order_line[0].product_uom_qty, order.guard_review_id.state), (9, "in_review"))

    def test_catalogue_ships_nothing_on_a_confirmed_order_before_the_change_is_approved(self):
        order = self._make_approved_order()
        order.action_confirm()
        self._set(order, self.bearing, 9)
        self.assertEqual(order.order_line[0].product_uom_qty, 9)
        self.assertEqual(order.order_line[0].move_ids.product_uom_qty, 5)
        self._sign(order.guard_review_id.with_env(self.env), self.sales, self.production)
        self.assertEqual(sum(order.order_line[0].move_ids.mapped("product_uom_qty")), 9)
