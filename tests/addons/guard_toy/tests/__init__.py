from . import test_toy_gates, test_toy_permits, test_toy_refusals
