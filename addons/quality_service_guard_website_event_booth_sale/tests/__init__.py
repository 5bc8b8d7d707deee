from . import test_event_booth_hold, test_event_booth_translations
