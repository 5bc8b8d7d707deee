from . import test_feasibility_tools
