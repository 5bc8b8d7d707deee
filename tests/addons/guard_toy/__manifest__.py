{
    "name": "Guard Toy",
    "summary": "Documents with gates that exist to be attacked by the tests",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Product Service Assurance contributors",
    "license": "LGPL-3",
    "depends": ["quality_service_guard"],
    "data": ["security/ir.model.access.csv", "data/guard_gate_data.xml"],
}
