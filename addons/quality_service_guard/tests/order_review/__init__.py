from . import (
    test_order_review_browser,
    test_order_review_change,
    test_order_review_flow,
    test_order_review_gate,
    test_order_review_life,
    test_order_review_payment,
    test_order_review_portal,
    test_order_review_report,
    test_order_review_use,
)
