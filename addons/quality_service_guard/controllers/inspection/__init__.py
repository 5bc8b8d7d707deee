from . import readings
from . import certificate
