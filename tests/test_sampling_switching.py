"""How severely the next lot is inspected (ISO 2859-1, 9; GB/T 2828.1, 9); plain Python, no Odoo."""

import doctest
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_tools import tools

sampling, switching = tools("sampling"), tools("switching")
Lot, Notice, Switch, follow = switching.Lot, switching.Notice, switching.Switch, switching.follow

RULES = switching.standard_rules()
WITH_REDUCED = switching.standard_rules(unchecked=True)
APPROVED, IRREGULAR, ORDERED, RESUMED = map(Notice, ("approved", "irregular", "ordered", "resumed"))
serious = settings(max_examples=300, deadline=None, derandomize=True, database=None)


def lots(results, first=1, **values):
    """Lots 1, 2, 3 and so on: ``+`` accepted, ``-`` refused, ``p`` and ``m`` the same but resubmitted."""
    return [
        Lot(number, result in "+p", resubmitted=result in "pm", **values)
        for number, result in enumerate(results, first)
    ]


def good(count, acceptance=0, tighter=None, first=1):
    return [Lot(number, True, acceptance, tighter) for number in range(first, first + count)]


def test_figures_are_those_of_the_standard_and_there_is_no_reduced_inspection_unasked():
    assert RULES == switching.Rules(2, 5, 5, 5, 30, 3, 2, reduced=False)
    assert WITH_REDUCED == replace(RULES, reduced=True)


def test_inspection_begins_with_normal():
    found = follow([])
    assert (found.severity, found.switches, found.score) == ("normal", [], None)


# Normal to tightened


@pytest.mark.parametrize(
    ("results", "causes"),
    [("--", (1, 2)), ("-+-", (1, 3)), ("-+++-", (1, 5)), ("++++-++-", (5, 8)), ("-++++-+++-", (6, 10))],
)
def test_two_refused_of_five_or_fewer_lots_in_a_row_tighten_and_are_named(results, causes):
    found = follow(lots(results))
    assert found.severity == "tightened"
    assert found.switches == [Switch("normal", "tightened", "rejected", causes)]


@pytest.mark.parametrize("results", ["-", "-++++-", "-++++-++++-", "+++++"])
def test_two_refused_lots_with_four_accepted_between_them_do_not_tighten(results):
    assert follow(lots(results)).severity == "normal"


def test_tightens_at_once_and_not_only_when_five_lots_are_there():
    assert [follow(lots("-+-")[:count]).severity for count in (1, 2, 3)] == ["normal", "normal", "tightened"]


def test_one_refused_lot_is_told_as_standing_in_the_window():
    assert follow(lots("+-+")).rejected == [2]
    assert follow(lots("-+++++")).rejected == [], "it has left the last five"


# Resubmitted lots


@pytest.mark.parametrize("results", ["-m", "-mmmm", "-pm+", "m-m", "mm"])
def test_lot_refused_again_after_being_resubmitted_does_not_tighten(results):
    assert follow(lots(results)).severity == "normal"


def test_resubmitted_lots_do_not_push_a_refused_lot_out_of_the_last_five():
    assert follow(lots("-pppp-")).switches == [Switch("normal", "tightened", "rejected", (1, 6))]


def test_accepted_resubmitted_lots_do_not_lead_back_to_normal():
    assert follow(lots("--++++p")).severity == "tightened"
    assert follow(lots("--++++p+")).severity == "normal"


def test_refused_resubmitted_lot_does_not_interrupt_five_accepted_ones():
    assert follow(lots("--++m+++")).severity == "normal"


def test_refused_resubmitted_lots_do_not_discontinue():
    assert follow(lots("--" + "-mm" * 4)).severity == "tightened"


def test_resubmitted_lots_neither_raise_nor_reset_the_score():
    again = [Lot("again", accepted, 0, resubmitted=True) for accepted in (True, False)]
    assert follow([*good(3), *again], WITH_REDUCED).score == 6


