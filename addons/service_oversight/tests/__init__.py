from . import test_service_oversight_access
