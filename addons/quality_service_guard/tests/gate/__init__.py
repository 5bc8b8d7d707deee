from . import test_gate_cache, test_gate_clause, test_gate_deviation
