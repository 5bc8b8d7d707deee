def uninstall_hook(env):
    """Leave nothing behind that would ask duties of people: our activities and settings go with us."""
    env.cr.execute("DELETE FROM mail_activity WHERE guard_clause_id IS NOT NULL")
    env["guard.capacity.reservation"].search([("state", "=", "active")])._release("released")
    env["ir.config_parameter"].search([("key", "=like", "quality_service_guard.%")]).unlink()
    # the groups go before the tables do, and rows that still name one would keep it
    env.cr.execute("UPDATE guard_approval_step SET group_id = NULL")
    env.cr.execute("UPDATE guard_approval_request_step SET group_id = NULL")
    env.cr.execute("DROP FUNCTION IF EXISTS guard_approval_decision_append_only() CASCADE")
