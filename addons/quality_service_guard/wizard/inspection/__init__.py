from . import guard_lot_hold
