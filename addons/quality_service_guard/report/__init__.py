from . import inspection, order_review
