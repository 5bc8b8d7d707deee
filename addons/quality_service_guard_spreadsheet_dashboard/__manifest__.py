{
    "name": "Assurance Dashboard",
    "summary": "What waits, where and since when, on the dashboards",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Quality",
    "author": "Product Service Assurance contributors",
    "license": "LGPL-3",
    "depends": ["quality_service_guard", "spreadsheet_dashboard"],
    "data": ["data/dashboards.xml"],
    "auto_install": True,
}
