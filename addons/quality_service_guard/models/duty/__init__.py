from . import resource_calendar
from . import guard_duty_mixin
from . import mail_activity
