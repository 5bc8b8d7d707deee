from . import guard_toy_box
from . import guard_toy
from . import guard_toy_line
