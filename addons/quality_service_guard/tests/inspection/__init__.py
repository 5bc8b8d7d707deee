from . import test_inspection
from . import test_control_point, test_inspection_import, test_inspection_spec
from . import test_inspection_plan, test_inspection_resubmission, test_sampling_state
