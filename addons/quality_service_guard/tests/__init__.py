from . import test_click_menus, test_tools, test_translations, test_ux_bar
from .abuse import *
from .approval import *
from .duty import *
from .feasibility import *
from .gate import *
from .inspection import *
from .order_review import *
