from . import test_service_aftersales_access
