from . import (
    test_control_point,
    test_hold_move,
    test_inspection,
    test_inspection_import,
    test_inspection_paper,
    test_inspection_plan,
    test_inspection_properties,
    test_inspection_resubmission,
    test_inspection_spec,
    test_sampling_state,
)
from . import test_concession, test_decision, test_disposition, test_disposition_portal
