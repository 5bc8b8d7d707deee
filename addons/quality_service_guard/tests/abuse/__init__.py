from . import (
    test_abuse_access,
    test_abuse_cases,
    test_abuse_context,
    test_abuse_duties,
    test_abuse_faults,
    test_abuse_http,
    test_abuse_portal,
    test_abuse_races,
    test_abuse_rpc,
    test_abuse_wizards,
)
