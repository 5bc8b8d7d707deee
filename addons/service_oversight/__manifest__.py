{
    "name": "Service Oversight",
    "summary": "The oversight application: its groups, its menu and the policy's chapter 5",
    "version": "19.0.1.0.0",
    "category": "Services",
    "author": "Product Service Assurance contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": ["service_aftersales"],
    "data": [
        "security/service_oversight_groups.xml",
        "views/guard_clause_views.xml",
        "views/res_config_settings_views.xml",
        "views/menus.xml",
    ],
}
