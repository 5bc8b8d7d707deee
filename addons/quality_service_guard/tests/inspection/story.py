from odoo.fields import Command


def make_inspection_story(case):
    """One record of everything that inspecting makes, on a test class with the people of ``OrderReviewCommon``.

    :return: the dialogs that quality is filling in
    """
    env, quality = case.env, case.quality
    env.ref("quality_service_guard.clause_2_2_3").in_force = True
    product = env["product.product"].create(
        {"name": "Story Steel", "type": "consu", "is_storable": True, "tracking": "lot"}
    )
    gauge = env["maintenance.equipment"].create({"name": "Story Caliper", "guard_calibrated_until": "2098-12-31"})
    lines = [
        {"name": "No cracks", "grade": "B"},
        {"name": "Diameter", "grade": "B", "kind": "measured", "lower_limit": 1, "upper_limit": 2, "gauge_id": gauge.id},
    ]
    spec = env["guard.inspection.spec"].create(
        {
            "name": "Story Steel",
            "product_tmpl_id": product.product_tmpl_id.id,
            "characteristic_ids": [Command.create(line) for line in lines],
        }
    )
    spec.action_put_in_force()
    env["guard.control.point"].create(
        {
            "name": "Story",
            "occasion": "receipt",
            "product_tmpl_id": product.product_tmpl_id.id,
            "frequency": "aql",
            "level": "S-2",
            "aql_b": "2.5",
            "hold": "quarantine",
        }
    )
    refused = {"verdict": "rejected", "quantity": 10, "reason": "Cracks"}
    sorted_out = {"verdict": "to_sort", "quantity": 4, "reason": "Cracks"}
    for number, part in enumerate((refused, refused, sorted_out)):  # two refused lots make the third a tightened one
        inspection = _receive(env, product, f"STORY-{number}").with_user(quality)
        inspection.action_start()
        inspection.enter_readings(
            [
                {"id": reading.id, "text": "no" if reading.kind == "attribute" else "1.5", "seen": False}
                for reading in inspection.reading_ids
            ]
        )
        inspection._judge()
        inspection._decide({inspection: [part]})
    return _make_what_follows(env, quality, inspection, gauge)


def _receive(env, product, name):
    """A receipt of ten of one lot, booked into quarantine; its inspection."""
    kind = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1).in_type_id
    places = {
        "location_id": env.ref("stock.stock_location_suppliers").id,
        "location_dest_id": kind.default_location_dest_id.id,
    }
    receipt = env["stock.picking"].create(
        {
            "picking_type_id": kind.id,
            **places,
            "move_ids": [Command.create({"product_id": product.id, "product_uom_qty": 10, **places})],
        }
    )
    receipt.action_confirm()
    receipt.move_ids.move_line_ids.lot_id = env["stock.lot"].create(
        {"name": name, "product_id": product.id, "company_id": env.company.id}
    )
    receipt.move_ids.picked = True
    receipt.button_validate()
    return env["guard.inspection"].search([("picking_id", "=", receipt.id)])


def _make_what_follows(env, quality, inspection, gauge):
    """Dispositions, concessions, severities, dialogs; each as quality begins it."""
    failed = env["guard.inspection"].search([("state", "=", "failed")], limit=1)
    about = {"inspection_id": failed.id, "quantity": 1, "reason": "Cracks"}
    env["guard.disposition"].with_user(quality).create({**about, "kind": "scrap"})
    env["guard.concession"].with_user(quality).create({**about, "use": "Fans"})
    states = env["guard.sampling.state"].search([])
    states.with_user(quality)._notice("irregular", "The furnace was down")
    forms = [
        env[model].with_user(quality).create(values)
        for model, values in {
            "guard.sampling.decide": {"state_ids": [Command.set(states.ids)], "kind": "irregular", "reason": "Furnace"},
            "guard.inspection.decide": {"inspection_id": inspection.id, "line_ids": [Command.create({"quantity": 1})]},
            "guard.inspection.sort": {"tranche_id": inspection.tranche_ids.id, "good": 1},
            "guard.lot.hold": {"lot_ids": [Command.set(inspection.lot_ids.ids)], "reason": "Cracks"},
            "guard.reading.import": {"inspection_id": inspection.id},
            "guard.gauge.bad": {"equipment_id": gauge.id, "since": "2026-01-01", "reason": "Bent"},
            "guard.inspection.preview": {"name": "WH/IN/1", "line_ids": [Command.create({"quantity": 1})]},
        }.items()
    ]
    env["purchase.order"].create({"partner_id": env.company.partner_id.id})
    env["mrp.workorder"].create(
        {
            "name": "Turn",
            "production_id": env["mrp.production"].create({"product_id": inspection.product_id.id, "product_qty": 1}).id,
            "workcenter_id": env["mrp.workcenter"].create({"name": "Lathe"}).id,
        }
    )
    return [line for form in forms for line in (form, form["line_ids"] if "line_ids" in form else ()) if line]
