from . import guard_inspection_preview, guard_lot_hold
from . import guard_sampling_decide
