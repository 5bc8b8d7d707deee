{
    "name": "Quality Service Guard - Projects",
    "summary": "Services added to a confirmed order begin when the change is approved, as its goods do",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Quality",
    "author": "Product Service Assurance contributors",
    "license": "LGPL-3",
    "depends": ["quality_service_guard", "sale_project"],
    "auto_install": True,
}
