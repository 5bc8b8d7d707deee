from . import test_abuse_context
