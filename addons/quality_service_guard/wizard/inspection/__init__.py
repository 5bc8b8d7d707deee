from . import guard_inspection_decide
from . import guard_inspection_decide_line
from . import guard_inspection_sort
from . import guard_inspection_preview, guard_lot_hold
from . import guard_sampling_decide
