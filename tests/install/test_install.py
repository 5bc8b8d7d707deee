"""Each addon alone and all together: installed, upgraded to no effect, and gone without a trace."""

import os

import pytest

from workbench import BRIDGED_APPS, own_addons, stock_suites

ADDONS = own_addons()
# what an upgrade writes by its nature: times, counters, what is rebuilt when it is asked for
VOLATILE_COLUMNS = ("write_date", "write_uid", "create_date", "nextcall", "lastcall", "latest_version")
VOLATILE_TABLES = ("base_registry_signaling", "ir_attachment", "ir_cron_trigger", "ir_logging", "ir_profile", "bus_bus")
# stock Odoo itself makes these rows anew at each upgrade: only what they say is compared, or nothing of them
RENEWED_TABLES = ("ir_act_window_view",)
HISTORIES = ("ir_actions_server_history",)
# what the policy leaves behind in daily work
DAILY_WORK = """
from odoo.fields import Command
guard = "quality_service_guard.group_"
def person(login, *groups):
    return env["res.users"].create({"name": login, "login": login, "email": f"{login}@example.com",
        "group_ids": [Command.set([env.ref(group).id for group in ("base.group_user", *groups)])]})
seller = person("seller", "sales_team.group_sale_salesman_all_leads")
judges = [person(f"{name}_judge", "sales_team.group_sale_manager", f"{guard}review_{name}")
          for name in ("sales", "production", "engineering", "quality")]
env["guard.clause"].search([("number", "=", "2.1.1")]).in_force = True
env["ir.config_parameter"].set_param("quality_service_guard.anything", "1")
goods = env["product.product"].create({"name": "Bearing", "is_storable": True})
order = env["sale.order"].with_user(seller).create({
    "partner_id": env["res.partner"].create({"name": "Customer"}).id,
    "order_line": [Command.create({"product_id": goods.id})]})
order.action_guard_ask_review()
review = order.guard_review_id
review.action_submit()
review.with_user(judges[0]).action_answer_ok()
review.with_user(judges[0]).approval_request_id.action_approve()
other = order.copy()
other.action_guard_ask_review()
"""
OURS = [("name", "in", ADDONS), ("state", "=", "installed")]
UNINSTALL = f"env['ir.module.module'].search({OURS!r}).button_immediate_uninstall()"
# fast, and about what ours extends: orders, lines, transfers
AFTERWARDS = {"sale": ("test_sale_order.py",), "stock": ("test_packing.py", "test_stock_flow.py")}


@pytest.mark.parametrize("addon", ADDONS)
def test_addon_installs_alone_without_demo_data(addon, bench, company):
    here = company(bench.stock(demo=False, languages=None))
    here.odoo("-i", addon)
    assert [addon, "installed"] in here.rows("SELECT name, state FROM ir_module_module WHERE state != 'uninstalled'")


def test_addon_needs_no_app_but_those_that_it_names(company):
    here = company()
    here.odoo("-i", ADDONS[0])
    installed = {name for (name,) in here.rows("SELECT name FROM ir_module_module WHERE state = 'installed'")}
    assert not installed & {"repair", "mrp_subcontracting", "stock_dropshipping", *BRIDGED_APPS}


def test_all_install_with_demo_data(bench, company):
    here = company(bench.stock(demo=True))
    # first the apps that bridges join: their demo data confirms orders, which our policy in force would refuse
    here.odoo("-i", ",".join(BRIDGED_APPS), "--with-demo")
    here.odoo("-i", ",".join(ADDONS), "--with-demo")
    assert not here.rows("SELECT error FROM ir_demo_failure")
    assert here.rows("SELECT in_force FROM guard_clause WHERE in_force::text LIKE '%true%'")


def test_all_install_in_chinese(bench, company):
    here = company(bench.stock(demo=False))
    here.odoo("-i", ",".join(ADDONS))
    names = here.rows("SELECT number, name->>'en_US' AS en, name->>'zh_CN' AS zh FROM guard_clause")
    assert names and all(zh and zh != en for _number, en, zh in names)


def test_second_upgrade_changes_nothing(bench, company):
    here = company(bench.ours())
    here.odoo("-u", "all")
    first = contents(here)
    here.odoo("-u", "all")
    second = contents(here)
    changed = {
        table: (sorted(first.get(table, set()) - rows)[:3], sorted(rows - first.get(table, set()))[:3])
        for table, rows in second.items()
        if rows != first.get(table)
    }
    assert not changed


