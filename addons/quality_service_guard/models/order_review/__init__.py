from . import guard_order_review
from . import guard_order_review_line
from . import guard_review_issue
from . import sale_order
from . import sale_order_line
from . import payment_transaction
from . import stock_move
