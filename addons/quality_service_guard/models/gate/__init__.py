from . import guard_clause
from . import guard_gate
from . import guard_deviation
from . import guard_gate_refusal
from . import guard_gate_mixin
