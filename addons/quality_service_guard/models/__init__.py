from . import gate, duty, approval, order_review, feasibility, settings  # each builds on those before it
