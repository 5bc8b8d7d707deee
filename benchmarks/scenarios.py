"""The measured jobs and what has to be there for them. A job prepares, unmeasured, and returns what is measured."""

from datetime import timedelta

from lxml import etree
from odoo.fields import Command, Datetime
from odoo.tools import SQL

DEPARTMENTS = ("sales", "production", "engineering", "quality")
GUARD = "quality_service_guard"
LINES = 10
ORDERS = 200
OPEN_ACTIVITIES = 1500
DUE = 100
CENTRES = 20
LEVELS = 3
REVIEWS = 50

# Preparation: stays in the database


def people_and_orders(env):
    """The same people, goods and orders for every side: orders to confirm, to ask for and to decide."""
    seller = _user(env, "bench_seller", "sales_team.group_sale_salesman_all_leads")
    for login in (*DEPARTMENTS, "busy"):
        _user(env, f"bench_{login}", "sales_team.group_sale_manager")
    customer = env["res.partner"].create({"name": "Bench customer", "email": "customer@example.com"})
    products = env["product.product"].create(
        [
            {"name": f"Bench product {number}", "type": "consu", "is_storable": True, "list_price": 10 + number}
            for number in range(LINES)
        ]
    )
    lines = [Command.create({"product_id": product.id, "product_uom_qty": 3}) for product in products]
    for purpose in ("confirm", "ask", "decide"):
        env["sale.order"].with_user(seller).create(
            [
                {"partner_id": customer.id, "user_id": seller.id, "client_order_ref": purpose, "order_line": lines}
                for _each in range(ORDERS)
            ]
        )


def open_activities(env):
    """A person with many open activities, as stock Odoo has them."""
    order = _orders(env, "confirm")[:1]
    activity = order.with_context(mail_activity_quick_update=True).activity_schedule(
        "mail.mail_activity_data_todo", user_id=_login(env, "busy").id, summary="Call"
    )
    _multiply(env, activity, OPEN_ACTIVITIES - 1, _orders(env, "confirm").ids)


def policy_in_force(env):
    """Put the order review in force; have the orders to confirm approved, those to decide asked and answered."""
    for department in DEPARTMENTS:
        _login(env, department).group_ids |= env.ref(f"{GUARD}.group_review_{department}")
    env["guard.clause"].search([("number", "=", "2.1.1")]).in_force = True
    for purpose in ("confirm", "decide"):
        reviews = _ask(_orders(env, purpose))
        for department in DEPARTMENTS:
            mine = reviews.with_user(_login(env, department))
            mine.action_answer_ok()
            if purpose == "confirm":
                mine.approval_request_id.action_approve()
    env.flush_all()
    assert set(_orders(env, "confirm").guard_review_id.mapped("state")) == {"approved"}


def open_duties(env):
    """The same person with as many open duties."""
    duty = _duties(env)[:1]
    _set(env, duty, user_id=_login(env, "busy").id)
    _multiply(env, duty, OPEN_ACTIVITIES - 1, _orders(env, "decide").guard_review_id.ids)


def ladder_duties(env, number):
    """So many open duties, of which a hundred are due since yesterday and the others in a month.

    :return: whether there is a ladder to measure
    """
    if not hasattr(env["mail.activity"], "_cron_guard_ladder"):
        return False
    env.cr.execute("DELETE FROM mail_activity WHERE user_id = %s", [_login(env, "busy").id])
    duties, now = _duties(env), Datetime.now()
    later = duties[DUE:]
    for some, moment in ((duties[:DUE], now - timedelta(days=1)), (later, now + timedelta(days=30))):
        _set(env, some, guard_deadline=moment, date_deadline=moment.date(), guard_next_on=moment)
    _multiply(env, later[:1], number - len(duties), later.mapped("res_id"))
    env.cr.execute("SELECT count(*) FROM mail_activity WHERE guard_clause_id IS NOT NULL AND active")
    assert env.cr.fetchone()[0] == number
    return True


