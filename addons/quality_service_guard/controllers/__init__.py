from . import feasibility, order_review
