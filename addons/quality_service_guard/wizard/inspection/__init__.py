from . import guard_inspection_decide
from . import guard_inspection_decide_line
from . import guard_inspection_sort
