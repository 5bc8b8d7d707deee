from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.feasibility import Component, Operation, Option, Source
from .guard_capacity import seconds

TO_COME = ("waiting", "confirmed", "partially_available", "assigned")
DAY = 86400
HISTORY = 50  # so many of the last deliveries of a product say how late it tends to be
YEARS = timedelta(days=730)
# fields of a bill of materials that are read
LINE = ("product_id", "product_qty", "product_uom_id", "operation_id")
OPERATION = ("name", "active", "sequence", "workcenter_id", "time_mode", "time_mode_batch", "time_cycle_manual")


class GuardSourcing(models.AbstractModel):
    """Reads how each product of an order is had, through all levels, and what of it there is (clause 2.1.2).

    Products are named by ``(product id, warehouse id)``. Queries depend on the levels of the bills of materials, not on
    how many products, lines or documents there are.
    """

    _name = "guard.sourcing"
    _description = "Sourcing of Products"

    @api.model
    def _read_sources(self, wanted, company, crews):
        """How each product is had, and those that it is made of.

        :param wanted: ``{warehouse: products}``
        :param crews: who may do which operation, see ``guard.capacity``
        :return: ``{(product id, warehouse id): Source}``
        """
        boms, lines, products = self._read_boms(wanted, company)
        context = _Context(self.env, company, crews, boms, lines, products)
        return {
            (product.id, warehouse.id): context.source(product, warehouse)
            for warehouse, members in products.items()
            for product in members
        }

    @api.model
    def _read_boms(self, wanted, company):
        """Bills of materials level by level.

        :return: ``({warehouse: {product: bom}}, {bom: its lines}, {warehouse: products of all levels})``
        """
        boms, lines, products = defaultdict(dict), {}, dict(wanted)
        frontier = dict(wanted)
        while any(frontier.values()):
            following = {}
            for warehouse, members in frontier.items():
                found = self.env["mrp.bom"]._bom_find(
                    members, picking_type=warehouse.manu_type_id, company_id=company.id
                )
                boms[warehouse].update(found)
                used = self.env["mrp.bom"].union(*found.values())
                lines |= self._read_parts("mrp.bom.line", used - self.env["mrp.bom"].union(*lines), LINE)
                parts = self.env["mrp.bom.line"].union(*(lines[bom] for bom in used)).product_id
                following[warehouse] = parts - products[warehouse]
                products[warehouse] |= parts
            frontier = following
        return boms, lines, products

    @api.model
    def _read_parts(self, name, boms, asked):
        """Lines or operations of bills of materials, with what is asked of them, in one query: ``{bom: records}``."""
        model = self.env[name]
        found = model.search_fetch([("bom_id", "in", boms.ids)], ["bom_id", *asked]).grouped("bom_id")
        return {bom: found.get(bom, model) for bom in boms}

    @api.model
    def _read_stocks(self, keys):
        """What there is of products in each warehouse, and what comes and goes; what nobody may use is not counted.

        :param keys: ``(product id, warehouse id)`` pairs
        :return: ``({key: quantity on hand}, {key: [(seconds, id of the manufacturing order that makes it, quantity)]})``
        """
        products = self.env["product.product"].browse({product for product, _warehouse in keys})
        products = products.filtered(lambda product: product.is_storable)
        warehouses = self.env["stock.warehouse"].browse({warehouse for _product, warehouse in keys})
        on_hand, changes = defaultdict(float), defaultdict(list)
        for warehouse in warehouses:
            inside = Domain("location_id", "child_of", warehouse.view_location_id.id)
            arriving = Domain("location_dest_id", "child_of", warehouse.view_location_id.id)
            for product, quantity in self.env["stock.quant"]._read_group(
                self._usable(products) & inside, ["product_id"], ["quantity:sum"]
            ):
                on_hand[product.id, warehouse.id] += quantity
            pending = Domain("product_id", "in", products.ids) & Domain("state", "in", TO_COME)
            for domain, sign in ((pending & arriving & ~inside, 1), (pending & inside & ~arriving, -1)):
                for product, production, date, quantity in self._sum_moves(domain):
                    changes[product, warehouse.id].append((seconds(date), production, sign * quantity))
        everything = [(product.id, warehouse.id) for product in products for warehouse in warehouses]
        return {key: on_hand[key] for key in everything}, {key: changes[key] for key in everything}

    @api.model
    def _usable(self, products):
        """Domain of the quants that may be promised; rooms that hold goods narrow it."""
        return Domain("product_id", "in", products.ids) & Domain("location_id.usage", "=", "internal")

    @api.model
    def _read_held(self, keys):
        """What of products lies in each warehouse and may not be promised, for rooms that hold goods.

        :param keys: ``(product id, warehouse id)`` pairs
        :return: ``{key: quantity}``, without those of which nothing is held
        """
        return {}

    def _sum_moves(self, domain):
        """``[(product id, id of the manufacturing order that makes it, date, quantity)]``."""
        self.env["stock.move"].flush_model(["product_id", "production_id", "date", "product_qty"])
        query = self.env["stock.move"]._search(domain, bypass_access=True)
        by = SQL("stock_move.product_id, stock_move.production_id, stock_move.date")
        query.groupby = by
        return self.env.execute_query(query.select(by, SQL("SUM(stock_move.product_qty)")))

    @api.model
    def _read_lateness(self, products, now):
        """By how many days the last deliveries of each product came after their promise; early ones below zero.

        :return: ``{product id: [days, ...]}``, at most so many as ``HISTORY`` says
        """
        if not products:
            return {}
        moves = self.env["stock.move"]
        moves.flush_model(["product_id", "state", "date", "date_deadline", "sale_line_id", "location_dest_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id, EXTRACT(EPOCH FROM last.date - last.date_deadline) / %(day)s
                FROM unnest(%(products)s) AS product(id), LATERAL (
                    SELECT date, date_deadline FROM stock_move
                    WHERE product_id = product.id AND state = 'done' AND sale_line_id IS NOT NULL AND date >= %(since)s
                      AND company_id = %(company)s
                    ORDER BY date DESC LIMIT %(limit)s
                ) last
                WHERE last.date_deadline IS NOT NULL
                """,
                day=DAY,
                products=products.ids,
                since=now - YEARS,
                company=self.env.company.id,
                limit=HISTORY,
            )
        )
        lateness = defaultdict(list)
        for product, days in rows:
            lateness[product].append(float(days))
        return lateness


class _Context:
    """What is read once to tell the source of every product."""

    def __init__(self, env, company, crews, boms, lines, products):
        self.env, self.company, self.crews, self.boms, self.lines = env, company, crews, boms, lines
        self.today = fields.Date.context_today(company)
        warehouses = env["stock.warehouse"].union(*products)
        ways = warehouses.reception_route_id | warehouses.delivery_route_id
        rules = env["stock.rule"].search_fetch(
            Domain("company_id", "in", [False, company.id]) & Domain("action", "in", ("buy", "manufacture"))
            | Domain("route_id", "in", ways.ids)
            | Domain("id", "in", warehouses.mto_pull_id.ids),
            ["action", "route_id", "warehouse_id", "delay", "company_id"],
            order="route_sequence, sequence, id",
        )
        self.rules = rules.filtered(
            lambda rule: rule.action in ("buy", "manufacture") and rule.company_id.id in (False, company.id)
        )
        everything = env["product.product"].union(*products.values())
        used = env["mrp.bom"].union(*(bom for found in boms.values() for bom in found.values()))
        self.operations = env["guard.sourcing"]._read_parts("mrp.routing.workcenter", used, OPERATION)
        operations = env["mrp.routing.workcenter"].union(*self.operations.values())
        self.cycles = self._read_cycles(operations)
        # read together what is asked for one by one below
        everything.fetch(["type", "is_storable", "uom_id", "product_tmpl_id", "categ_id"])
        ways.mapped("rule_ids.delay")
        env["mrp.bom.line"].union(*lines.values()).mapped("bom_product_template_attribute_value_ids")
        operations.mapped("bom_product_template_attribute_value_ids")
        centres = operations.workcenter_id
        (centres | centres.alternative_workcenter_ids).mapped("capacity_ids.capacity")
        self.sellers = env["product.supplierinfo"].search_fetch(
            Domain("product_tmpl_id", "in", everything.product_tmpl_id.ids)
            & Domain("company_id", "in", [False, company.id])
            & Domain("partner_id.active", "=", True)
            & (Domain("date_start", "=", False) | Domain("date_start", "<=", self.today))
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", self.today)),
            ["product_tmpl_id", "product_id", "partner_id", "delay"],
        ).grouped("product_tmpl_id")

    def source(self, product, warehouse):
        """How more of a product is had in a warehouse."""
        if product.type != "consu":
            return Source("service")
        bom = self.boms[warehouse].get(product, self.env["mrp.bom"])
        if bom.type == "phantom":
            return self._made("kit", bom, product, warehouse)
        if not product.is_storable and bom.type != "normal":
            return Source("service")  # nobody keeps count of it
        rules = self._rules(product, warehouse)
        vendor = self._vendor(product)
        for rule in rules:
            if rule.action == "manufacture" and bom.type == "normal":
                return self._made("make", bom, product, warehouse, rule.delay)
            if rule.action == "buy" and vendor:
                return self._bought(bom, product, warehouse, vendor, rule.delay)
        if bom.type == "normal":
            return self._made("make", bom, product, warehouse)
        if vendor:
            return self._bought(bom, product, warehouse, vendor)
        # routes of the warehouse are for products that have what they need; those of the product were meant
        actions = set(rules.filtered(lambda rule: rule.route_id in self._own_routes(product)).mapped("action"))
        missing = "no_bom" if "manufacture" in actions else "no_vendor" if "buy" in actions else "no_source"
        return Source("stock", missing=missing)

    def _rules(self, product, warehouse):
        """Rules that would bring more of it, those of the product's own routes first."""
        own = self._own_routes(product)
        routes = own | warehouse.route_ids
        rules = self.rules.filtered(
            lambda rule: rule.route_id in routes and (not rule.warehouse_id or rule.warehouse_id == warehouse)
        )
        return rules.sorted(lambda rule: rule.route_id not in own)

    def _own_routes(self, product):
        return product.route_ids | product.categ_id.total_route_ids

    def _vendor(self, product):
        """The price list entry of the vendor that would be asked first."""
        sellers = self.sellers.get(product.product_tmpl_id, self.env["product.supplierinfo"])
        return sellers.filtered(lambda seller: seller.product_id.id in (False, product.id))[:1]

    def _bought(self, bom, product, warehouse, vendor, delay=0):
        days = vendor.delay + self.company.days_to_purchase + delay + sum(warehouse.reception_route_id.rule_ids.mapped("delay"))
        if bom.type == "subcontract":
            source = self._made("subcontract", bom, product, warehouse)
            return Source("subcontract", vendor.id, round(days * DAY), (), source.components, source.missing)
        return Source("buy", vendor.id, round(days * DAY))

    def _made(self, kind, bom, product, warehouse, delay=0):
        """The recipe of a product: components and operations, those of kits within included."""
        per = self._convert(bom.product_qty, bom.product_uom_id, product.uom_id)
        if not per:
            return Source(kind, bom.id, missing="no_unit")
        components, operations, previous = [], [], None
        try:
            parts = list(self._parts(bom, product, warehouse, 1 / per, (product,)))
        except _Cycle:
            return Source(kind, bom.id, missing="cycle")
        for part_bom, part_product, factor, lines in parts:
            for line in lines:
                quantity = self._convert(line.product_qty, line.product_uom_id, line.product_id.uom_id)
                if quantity is None:
                    return Source(kind, line.bom_id.id, missing="no_unit")
                components.append(
                    Component(
                        (line.product_id.id, warehouse.id),
                        quantity * factor,
                        line.operation_id.id or None,
                        line.product_id.uom_id.rounding,
                    )
                )
            if kind != "make":
                continue
            for operation in self.operations[part_bom].sorted(lambda operation: (operation.sequence, operation.id)):
                if operation._skip_operation_line(part_product):
                    continue
                if bom.allow_operation_dependencies:
                    after = tuple(operation.blocked_by_operation_ids.ids)
                else:
                    after = (previous,) if previous else ()
                operations.append(Operation(operation.id, self._options(operation, part_bom, part_product, factor), after))
                previous = operation.id
        lead = round((bom.produce_delay + delay) * DAY)
        missing = "no_routing" if kind == "make" and not operations and not bom.produce_delay else None
        to_order = warehouse.mto_pull_id.route_id in self._own_routes(product)
        return Source(kind, bom.id, lead, tuple(operations), tuple(components), missing, not to_order)

    def _parts(self, bom, product, warehouse, factor, path):
        """The bill of materials and those of the kits in it: ``(bom, product, batches for one unit, lines)``."""
        kits, lines = [], []
        for line in self.lines[bom]:
            if line._skip_bom_line(product):
                continue
            inner = self.boms[warehouse].get(line.product_id)
            (kits if inner and inner.type == "phantom" else lines).append((line, inner))
        yield bom, product, factor, [line for line, _inner in lines]
        for line, inner in kits:
            if line.product_id in path:
                raise _Cycle
            per = self._convert(inner.product_qty, inner.product_uom_id, line.product_uom_id)
            if per:
                batches = factor * line.product_qty / per
                yield from self._parts(inner, line.product_id, warehouse, batches, (*path, line.product_id))

    def _options(self, operation, bom, product, factor):
        """The work centre of an operation, and its alternatives."""
        minutes = self.cycles[operation.id]
        return tuple(
            self._option(centre, operation, bom, product, factor, minutes)
            for centre in operation.workcenter_id | operation.workcenter_id.alternative_workcenter_ids
            if centre.active
        )

    def _option(self, centre, operation, bom, product, factor, minutes):
        capacity, setup, cleanup = centre._get_capacity(product, bom.product_uom_id, bom.product_qty or 1)
        return Option(
            centre.id,
            round(60 * (setup + cleanup)),
            60 * minutes * 100 / (centre.time_efficiency or 100),
            capacity / (factor * bom.product_qty) if factor and bom.product_qty else 1.0,
            self.crews.crew(centre, operation),
        )

    def _convert(self, quantity, unit, other):
        """A quantity in another unit; None where the two have nothing in common."""
        if unit != other and not unit._has_common_reference(other):
            return None
        return unit._compute_quantity(quantity, other, round=False)

    def _read_cycles(self, operations):
        """Minutes of a cycle by operation id: as typed, or from the last work orders as Odoo reckons it."""
        minutes = {operation.id: operation.time_cycle_manual for operation in operations}
        measured = operations.filtered(lambda operation: operation.time_mode == "auto")
        if not measured:
            return minutes
        self.env["mrp.workorder"].flush_model(["operation_id", "state", "qty_produced", "duration", "date_finished"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT operation.id, last.id FROM mrp_routing_workcenter operation, LATERAL (
                    SELECT id FROM mrp_workorder
                    WHERE operation_id = operation.id AND state = 'done' AND qty_produced > 0
                    ORDER BY date_finished DESC, id DESC LIMIT operation.time_mode_batch
                ) last WHERE operation.id = ANY(%s)
                """,
                measured.ids,
            )
        )
        orders = self.env["mrp.workorder"].browse(order for _operation, order in rows)
        by_operation = defaultdict(list)
        for (operation, _id), order in zip(rows, orders, strict=True):
            by_operation[operation].append(order)
        for operation in measured:
            cycles = duration = 0.0
            for order in by_operation[operation.id]:
                capacity, _setup, _cleanup = order.workcenter_id._get_capacity(
                    order.product_id, order.product_uom_id, operation.bom_id.product_qty or 1
                )
                duration += order.duration
                cycles += -(-order.qty_produced // capacity)
            if cycles:
                minutes[operation.id] = duration / cycles
        return minutes


class _Cycle(Exception):
    """A kit contains itself."""