def workshop(env):
    """Ten products in three levels on twenty work centres, one order for all of them and fifty that are reviewed.

    A manufacturing order on each work centre stands for those that :func:`work_on_the_floor` makes of it.
    """
    centres = env["mrp.workcenter"].create([{"name": f"Bench centre {number}"} for number in range(CENTRES)])
    vendor = env["res.partner"].create({"name": "Bench vendor"})
    material, *filler = _bench_products(env, ["material", *(f"filler {number}" for number in range(CENTRES))])
    env["product.supplierinfo"].create(
        {"partner_id": vendor.id, "product_tmpl_id": material.product_tmpl_id.id, "delay": 5}
    )
    for product, centre in zip(filler, centres, strict=True):
        _make_bom(env, product, [material], [centre])
    products = env["product.product"]
    for number in range(LINES):
        part = material
        for level in range(LEVELS):
            (above,) = _bench_products(env, [f"made {number}, level {LEVELS - level}"])
            place = LEVELS * number + level
            two = [centres[place % CENTRES], centres[(place + 7) % CENTRES]]
            _make_bom(env, above, [part] if part == material else [part, material], two)
            part = above
        products |= part
    for purpose, number, some in (
        ("feasibility", 1, products),
        ("reviews", REVIEWS, products[:2]),
        ("delivered", 1, products),
    ):
        env["sale.order"].create(
            [
                {
                    "partner_id": vendor.id,
                    "client_order_ref": purpose,
                    "commitment_date": Datetime.now() + timedelta(days=40),
                    "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1}) for product in some],
                }
                for _each in range(number)
            ]
        )
    env["guard.order.review"]._open_for(env["sale.order"].search([("client_order_ref", "=", "reviews")]))
    env["mrp.production"].create(
        [{"product_id": product.id, "product_qty": 1, "origin": "bench"} for product in filler]
    ).action_confirm()


def work_on_the_floor(env, opened, closed):
    """So many open and closed manufacturing orders of one work order each, copied by SQL with their stock moves."""
    originals = env["mrp.production"].search([("origin", "=", "bench")])
    open_ones = _copy_productions(env, originals, opened - len(originals))
    closed_ones = _copy_productions(env, originals, closed)
    for table, column in (
        ("mrp_workorder", "production_id"),
        ("stock_move", "production_id"),
        ("stock_move", "raw_material_production_id"),
    ):
        _copy_rows(env, table, column)
    env.cr.execute(
        """
        UPDATE mrp_production SET state = 'done', date_finished = now() - interval '1 day' * (id %% 700) WHERE id >= %(first)s;
        UPDATE mrp_workorder SET state = 'done', qty_produced = 1, duration = 55,
            date_finished = now() - interval '1 day' * (id %% 700) WHERE production_id >= %(first)s;
        UPDATE stock_move SET state = 'done', date = now() - interval '1 day' * (id %% 700)
            WHERE production_id >= %(first)s OR raw_material_production_id >= %(first)s;
        """,
        {"first": closed_ones},
    )
    assert open_ones < closed_ones
    _deliver(env, closed)
    env.cr.execute("SELECT count(*) FILTER (WHERE state <> 'done'), count(*) FILTER (WHERE state = 'done') FROM mrp_workorder")
    assert env.cr.fetchone() == (opened, closed)


def peer_definitions(env):
    """The peer's rules: the same four departments, each of its one person."""
    env["tier.definition"].create(
        [
            {
                "name": department,
                "model_id": env["ir.model"]._get_id("sale.order"),
                "review_type": "individual",
                "reviewer_id": _login(env, department).id,
                "definition_domain": "[('amount_total', '>', 0)]",
                "sequence": 30 - number,
            }
            for number, department in enumerate(DEPARTMENTS)
        ]
    )
    _orders(env, "decide").request_validation()


# Jobs: measured and rolled back


def confirm(env, number):
    return _orders(env, "confirm")[:number].action_confirm


def ask(env):
    """Put 200 orders before their departments."""
    orders = _orders(env, "ask")
    return lambda: _ask(orders)


def ask_peer(env, tell):
    _peer_tells(env, tell)
    return _orders(env, "ask").request_validation


def decide(env):
    """Sign each of 200 answered reviews four times, each as by a click of its own."""
    ids = _orders(env, "decide").guard_review_id.approval_request_id.ids

    def work():
        for department in DEPARTMENTS:
            requests = env["guard.approval.request"].with_user(_login(env, department))
            for request_id in ids:
                requests.browse(request_id).action_approve()  # by its id, as the client calls it
                env.flush_all()
                env.invalidate_all()

    return work


def decide_at_once(env):
    """The same from the list: each department signs all 200 together."""
    ids = _orders(env, "decide").guard_review_id.approval_request_id.ids

    def work():
        for department in DEPARTMENTS:
            env["guard.approval.request"].with_user(_login(env, department)).browse(ids).action_approve()
            env.flush_all()
            env.invalidate_all()

    return work


def decide_peer(env, tell):
    """The peer's button takes one order at a time."""
    _peer_tells(env, tell)
    ids = _orders(env, "decide").ids

    def work():
        for department in DEPARTMENTS:
            orders = env["sale.order"].with_user(_login(env, department))
            for order_id in ids:
                orders.browse(order_id).validate_tier()
                env.flush_all()
                env.invalidate_all()

    return work


