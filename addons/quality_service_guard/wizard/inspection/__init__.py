from . import guard_reading_import, guard_gauge_bad
