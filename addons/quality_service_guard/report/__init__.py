from . import order_review
