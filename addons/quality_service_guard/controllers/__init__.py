from . import feasibility, inspection, order_review
