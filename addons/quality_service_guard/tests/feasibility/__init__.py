from . import (
    test_feasibility,
    test_feasibility_consent,
    test_feasibility_queries,
    test_feasibility_race,
    test_feasibility_reservation,
    test_feasibility_sources,
    test_feasibility_tools,
    test_feasibility_use,
    test_feasibility_what_if,
)