def test_resubmitted_lot_refused_under_reduced_inspection_changes_nothing():
    history = [*good(15), APPROVED, Lot("again", False, 0, resubmitted=True)]
    assert follow(history, WITH_REDUCED).severity == "reduced"


def test_lots_that_counted_for_nothing_are_told():
    assert follow(lots("-m+p")).ignored == [2, 4]


# Tightened to normal


def test_five_accepted_lots_in_a_row_lead_back_to_normal_and_are_named():
    found = follow(lots("--+++++"))
    assert found.switches[1:] == [Switch("tightened", "normal", "accepted", (3, 4, 5, 6, 7))]


@pytest.mark.parametrize("results", ["--++++", "--++++-+", "--++++-++++"])
def test_five_accepted_lots_that_are_not_in_a_row_do_not(results):
    assert follow(lots(results)).severity == "tightened"


def test_lots_accepted_before_the_switch_do_not_count_after_it():
    assert follow(lots("+++--+++")).severity == "tightened"


def test_refused_lot_from_before_tightened_inspection_is_not_held_against_normal_afterwards():
    assert follow(lots("--+++++-")).severity == "normal"
    assert follow(lots("--+++++--")).severity == "tightened"


# Discontinued


def test_five_refused_lots_in_all_while_tightened_discontinue_and_are_named():
    found = follow(lots("--" + "-+-++-+++-++++-"))
    assert found.severity == "discontinued"
    assert found.switches[-1] == Switch("tightened", "discontinued", "discontinued", (3, 5, 8, 12, 17))


def test_the_two_lots_that_tightened_are_not_among_the_five():
    assert follow(lots("--" + "----")).severity == "tightened"
    assert follow(lots("--" + "-----")).severity == "discontinued"


def test_ten_lots_is_an_older_rule():
    assert RULES.discontinued_at == 5


def test_refused_lots_are_cumulated_anew_after_normal_inspection():
    found = follow(lots("--" + "----" + "+++++" + "--" + "----"))
    assert found.severity == "tightened" and found.rejected == [14, 15, 16, 17]


def test_lots_that_come_while_discontinued_count_for_nothing():
    found = follow(lots("--" + "-----" + "+++++"))
    assert found.severity == "discontinued" and found.ignored == [8, 9, 10, 11, 12]


def test_resumed_inspection_is_tightened_and_begins_anew():
    stopped = lots("--" + "-----")
    found = follow([*stopped, RESUMED, *lots("----", first=8)])
    assert (found.severity, found.rejected) == ("tightened", [8, 9, 10, 11])
    assert found.switches[-1] == Switch("discontinued", "tightened", "resumed", ())
    assert follow([*stopped, RESUMED, *lots("+++++", first=8)]).severity == "normal"


def test_nothing_can_be_resumed_that_has_not_been_discontinued():
    for results in ("", "--"):
        assert follow([*lots(results), RESUMED]).switches == follow(lots(results)).switches


# The score and reduced inspection


def test_score_rises_by_two_where_the_acceptance_number_is_nought_or_one():
    assert follow(good(4, 0), WITH_REDUCED).score == 8
    assert follow(good(4, 1, tighter=False), WITH_REDUCED).score == 8, "the step tighter is not asked about"


def test_score_rises_by_three_where_the_lot_would_pass_one_step_tighter():
    assert follow(good(4, 2, tighter=True), WITH_REDUCED).score == 12


def test_lot_accepted_that_would_not_pass_one_step_tighter_sets_the_score_to_nought():
    history = [*good(4, 2, tighter=True), Lot(5, True, 2, tighter=False)]
    assert follow(history, WITH_REDUCED).score == 0
    assert follow([*history, *good(1, 5, tighter=True, first=6)], WITH_REDUCED).scored == [6]


def test_refused_lot_sets_the_score_to_nought():
    for acceptance in (0, 1, 2):
        assert follow([*good(4), Lot(5, False, acceptance, tighter=False)], WITH_REDUCED).score == 0


