from . import gate, duty, approval, order_review, settings  # each builds on those before it
