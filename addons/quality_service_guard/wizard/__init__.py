from . import gate, approval
