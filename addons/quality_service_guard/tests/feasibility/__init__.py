from . import test_feasibility
