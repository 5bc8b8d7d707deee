from . import test_duty_deadlines, test_duty_delegation, test_duty_ladder
