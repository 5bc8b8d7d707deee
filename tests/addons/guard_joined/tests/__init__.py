from . import test_joined_automation
