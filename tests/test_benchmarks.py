"""The figures of the benchmark: what counts as kept, and that a figure which falls short is said aloud."""

from benchmarks.figures import HEAD, AtMost, Extra, Ratio, Row, Sample, Told, line, rows, skipped, table


def samples(*seconds, queries=100):
    return [Sample(second, queries) for second in seconds]


def test_median_is_compared_and_not_the_worst_run():
    time, queries = rows("confirm", samples(1, 1.05, 9), samples(1, 1, 1), Ratio(1.10), Extra(0))
    assert (time.ratio, time.verdict) == ("1.050", "ok")
    assert (queries.ratio, queries.verdict) == ("1.000", "ok")


def test_figure_beyond_its_target_falls_short():
    time, queries = rows("confirm", samples(2, queries=113), samples(1), Ratio(1.10), Extra(12))
    assert (time.verdict, queries.verdict) == ("SHORT", "SHORT")
    assert "SHORT" in line(time)


def test_figure_without_target_has_no_verdict():
    time, _queries = rows("confirm", samples(2), samples(1), Told(), Told())
    assert time.verdict == "–"


def test_absolute_target_doesnt_ask_for_the_reference():
    time, queries = rows("reckon", samples(0.25, queries=61), samples(9), AtMost(300), AtMost(60))
    assert (time.verdict, queries.verdict) == ("ok", "SHORT")
    assert time.target == "≤ 300"


def test_cost_is_shared_among_the_sign_offs():
    _time, queries = rows("approve", samples(8, queries=8000), samples(8, queries=9600), Ratio(1), Ratio(1), per=800)
    assert (queries.ours, queries.reference) == ("10.0", "12.0")


def test_table_has_a_line_a_figure():
    lines = table([skipped("ladder", "there is none"), Row(*"abcdef")]).splitlines()
    assert lines[0] == "| figure | ours | reference | ratio | target |  |"
    assert len(lines) == 4 and lines[2].endswith("| skipped: there is none |")
    assert HEAD.name in line(HEAD)