@pytest.mark.parametrize(
    ("acceptance", "tighter", "needed"), [(0, None, 15), (1, None, 15), (2, True, 10), (21, True, 10)]
)
def test_reduced_after_ten_or_fifteen_lots_at_the_soonest(acceptance, tighter, needed):
    assert follow([APPROVED, *good(needed - 1, acceptance, tighter)], WITH_REDUCED).severity == "normal"
    found = follow([APPROVED, *good(needed, acceptance, tighter)], WITH_REDUCED)
    assert found.switches == [Switch("normal", "reduced", "score", tuple(range(1, needed + 1)))]


def test_score_alone_does_not_reduce():
    found = follow(good(20), WITH_REDUCED)
    assert (found.severity, found.score) == ("normal", 40)


def test_approval_after_the_score_reduces_at_once():
    assert follow([*good(20), APPROVED], WITH_REDUCED).severity == "reduced"


def test_production_that_is_not_steady_takes_the_approval_away():
    found = follow([APPROVED, *good(14), IRREGULAR, *good(3, first=15)], WITH_REDUCED)
    assert (found.severity, found.score, found.approved) == ("normal", 34, False)


def test_score_begins_anew_with_normal_inspection():
    found = follow([*good(10), *[Lot(number, False, 0) for number in (11, 12)], *good(5, first=13)], WITH_REDUCED)
    assert (found.severity, found.score) == ("normal", 0)


def test_there_is_no_score_outside_normal_inspection():
    assert follow([*good(1), *[Lot(number, False, 0) for number in (2, 3)]], WITH_REDUCED).score is None
    assert follow([APPROVED, *good(15)], WITH_REDUCED).score is None


def test_score_is_unknown_and_not_nought_where_reduced_inspection_is_off():
    found = follow([APPROVED, *good(40), APPROVED])
    assert (found.severity, found.score, found.approved) == ("normal", None, False)


def test_score_that_cannot_be_reckoned_is_an_error():
    with pytest.raises(ValueError, match="the score asks for Ac"):
        follow([Lot("A", True)], WITH_REDUCED)
    with pytest.raises(ValueError, match="step tighter"):
        follow([Lot("A", True, 2)], WITH_REDUCED)


def test_one_refused_lot_ends_reduced_inspection_and_is_named():
    found = follow([APPROVED, *good(15), *good(2, first=16), Lot(18, False, 0)], WITH_REDUCED)
    assert found.switches[-1] == Switch("reduced", "normal", "rejected_reduced", (18,))
    assert (found.score, found.approved, found.rejected) == (0, False, [])


@pytest.mark.parametrize("notice", [IRREGULAR, ORDERED])
def test_reduced_inspection_ends_when_production_is_not_steady_or_it_is_ordered(notice):
    found = follow([APPROVED, *good(15), notice, *good(15, first=16)], WITH_REDUCED)
    assert found.switches[-1] == Switch("reduced", "normal", notice.kind, ())
    assert (found.severity, found.score) == ("normal", 30), "approval has to be given anew"


def test_lot_refused_under_reduced_inspection_is_not_one_of_two_under_normal():
    history = [APPROVED, *good(15), Lot(16, False, 0), Lot(17, False, 0)]
    assert follow(history, WITH_REDUCED).severity == "normal"


def test_there_is_no_other_notice():
    with pytest.raises(ValueError, match="no notice"):
        Notice("steady")


# Lots by their plans


def test_lot_is_judged_by_its_plan():
    found = sampling.plan(1000, "II", 2.5)
    assert found.tighter == 3
    judged = [Lot.judged("A", found, nonconforming) for nonconforming in (3, 4, 5, 6)]
    assert [(lot.accepted, lot.tighter) for lot in judged] == [
        (True, True),
        (True, False),
        (True, False),
        (False, False),
    ]
    assert {(lot.acceptance, lot.severity) for lot in judged} == {(5, "normal")}


