from . import guard_sealed_mixin
from . import guard_approval_ledger
from . import guard_approval_chain
from . import guard_approval_step
from . import guard_approval_request
from . import guard_approval_request_step
from . import guard_approval_decision
from . import guard_approval_mixin
