from . import gate, duty, approval, order_review, feasibility, inspection, settings  # each builds on those before it
