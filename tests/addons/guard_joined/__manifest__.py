{
    "name": "Guard Joined",
    "summary": "What apps that need no bridge of ours do to an order that waits for its review",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Product Service Assurance contributors",
    "license": "LGPL-3",
    "depends": ["quality_service_guard", "base_automation"],
}
