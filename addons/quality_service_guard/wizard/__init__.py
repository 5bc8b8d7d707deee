from . import gate, approval, feasibility
