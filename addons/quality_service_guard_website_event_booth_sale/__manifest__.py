{
    "name": "Quality Service Guard - Event Booths",
    "summary": "Who books a free booth whose order waits for its review is told so, not that it is confirmed",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Quality",
    "author": "Product Service Assurance contributors",
    "license": "LGPL-3",
    "depends": ["quality_service_guard_website_sale", "website_event_booth_sale"],
    "data": ["views/templates.xml"],
    "auto_install": True,
}
