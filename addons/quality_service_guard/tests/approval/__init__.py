from . import (
    test_approval_batch,
    test_approval_concurrency,
    test_approval_condition,
    test_approval_ledger,
    test_approval_request,
)
