from . import readings
from . import certificate
from . import portal
