from . import test_order_review_browser, test_order_review_flow, test_order_review_gate
