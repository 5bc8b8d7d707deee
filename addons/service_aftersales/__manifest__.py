{
    "name": "Service After-Sales",
    "summary": "The after-sales application: its groups, its menu and the policy's chapter 4",
    "version": "19.0.1.0.0",
    "category": "Services",
    "author": "Product Service Assurance contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": ["quality_service_guard"],
    "data": [
        "security/service_aftersales_groups.xml",
        "views/guard_clause_views.xml",
        "views/res_config_settings_views.xml",
        "views/menus.xml",
    ],
}
