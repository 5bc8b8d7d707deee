from . import certificate
from . import portal
