from . import guard_order_review_report
