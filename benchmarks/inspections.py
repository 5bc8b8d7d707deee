"""The measured jobs of inspecting: receipts, many inspections at once, and reserving beside what is held.

Prepared and measured as in :mod:`benchmarks.scenarios`, up to and with what is done when a transaction ends: changes that
the chatter tracks are told then. Ours and the peer inspect the same: one unit, the same questions.
"""

from datetime import timedelta
from types import SimpleNamespace

from odoo.fields import Command, Datetime
from odoo.tools import SQL

LINES = 50  # of a receipt
INSPECTIONS = 1000
QUANTS = 10_000
HELD = 100  # of them: every hundredth, one half by its lot and the other by its place
DELIVERED = 500
VALUES = 20  # different measured values

# Preparation: stays in the database


def goods(env):
    """Goods to receive, receipts to inspect, and a delivery of what lies in ten thousand quants."""
    groups = ("base.group_user", "stock.group_stock_manager", "stock.group_production_lot")
    env["res.users"].create(
        {"name": "bench_keeper", "login": "bench_keeper", "group_ids": [Command.set([env.ref(xmlid).id for xmlid in groups])]}
    )
    env["res.partner"].create({"name": "Bench supplier", "is_company": True})
    for purpose in ("receive", "inspect"):
        env["product.product"].create(
            [
                {"name": f"Bench {purpose} {number}", "default_code": purpose, "type": "consu", "is_storable": True, "tracking": "lot"}
                for number in range(LINES)
            ]
        )
    for _each in range(INSPECTIONS // LINES):
        _receipt(env, "inspect").action_confirm()
    _store(env)


def inspection_in_force(env):
    """Put clause 2.2.3 in force, with a control point on each product; hold every hundredth quant."""
    env["guard.clause"].search([("number", "=", "2.2.3")]).in_force = True
    for purpose, number in (("receive", 2), ("inspect", 5)):
        products = _products(env, purpose)
        products.categ_id = env["product.category"].create({"name": purpose})
        spec = env["guard.inspection.spec"].create(
            {
                "name": purpose,
                "applies_to": "category",
                "categ_id": products.categ_id.id,
                "characteristic_ids": [
                    Command.create({"name": f"{kind} {each}", "kind": kind, **limits})
                    for kind, limits in (("attribute", {}), ("measured", {"lower_limit": 9, "upper_limit": 11}))
                    for each in range(number)
                ],
            }
        )
        spec.action_put_in_force()
        env["guard.control.point"].create(
            [
                {"name": product.name, "occasion": "receipt", "product_tmpl_id": product.product_tmpl_id.id}
                for product in products
            ]
        )
    spots = _shelf(env)
    spots.guard_is_quarantine = True
    quants = env["stock.quant"].search([("product_id", "in", _products(env, "store").ids)], order="id")
    lots = quants[:: QUANTS // HELD].filtered(lambda quant: quant.location_id != spots).lot_id
    lots._guard_hold_lots("Bench")
    assert len(lots) + len(quants.filtered(lambda quant: quant.location_id == spots)) == HELD


def inspecting_peer(env):
    """The peer's test: the same ten questions."""
    unit = env.ref("uom.product_uom_unit")
    answers = [Command.create({"name": "Met", "ok": True}), Command.create({"name": "Not met", "ok": False})]
    env["qc.test"].create(
        {
            "name": "Bench",
            "test_lines": [
                *(Command.create({"name": f"attribute {each}", "type": "qualitative", "ql_values": answers}) for each in range(5)),
                *(
                    Command.create(
                        {"name": f"measured {each}", "type": "quantitative", "min_value": 9, "max_value": 11, "uom_id": unit.id}
                    )
                    for each in range(5)
                ),
            ],
        }
    )


# Jobs: measured and rolled back


def receive(env):
    """A receipt of fifty lines, each of a lot of its own, from its creation until it is done."""
    env = _as_keeper(env)

    def work():
        _validate(_receive(env))
        env.cr.flush()

    return work


def receive_inspected(env):
    """The same with an inspection of each line, made by itself, started, read and decided."""
    env = _as_keeper(env)

    def work():
        receipt = _receive(env)
        inspections = env["guard.inspection"].search([("picking_id", "=", receipt.id)])
        assert len(inspections) == LINES
        _read(inspections)
        _end_click(env)
        inspections.action_pass()
        _end_click(env)
        _validate(receipt)
        env.cr.flush()

    return work


def open_inspections(env):
    """Make a thousand inspections of goods on the way."""
    env = _as_keeper(env)
    moves = _waiting_moves(env)

    def work():
        moves._guard_open_inspections()
        env.cr.flush()
        assert env["guard.inspection"].search_count([]) == INSPECTIONS

    return work


def read_inspections(env):
    """Draw their samples, and take down what was found."""
    inspections = _opened(env)

    def work():
        _read(inspections)
        env.cr.flush()

    return work


def decide_inspections(env):
    """Pass what was read."""
    inspections = _opened(env)
    _read(inspections)
    env.cr.flush()

    def work():
        inspections.action_pass()
        env.cr.flush()
        assert set(inspections.mapped("state")) == {"passed"}

    return work


def open_peer(env):
    """Each by the peer's own method: it has none for many."""
    test, products = env["qc.test"].search([("name", "=", "Bench")]), _products(env, "inspect")
    line = SimpleNamespace(test=test, user=env.user, timing="after")

    def work():
        for number in range(INSPECTIONS):
            env["qc.inspection"]._make_inspection(products[number % LINES], line)
        env.cr.flush()

    return work


def open_peer_at_once(env):
    """What the peer could do if it had a method for many: the same values, created together."""
    test, products = env["qc.test"].search([("name", "=", "Bench")]), _products(env, "inspect")
    line = SimpleNamespace(test=test, user=env.user, timing="after")

    def work():
        Inspection = env["qc.inspection"]
        Inspection.create(
            [
                {
                    **Inspection._prepare_inspection_header(products[number % LINES], line),
                    "inspection_lines": Inspection._prepare_inspection_lines(test),
                }
                for number in range(INSPECTIONS)
            ]
        )
        env.cr.flush()

    return work


def read_peer(env):
    """Answer the questions."""
    inspections = _opened_peer(env)

    def work():
        _read_peer(inspections)
        env.cr.flush()

    return work


def decide_peer_inspections(env):
    """Confirm what was answered."""
    inspections = _opened_peer(env)
    _read_peer(inspections)
    env.cr.flush()

    def work():
        inspections.action_confirm()
        env.cr.flush()
        assert set(inspections.mapped("state")) == {"success"}

    return work


def reserve(env):
    """Reserve a delivery from among ten thousand quants."""
    delivery = _as_keeper(env)["stock.picking"].search([("origin", "=", "bench reserve")])

    def work():
        delivery.action_assign()
        env.cr.flush()
        assert sum(delivery.move_ids.mapped("quantity")) == DELIVERED

    return work


# Helpers


def _as_keeper(env):
    user = env["res.users"].search([("login", "=", "bench_keeper")])
    return env(user=user.id, context={"allowed_company_ids": user.company_ids.ids})


def _products(env, purpose):
    return env["product.product"].search([("default_code", "=", purpose)], order="id")


def _warehouse(env):
    return env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)


def _shelf(env):
    return env["stock.location"].search([("name", "=", "Bench shelf")])


def _receipt(env, purpose):
    kind = _warehouse(env).in_type_id
    return env["stock.picking"].create(
        {
            "picking_type_id": kind.id,
            "partner_id": env["res.partner"].search([("name", "=", "Bench supplier")]).id,
            "origin": f"bench {purpose}",
            "location_id": env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": kind.default_location_dest_id.id,
            "move_ids": [
                Command.create({"product_id": product.id, "product_uom_qty": 10}) for product in _products(env, purpose)
            ],
        }
    )


def _receive(env):
    receipt = _receipt(env, "receive")
    receipt.action_confirm()
    _end_click(env)
    for number, line in enumerate(receipt.move_line_ids):
        line.lot_name = f"bench {number}"
    assert len(receipt.move_line_ids) == LINES
    _end_click(env)
    return receipt


def _end_click(env):
    """Each click is a transaction of its own, and begins knowing nothing."""
    env.cr.flush()
    env.invalidate_all()


def _validate(receipt):
    receipt.button_validate()
    assert receipt.state == "done"


def _waiting_moves(env):
    moves = env["stock.picking"].search([("origin", "=", "bench inspect")]).move_ids
    return moves.browse(moves.ids)  # read together


def _opened(env):
    env = _as_keeper(env)
    moves = _waiting_moves(env)
    moves._guard_open_inspections()
    env.cr.flush()
    return env["guard.inspection"].search([("move_id", "in", moves.ids)])


def _read(inspections):
    """Start, and enter what was found as the page does: as text."""
    inspections.action_start()
    readings = inspections.reading_ids
    inspections.enter_readings(
        [
            {"id": reading.id, "text": "y" if reading.characteristic_id.kind == "attribute" else f"{_measured(number)}", "seen": False}
            for number, reading in enumerate(readings)
        ]
    )


def _measured(number):
    return 9.5 + number % VALUES / 20


def _opened_peer(env):
    open_peer_at_once(env)()
    return env["qc.inspection"].search([])


def _read_peer(inspections):
    """Answer all questions, each answer written on all lines at once."""
    lines = inspections.inspection_lines
    for _question, some in lines.filtered(lambda line: line.question_type == "qualitative").grouped("test_line").items():
        some.qualitative_value = some[0].possible_ql_values.filtered("ok")
    by_value = {}
    for number, line in enumerate(lines.filtered(lambda line: line.question_type == "quantitative")):
        by_value.setdefault(_measured(number), []).append(line.id)
    for value, ids in by_value.items():
        lines.browse(ids).quantitative_value = value


def _store(env):
    """One product in ten thousand lots, some of them on a shelf of their own, and a delivery that waits."""
    warehouse = _warehouse(env)
    product = env["product.product"].create(
        {"name": "Bench stored", "default_code": "store", "type": "consu", "is_storable": True, "tracking": "lot"}
    )
    shelf = env["stock.location"].create(
        {"name": "Bench shelf", "location_id": warehouse.lot_stock_id.id, "usage": "internal"}
    )
    lot = env["stock.lot"].create({"name": "bench 0", "product_id": product.id})
    quant = env["stock.quant"].create(
        {
            "product_id": product.id,
            "location_id": warehouse.lot_stock_id.id,
            "lot_id": lot.id,
            "quantity": 1,
            "in_date": Datetime.now() - timedelta(days=1000),
        }
    )
    env.flush_all()
    _copy(env, lot, {"name": SQL("'bench ' || n")})
    _copy(
        env,
        quant,
        {
            "lot_id": SQL("(SELECT id FROM stock_lot WHERE product_id = %s AND name = 'bench ' || n)", product.id),
            "location_id": SQL("CASE WHEN n %% 200 = 100 THEN %s ELSE %s END", shelf.id, warehouse.lot_stock_id.id),
            "in_date": SQL("in_date + interval '1 minute' * n"),
        },
    )
    kind = warehouse.out_type_id
    kind.reservation_method = "manual"
    env["stock.picking"].create(
        {
            "picking_type_id": kind.id,
            "origin": "bench reserve",
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": env.ref("stock.stock_location_customers").id,
            "move_ids": [Command.create({"product_id": product.id, "product_uom_qty": DELIVERED})],
        }
    ).action_confirm()


def _copy(env, record, values):
    """Copy a record to have it as often as there are quants, with these columns worked out of the number n."""
    names = [name for name, field in record._fields.items() if field.store and field.column_type]
    columns = [SQL.identifier(name) for name in names if name != "id" and name not in values]
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(given)s, %(columns)s) SELECT %(values)s, %(columns)s"
            " FROM %(table)s, generate_series(1, %(number)s) n WHERE id = %(id)s",
            table=SQL.identifier(record._table),
            given=SQL(", ").join(SQL.identifier(name) for name in values),
            columns=SQL(", ").join(columns),
            values=SQL(", ").join(values.values()),
            number=QUANTS - 1,
            id=record.id,
        )
    )
    env.invalidate_all()
