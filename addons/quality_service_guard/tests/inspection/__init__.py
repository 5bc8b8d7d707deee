from . import (
    test_control_point,
    test_hold_lot,
    test_hold_move,
    test_hold_numbers,
    test_hold_reserve,
    test_inspection_import,
    test_inspection_spec,
)
