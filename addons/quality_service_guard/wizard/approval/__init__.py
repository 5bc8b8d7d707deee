from . import guard_approval_approve_if
from . import guard_approval_reject
