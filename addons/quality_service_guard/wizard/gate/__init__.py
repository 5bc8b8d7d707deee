from . import guard_policy_wizard
