from . import maintenance_equipment
from . import guard_inspection_spec
from . import guard_inspection_characteristic
from . import guard_control_point
from . import guard_control_point_preview
