from . import test_duty_deadlines
