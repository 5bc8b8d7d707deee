from . import test_tools, test_translations
from .abuse import *
from .approval import *
from .duty import *
from .gate import *
from .order_review import *
