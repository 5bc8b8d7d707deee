from . import test_abuse_access, test_abuse_context, test_abuse_rpc