def order_list(env):
    """The first page of the quotations, with the columns of this side's list."""
    Order = _as_seller(env)["sale.order"]
    view = env.ref("sale.view_quotation_tree_with_onboarding")
    specification = _specification(Order, Order.get_view(view.id, "list"))
    return lambda: Order.web_search_read([], specification, limit=80, count_limit=10001)


def order_form(env):
    """Opening one order: its views, then its values."""
    order = _orders(env, "decide").with_env(_as_seller(env))[:1]
    specification = _specification(order, order.get_view(False, "form"))

    def work():
        order.get_views([(False, "form"), (False, "search")], {"toolbar": True})
        order.web_read(specification)

    return work


def systray(env):
    """What the client asks for the clock in the corner."""
    return env["res.users"].with_user(_login(env, "busy"))._get_activity_groups


def ladder(env):
    return env["mail.activity"]._cron_guard_ladder


def reckon(env):
    """Whether an order of ten lines can be kept, everything about the answer told."""
    order = env["sale.order"].search([("client_order_ref", "=", "feasibility")])
    reckoned = env["guard.feasibility"]._reckon

    def work():
        (outcome,) = reckoned(order).values()
        values = outcome.values()
        assert len(values["line_ids"]) == LINES and values["date_earliest"]

    return work


def bom_overview(env):
    """Core's answer for the same ten products."""
    order = env["sale.order"].search([("client_order_ref", "=", "feasibility")])
    boms = env["mrp.bom"]._bom_find(order.order_line.product_id)
    report, ids = env["report.mrp.report_bom_structure"], [bom.id for bom in boms.values()]
    assert len(ids) == LINES

    def work():
        for bom in ids:
            report._get_report_data(bom, searchQty=1)

    return work


def reckon_reviews(env, number):
    """Recompute the answers of open reviews."""
    reviews = env["guard.order.review"].search([("order_id.client_order_ref", "=", "reviews")], limit=number)
    assert len(reviews) == number
    return lambda: env["guard.feasibility"]._assess(reviews)


def reviews_stale(env, number):
    """What the list says of each review: whether its answer still holds."""
    reviews = env["guard.order.review"].search([("order_id.client_order_ref", "=", "reviews")], limit=number)
    env["guard.feasibility"]._assess(reviews)
    return lambda: reviews.mapped("feasibility_stale")


# Helpers


def _user(env, login, group):
    return env["res.users"].create(
        {
            "name": login,
            "login": login,
            "email": f"{login}@example.com",
            "group_ids": [Command.set([env.ref("base.group_user").id, env.ref(group).id])],
        }
    )


def _login(env, name):
    return env["res.users"].search([("login", "=", f"bench_{name}")])


def _as_seller(env):
    seller = _login(env, "seller")
    return env(user=seller.id, context={"allowed_company_ids": seller.company_ids.ids})


def _orders(env, purpose):
    return _as_seller(env)["sale.order"].search([("client_order_ref", "=", purpose)], order="id")


def _ask(orders):
    orders.action_guard_ask_review()
    reviews = orders.guard_review_id
    reviews.action_submit()
    return reviews


def _duties(env):
    """The duties that the departments have towards the reviews to decide."""
    reviews = _orders(env, "decide").guard_review_id
    domain = [("res_model", "=", reviews._name), ("res_id", "in", reviews.ids), ("guard_clause_id", "!=", False)]
    return env["mail.activity"].search(domain, order="id")


def _set(env, activities, **values):
    """Write columns by SQL: an open duty is not rewritten by anybody, and this is no way to settle one."""
    env.flush_all()
    assignments = [SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()]
    env.cr.execute(
        SQL("UPDATE mail_activity SET %s WHERE id IN %s", SQL(", ").join(assignments), tuple(activities.ids))
    )
    env.invalidate_all()


def _peer_tells(env, tell):
    """Whether the peer tells its reviewers, which ours does and the peer's definitions leave off at first."""
    env["tier.definition"].search([]).notify_on_create = tell


def _bench_products(env, names):
    return env["product.product"].create(
        [{"name": f"Bench {name}", "type": "consu", "is_storable": True} for name in names]
    )


def _make_bom(env, product, parts, centres):
    env["mrp.bom"].create(
        {
            "product_tmpl_id": product.product_tmpl_id.id,
            "bom_line_ids": [Command.create({"product_id": part.id, "product_qty": 1}) for part in parts],
            "operation_ids": [
                Command.create({"name": centre.name, "workcenter_id": centre.id, "time_cycle_manual": 30})
                for centre in centres
            ],
        }
    )


