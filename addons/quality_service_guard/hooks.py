def uninstall_hook(env):
    """Leave nothing behind that would ask duties of people: our activities and settings go with us."""
    env.cr.execute("DELETE FROM mail_activity WHERE guard_clause_id IS NOT NULL")
    env["ir.config_parameter"].search([("key", "=like", "quality_service_guard.%")]).unlink()
    env.cr.execute("DROP FUNCTION IF EXISTS guard_approval_decision_append_only() CASCADE")