def test_lot_that_was_not_inspected_is_no_accepted_lot():
    with pytest.raises(ValueError, match="not inspected"):
        Lot.judged("A", sampling.plan(1000, "II", 2.5), None)
    with pytest.raises(ValueError, match="fewer than none"):
        Lot.judged("A", sampling.plan(1000, "II", 2.5), -1)


def test_lot_begun_before_a_switch_does_not_count_after_it():
    begun = Lot("begun", False, severity="normal")
    found = follow([*lots("--"), begun])
    assert (found.rejected, found.ignored) == ([], ["begun"])


def test_step_tighter_compares_with_the_sample_that_was_drawn():
    """Letter N at AQL 6.5 leads to L; at 4.0 it would lead to M, of which nothing was drawn."""
    found = sampling.plan(100_000, "II", 6.5)
    assert (found.letter, found.used, found.acceptance, found.tighter) == ("N", "L", 21, 14)


# What must hold of any history

fates = st.builds(
    Lot,
    st.none(),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([0, 1, 2, 5]),
    st.sampled_from([True, True, True, False]),
)
notices = st.sampled_from([APPROVED, APPROVED, IRREGULAR, ORDERED, RESUMED])
runs = st.tuples(fates, st.integers(1, 16), st.lists(notices, max_size=1))  # as in life: long stretches alike
events = st.lists(runs, max_size=12).map(
    lambda found: [
        replace(one, key=place) if isinstance(one, Lot) else one
        for place, one in enumerate(event for lot, count, said in found for event in (*[lot] * count, *said))
    ]
)
rules = st.sampled_from([RULES, WITH_REDUCED])


def told(standing):
    return (
        standing.severity,
        standing.score,
        standing.approved,
        standing.switches,
        standing.rejected,
        standing.accepted,
        standing.scored,
    )


@serious
@given(events, rules, st.data())
def test_resubmitted_lots_are_never_counted_wherever_they_come(history, figures, data):
    more = list(history)
    for number in range(data.draw(st.integers(1, 5))):
        again = Lot(
            f"again {number}", data.draw(st.booleans()), data.draw(st.sampled_from([0, 2, None])), resubmitted=True
        )
        more.insert(data.draw(st.integers(0, len(more))), again)
    assert told(follow(more, figures)) == told(follow(history, figures))


@serious
@given(events, rules)
def test_every_switch_follows_from_the_one_before_and_names_lots_that_came_after_it(history, figures):
    severity, last = "normal", -1
    for switch in follow(history, figures).switches:
        assert switch.before == severity != switch.after
        severity = switch.after
        assert list(switch.lots) == sorted(set(switch.lots)) and all(key > last for key in switch.lots)
        last = max(switch.lots, default=last)
        assert bool(switch.lots) == (switch.reason not in ("irregular", "ordered", "resumed"))


@serious
@given(events, rules)
def test_history_is_followed_the_same_in_one_go_and_lot_by_lot(history, figures):
    standing = switching.Standing(figures)
    for place, event in enumerate(history):
        standing.take(event)
        assert told(standing) == told(follow(history[: place + 1], figures))


@serious
@given(st.lists(st.booleans(), max_size=30))
def test_first_tightening_is_where_some_five_lots_in_a_row_hold_two_refused(results):
    expected = None
    for end in range(1, len(results) + 1):
        if results[max(0, end - 5) : end].count(False) >= 2:
            expected = end
            break
    switches = follow([Lot(number, accepted) for number, accepted in enumerate(results, 1)]).switches
    assert (switches[0].lots[-1] if switches else None) == expected


@serious
@given(events)
def test_nothing_is_ever_reduced_where_reduced_inspection_is_off(history):
    assert all(switch.after != "reduced" for switch in follow(history, RULES).switches)


def test_examples_in_the_docstrings():
    failed, attempted = doctest.testmod(switching)
    assert attempted and not failed