def _copy_productions(env, originals, number):
    """Copy manufacturing orders in turn; a copy's origin is the id of its original.

    :return: the first new id
    """
    env.flush_all()
    columns = SQL(", ").join(_columns(env["mrp.production"], "name", "origin"))
    env.cr.execute(
        SQL(
            "INSERT INTO mrp_production (name, origin, %(columns)s)"
            " SELECT name || '/' || n || '/' || nextval('mrp_production_id_seq'), id::text, %(columns)s"
            " FROM mrp_production JOIN generate_series(1, %(number)s) n ON id = (%(ids)s::int[])[1 + n %% %(length)s]"
            " RETURNING id",
            columns=columns,
            number=number,
            ids=originals.ids,
            length=len(originals),
        )
    )
    return min(row[0] for row in env.cr.fetchall())


def _deliver(env, number):
    """So many closed deliveries of what is sold, over two years, from five days early to four days late."""
    order = env["sale.order"].search([("client_order_ref", "=", "delivered")])
    places = order.warehouse_id.lot_stock_id, env.ref("stock.stock_location_customers")
    moves = env["stock.move"].create(
        [
            {
                "product_id": line.product_id.id,
                "product_uom": line.product_uom_id.id,
                "product_uom_qty": 1,
                "location_id": places[0].id,
                "location_dest_id": places[1].id,
                "sale_line_id": line.id,
            }
            for line in order.order_line
        ]
    )
    columns = SQL(", ").join(_columns(moves, "state", "date", "date_deadline"))
    env.flush_all()
    env.cr.execute(
        SQL(
            "INSERT INTO stock_move (state, date, date_deadline, %(columns)s)"
            " SELECT 'done', day, day - interval '1 day' * (n %% 10 - 5), %(columns)s"
            " FROM stock_move, generate_series(1, %(number)s) n, LATERAL (SELECT now() - interval '1 day' * (n %% 700) AS day) d"
            " WHERE id = (%(ids)s::int[])[1 + n %% %(length)s]",
            columns=columns,
            number=number,
            ids=moves.ids,
            length=len(moves),
        )
    )
    moves.unlink()


def _copy_rows(env, table, column):
    """Copy what belongs to the originals for each of their copies."""
    model = env[table.replace("_", ".")]
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(column)s, %(columns)s)"
            " SELECT copy.id, %(columns_of)s FROM %(table)s mine"
            " JOIN mrp_production copy ON copy.origin = mine.%(column)s::text",
            table=SQL.identifier(table),
            column=SQL.identifier(column),
            columns=SQL(", ").join(_columns(model, column)),
            columns_of=SQL(", ").join(SQL("mine.%s", name) for name in _columns(model, column)),
        )
    )


def _columns(model, *but):
    names = [name for name, field in model._fields.items() if field.store and field.column_type]
    return [SQL.identifier(name) for name in names if name not in ("id", *but)]


def _multiply(env, record, number, res_ids):
    """Copy one activity to the documents in turn, by SQL: the ORM would take longer than what is measured."""
    columns = [name for name, field in record._fields.items() if field.store and field.column_type]
    columns = [name for name in columns if name not in ("id", "res_id")]
    env.cr.execute(
        SQL(
            "INSERT INTO mail_activity (res_id, %(columns)s)"
            " SELECT (%(res_ids)s::int[])[1 + n %% %(length)s], %(columns)s"
            " FROM mail_activity, generate_series(1, %(number)s) n WHERE id = %(id)s",
            columns=SQL(", ").join(SQL.identifier(name) for name in columns),
            res_ids=list(res_ids),
            length=len(res_ids),
            number=number,
            id=record.id,
        )
    )
    env.invalidate_all()


def _specification(records, view):
    """What the web client would read for a view."""
    return _fields_of(records, etree.fromstring(view["arch"]))


def _fields_of(records, node):
    found = {}
    for child in node:
        if child.tag != "field":
            found |= _fields_of(records, child)
            continue
        field = records._fields[child.get("name")]
        found[field.name] = {}
        if field.type == "many2one":
            found[field.name] = {"fields": {"display_name": {}}}
        elif field.type in ("one2many", "many2many"):
            inner = next((sub for sub in child if sub.tag in ("list", "kanban")), None)
            comodel = records.env[field.comodel_name]
            found[field.name] = {"fields": {"display_name": {}} if inner is None else _fields_of(comodel, inner)}
    return found
