from . import test_tools
from .gate import test_gate_clause, test_gate_deviation
from .approval import test_approval_request, test_approval_ledger, test_approval_concurrency
from .duty import test_duty_deadlines
from .order_review import test_order_review_gate, test_order_review_flow, test_order_review_browser
from . import test_translations