def test_uninstalled_addons_leave_nothing_behind(bench, company):
    stock = company(bench.stock(demo=False, languages=None))
    here = company(bench.ours())
    here.shell(DAILY_WORK)
    before = schema(here)
    here.shell(UNINSTALL)
    assert schema(here) != before, "nothing was uninstalled"
    assert schema(here) - schema(stock) == set()
    assert schema(stock) - schema(here) == set()
    left = {kind: named(here, select) - named(stock, select) for kind, select in NAMED.items()}
    assert not {kind: names for kind, names in left.items() if names}
    suites_pass(bench, stock.name, here.name)


def suites_pass(bench, stock, here):
    """Odoo's own tests of what ours extended end as if ours had never been there."""
    results = {}
    for label, template in (("never", stock), ("gone", here)):
        side = stock_suites.Side(bench, label, template, f"uninstall-{os.getpid()}")
        results[label] = {}
        for suite, files in AFTERWARDS.items():
            target = side.folder / f"{suite}.json"
            side.run(suite, [bench.tree.addon(suite) / "tests" / name for name in files], target)
            results[label] |= stock_suites.read(target)
            target.unlink()
            mine = sorted(name for name in stock_suites.failed(results[label]) if name.startswith(f"{suite}/"))
            if mine:  # a busy machine makes tours fail that are sound
                results[label] |= side.again(mine)
        side.folder.rmdir()
    assert len(results["never"]) > 50
    passed_before = set(results["never"]) - stock_suites.failed(results["never"])
    assert not passed_before - (set(results["gone"]) - stock_suites.failed(results["gone"]))


# Looking into a database

NAMED = {
    "model": "SELECT model FROM ir_model",
    "field": "SELECT model, name FROM ir_model_fields",
    "selection": "SELECT f.model, f.name, s.value FROM ir_model_fields_selection s JOIN ir_model_fields f ON f.id = s.field_id",
    # those of ours: Odoo leaves the names that another addon's mixin gave, of whatever it uninstalls
    "external id": f"SELECT module, name FROM ir_model_data WHERE module IN ({', '.join(map(repr, ADDONS))})",
    "view": "SELECT model, name, key FROM ir_ui_view",
    "menu": "SELECT name->>'en_US' AS name, parent_path FROM ir_ui_menu WHERE name->>'en_US' ~ 'Assurance|Oversight'",
    "action": "SELECT type, name->>'en_US' AS name FROM ir_actions",
    "cron": "SELECT cron_name FROM ir_cron",
    "parameter": "SELECT key FROM ir_config_parameter",
    "default": "SELECT f.model, f.name FROM ir_default d JOIN ir_model_fields f ON f.id = d.field_id",
    "sequence": "SELECT code, name FROM ir_sequence",
    "group": "SELECT name->>'en_US' AS name FROM res_groups",
    "privilege": "SELECT name->>'en_US' AS name FROM res_groups_privilege",
    "access right": "SELECT name FROM ir_model_access",
    "record rule": "SELECT name FROM ir_rule",
    "mail template": "SELECT name->>'en_US' AS name FROM mail_template",
    "activity type": "SELECT name->>'en_US' AS name FROM mail_activity_type",
    "subtype": "SELECT name->>'en_US' AS name, res_model FROM mail_message_subtype",
    "activity": "SELECT res_model, summary FROM mail_activity",
    "message": "SELECT DISTINCT model FROM mail_message WHERE model ~ '^(guard|aftersales|oversight)[.]'",
}


def named(company, select):
    """Names of one kind of record, as a set."""
    return {tuple(row) for row in company.rows(select)}


def schema(company):
    """Everything that PostgreSQL itself keeps for the addons: tables, columns, indexes, triggers, functions …"""
    found = set()
    for kind, select in {
        "table": "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace",
        "column": "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'public'",
        "constraint": "SELECT conrelid::regclass::text AS t, conname FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "trigger": "SELECT tgrelid::regclass::text AS t, tgname FROM pg_trigger WHERE NOT tgisinternal",
        "function": "SELECT proname FROM pg_proc JOIN pg_language l ON l.oid = prolang "
        "WHERE pronamespace = 'public'::regnamespace AND lanname = 'plpgsql'",
    }.items():
        found |= {(kind, *row) for row in company.rows(select)}
    return found


def contents(company):
    """Every row of every table that an upgrade has no reason to touch, as text, by table."""
    tables = company.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    skipped = (*VOLATILE_TABLES, *HISTORIES)
    found = {}
    for (table,) in tables:
        if table in skipped or table.startswith("orm_signaling_"):
            continue
        columns = (*VOLATILE_COLUMNS, *(["id"] if table in RENEWED_TABLES else []))
        removed = " ".join(f"- '{column}'" for column in columns)
        rows = company.rows(f'SELECT (to_jsonb(t) {removed})::text AS row FROM "{table}" t')
        found[table] = {row for (row,) in rows}
    return found
