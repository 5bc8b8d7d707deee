{
    "name": "Quality Service Guard - Point of Sale",
    "summary": "A sales order settled at the counter waits for its review instead of stopping the till",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Quality",
    "author": "Product Service Assurance contributors",
    "license": "LGPL-3",
    "depends": ["quality_service_guard", "pos_sale"],
    "auto_install": True,
}
