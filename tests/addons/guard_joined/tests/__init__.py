from . import test_joined_automation, test_joined_project
