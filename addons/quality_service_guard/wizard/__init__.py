from . import gate, approval, feasibility, inspection
