{
    "name": "Quality Service Guard - Website Shop",
    "summary": "Orders of the shop, of free events and booths wait for their review, and the visitor is told so",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Quality",
    "author": "Product Service Assurance contributors",
    "license": "LGPL-3",
    "depends": ["quality_service_guard", "website_sale"],
    "data": ["views/templates.xml"],
    "auto_install": True,
}
