from . import resource_calendar
from . import res_company
from . import res_groups
from . import res_users
from . import guard_delegation
from . import guard_duty_mixin
from . import guard_asked_mixin
from . import mail_activity
