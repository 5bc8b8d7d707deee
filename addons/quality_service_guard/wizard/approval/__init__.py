from . import guard_approval_reject
