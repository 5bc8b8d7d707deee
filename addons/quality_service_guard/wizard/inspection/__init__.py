from . import guard_gauge_bad, guard_inspection_preview, guard_lot_hold, guard_reading_import
from . import guard_sampling_decide
from . import guard_inspection_decide
from . import guard_inspection_decide_line
from . import guard_inspection_sort
