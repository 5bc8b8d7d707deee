from . import test_inspection, test_inspection_entry, test_inspection_entry_browser
from . import test_control_point, test_inspection_import, test_inspection_spec
