import io
from datetime import datetime

from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger
from openpyxl import load_workbook

from .common import FeasibilityCommon


class DisplacingCommon(FeasibilityCommon):
    """Sixteen axles of another salesperson hold the lathe on Monday and Tuesday; eight gears are wanted by Tuesday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rival = new_test_user(cls.env, "rival", "base.group_user,sales_team.group_sale_salesman")
        cls.other = cls._make_gear_order(
            16, promised=datetime(2026, 3, 4, 12, 0), product=cls.axle, user_id=cls.rival.id
        )
        cls.other_production = cls._make_production(16, plan=True)
        cls.other_production.reference_ids = cls.env["stock.reference"].create(
            {"name": cls.other.name, "sale_ids": [Command.link(cls.other.id)]}
        )
        cls.order = cls._make_gear_order(8, promised=datetime(2026, 3, 3, 16, 0))
        cls.review = cls._make_review(cls.order)
        cls.feasibility = cls.review.feasibility_id


@tagged("post_install", "-at_install")
class TestFeasibilityUse(DisplacingCommon):
    """What people see of a reckoning, each with their own rights."""

    def test_review_says_whether_it_can_be_kept_to_everybody_concerned(self):
        for user in (self.production, self.sales, self.seller):
            review = self.review.with_user(user)
            form = Form(review)
            self.assertEqual(form.feasibility_verdict, "displaces", user.login)
            self.assertEqual(form.feasibility_date_first, "2026-03-02 16:00:00")
            self.assertIn("in time only before other orders", form.line_ids._records[0]["feasibility_sentence"])

    def test_reckoning_and_its_lines_open_for_everybody_concerned(self):
        for user in (self.production, self.sales, self.seller):
            feasibility = self.feasibility.with_user(user)
            self.assertEqual(Form(feasibility).displaced[0]["order"][1], self.other.name, user.login)
            self.assertIn(self.order.name, feasibility.display_name)
            self.assertTrue(Form(feasibility.line_ids).steps)

    def test_reserved_time_is_named_after_its_order_for_who_plans_machines(self):
        self._sign(self._make_review(self._make_gear_order(1, promised=datetime(2026, 3, 20, 16, 0))))
        planner = new_test_user(self.env, "planner", "base.group_user,mrp.group_mrp_user")
        reserved = self.env["guard.capacity.reservation"].with_user(planner).search([], limit=1)
        self.env.invalidate_all()
        self.assertIn("Lathe", reserved.display_name)
        self.assertTrue(Form(reserved).display_name)

    def test_work_center_tells_how_much_of_it_is_reserved(self):
        for quantity in (3, 5):
            self._sign(self._make_review(self._make_gear_order(quantity, promised=datetime(2026, 3, 20, 16, 0))))
        reserved = self.env["guard.capacity.reservation"].search([("workcenter_id", "=", self.lathe.id)])
        planner = new_test_user(self.env, "planner", "base.group_user,mrp.group_mrp_user")
        form = Form(self.lathe.with_user(planner))
        self.assertEqual((form.guard_reservation_count, form.guard_reservation_hours), (2, 8.0))
        reserved[:1]._release("released")
        centres = (self.lathe | self.mill).with_user(planner)
        self.env.flush_all()
        self.env.invalidate_all()
        centres.mapped("name")
        with self.assertQueryCount(__system__=1, planner=1):
            self.assertEqual(centres.mapped("guard_reservation_count"), [1, 0])
        self.assertEqual(centres.mapped("guard_reservation_hours"), [5.0, 0.0])

    def test_reserved_time_of_a_work_center_is_told_to_who_may_read_it_only(self):
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        centres = self.env["mrp.workcenter"]
        self.assertNotIn("guard_reservation_count", centres.with_user(clerk).fields_get())
        for user in (self.production, self.seller):
            self.assertIn("guard_reservation_count", centres.with_user(user).fields_get(), user.login)

    def test_history_is_counted_on_the_review(self):
        self.review.with_user(self.production).action_reckon()
        self.assertEqual(self.review.feasibility_count, 2)
        action = self.review.with_user(self.seller).action_feasibility_excel()
        self.assertEqual(action["url"], f"/guard/feasibility/{self.review.feasibility_id.id}/xlsx")
        self.assertNotEqual(self.review.feasibility_id, self.feasibility)

    def test_sentence_is_told_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        line = self.feasibility.line_ids.with_context(lang="zh_CN", tz="Asia/Shanghai")
        self.assertIn("2026-03-05 00:00", line.sentence)  # Wednesday at four o'clock in UTC
        self.assertIn("Lathe", line.sentence)
        self.assertTrue(line.basis)

    def test_analysis_counts_lines_by_verdict(self):
        groups = (
            self.env["guard.feasibility.line"]
            .with_user(self.sales)
            ._read_group(
                [("order_id", "=", self.order.id), ("feasibility_id.occasion", "=", "submitted")],
                ["verdict", "computed_on:month"],
                ["__count", "slack_hours:avg"],
            )
        )
        self.assertEqual([(verdict, count, hours) for verdict, _month, count, hours in groups], [("displaces", 1, -8.0)])


@tagged("post_install", "-at_install")
class TestFeasibilityXlsx(DisplacingCommon, HttpCase):
    def _download(self, user, feasibility=None):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/guard/feasibility/{(feasibility or self.feasibility).id}/xlsx", allow_redirects=False)

    def _open(self, user):
        response = self._download(user)
        self.assertEqual(response.status_code, 200)
        return load_workbook(io.BytesIO(response.content))

    def test_workbook_has_lines_steps_load_and_who_waits(self):
        book = self._open(self.production)
        self.assertEqual(book.sheetnames, ["Lines", "Steps", "Load", "Displaced"])
        lines = [[cell.value for cell in row] for row in book["Lines"].iter_rows(min_row=2)]
        self.assertEqual(lines[0][:3], ["Gear", 8, "Units"])
        self.assertIn("Lathe is the bottleneck", lines[0][8])
        steps = [[cell.value for cell in row] for row in book["Steps"].iter_rows(min_row=2)]
        self.assertIn("Lathe", [step[5] for step in steps])
        load = [[cell.value for cell in row] for row in book["Load"].iter_rows(min_row=2, max_row=2)][0]
        self.assertEqual(load[:7], ["Lathe", "2026-03-02", 40, 16, 0, 8, 0.6])
        self.assertEqual(len(book["Load"]._charts), 1)
        waits = [[cell.value for cell in row] for row in book["Displaced"].iter_rows(min_row=2)]
        self.assertEqual(
            (waits[0][0], waits[0][1], waits[0][6]), (self.other.name, self.other_production.display_name, 8)
        )

    def test_moments_are_told_where_the_reader_lives(self):
        self.production.tz = "Asia/Shanghai"
        value = self._open(self.production)["Lines"]["D2"].value
        self.assertEqual(value, datetime(2026, 3, 4, 0, 0))

    def test_headings_are_told_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.production.lang = "zh_CN"
        self.assertEqual(len(self._open(self.production).sheetnames), 4)

    def test_names_are_never_formulas(self):
        self.gear.name = '=HYPERLINK("http://x.test","Gear")'
        self.lathe.name = "=1+1"
        self.review.with_user(self.production).action_reckon()
        self.feasibility = self.review.feasibility_id
        book = self._open(self.production)
        for sheet in book:
            kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
            self.assertNotIn("f", kinds, sheet.title)
        self.assertEqual(book["Lines"]["A2"].value, self.gear.name)

    def test_who_may_not_read_it_gets_none(self):
        portal = new_test_user(self.env, "customer", "base.group_portal")
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        foreigner = self._make_foreigner("base.group_user,quality_service_guard.group_review_production")
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"):
            # the rival sells for others: only what is theirs is shown to them
            for user in (portal, stranger, foreigner, self.rival):
                self.assertEqual(self._download(user).status_code, 404, user.login)
            gone = self.env["guard.feasibility"].browse(self.feasibility.id + 10000)
            self.assertEqual(self._download(self.production, gone).status_code, 404)

    def test_who_is_not_logged_in_is_asked_to(self):
        self.authenticate(None, None)
        response = self.url_open(f"/guard/feasibility/{self.feasibility.id}/xlsx", allow_redirects=False)
        self.assertIn("/web/login", response.headers.get("Location", ""))


@tagged("post_install", "-at_install")
class TestFeasibilityBrowser(DisplacingCommon, HttpCase):
    def test_who_answers_the_date_sees_what_binds_it_and_asks_consent_browser(self):
        action = "quality_service_guard.guard_order_review_action"
        self.start_tour(
            f"/odoo/action-{action}/{self.review.id}", "guard_feasibility_consent", login=self.production.login
        )
        self.env.invalidate_all()
        self.assertTrue(self.review.capacity_first)
        consent = self.review.sudo().approval_step_ids.filtered(lambda step: step.aspect == "consent")
        self.assertEqual(consent.asked_user_id, self.rival)
        self.assertEqual(self.review.line_ids.delivery_answer, "ok")
        self._sign(self.review)
        self.review.approval_request_id.with_user(self.rival).action_approve()
        self.assertEqual(self.review.state, "approved")
        self.assertEqual(self.review.reservation_ids.date_start, datetime(2026, 3, 2, 8, 0))

    def test_what_if_is_tried_by_keyboard_only_browser(self):
        action = "quality_service_guard.guard_order_review_action"
        self.start_tour(
            f"/odoo/action-{action}/{self.review.id}", "guard_feasibility_what_if_keyboard", login=self.production.login
        )
        self.assertEqual(self.order.order_line.product_uom_qty, 8)

    def test_full_weeks_and_the_step_that_decides_are_marked_browser(self):
        # forty hours of the mill are gone, the lathe is free
        rotor, cover = (self._make_product(name) for name in ("Rotor", "Cover"))
        self._make_bom(rotor, [], [(self.lathe, 60), (self.mill, 60)])
        self._make_bom(cover, [], [(self.mill, 60)])
        self.other_production.button_unplan()
        self.other_production.action_cancel()
        self._make_production(40, product=cover, plan=True)
        found = self._reckon(self._make_gear_order(4, product=rotor))
        action = "quality_service_guard.guard_feasibility_action"
        self.start_tour(f"/odoo/action-{action}/{found.id}", "guard_feasibility_reasons", login=self.production.login)
