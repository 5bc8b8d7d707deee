from . import test_inspection
from . import test_control_point, test_inspection_import, test_inspection_spec
from . import test_concession, test_decision, test_disposition, test_disposition_portal
