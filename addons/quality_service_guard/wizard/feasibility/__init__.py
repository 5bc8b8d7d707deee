from . import guard_feasibility_what_if
from . import guard_feasibility_what_if_line
