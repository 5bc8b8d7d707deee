"""How the runs of Odoo's own suites are compared."""

from workbench import stock_suites, suite_recorder

TEST = "sale/tests/test_sale.py::TestSale::test_total"


def outcome(word, why=""):
    return {TEST: {"outcome": word, "why": why}}


class Side:
    """Results that are known beforehand, and how a test ends when it is run alone."""

    def __init__(self, alone="failed"):
        self.alone = alone

    def again(self, names):
        return {name: {"outcome": self.alone} for name in names}


def compare(before, after, alone_without="passed", alone_with="failed"):
    without, with_ours = Side(alone_without), Side(alone_with)
    return stock_suites._compare("sale", without, with_ours, {without: {"sale": before}, with_ours: {"sale": after}})


def test_test_that_only_we_break_is_named():
    assert compare(outcome("passed"), outcome("failed")) == [TEST]


def test_test_that_vanishes_with_ours_is_broken_by_us():
    assert compare(outcome("passed"), {}) == [TEST]


def test_test_that_odoo_breaks_by_itself_is_not_ours():
    assert compare(outcome("failed"), outcome("failed")) == []


def test_unsteady_test_is_told_and_not_blamed_on_us(capsys):
    assert compare(outcome("passed"), outcome("failed"), alone_with="passed") == []
    assert "unsteady" in capsys.readouterr().out
    assert compare(outcome("passed"), outcome("failed"), alone_without="failed") == []


def test_test_that_fails_without_ours_only_is_told(capsys):
    assert compare(outcome("failed"), outcome("passed")) == []
    assert f"{TEST}: failed without, passed with" in capsys.readouterr().out


def explain(why, monkeypatch, tmp_path, alone="failed"):
    duties = tmp_path / "duties.txt"
    duties.write_text(r"stopped by: .*\(2\.1\.1\)  # no order without review" + "\n")
    monkeypatch.setattr(stock_suites, "DUTIES", duties)
    without, in_force = Side(), Side(alone)
    return stock_suites._explain(
        "sale", without, in_force, {without: {"sale": outcome("passed")}, in_force: {"sale": outcome("failed", why)}}
    )


def test_failure_by_a_gate_is_explained_by_its_reason(monkeypatch, tmp_path, capsys):
    assert explain("S1 is stopped by: Order Review (2.1.1)", monkeypatch, tmp_path) == []
    assert "1 × no order without review" in capsys.readouterr().out


def test_failure_that_no_reason_explains_is_one(monkeypatch, tmp_path):
    assert explain("ZeroDivisionError", monkeypatch, tmp_path) == [TEST]
    assert explain("ZeroDivisionError", monkeypatch, tmp_path, alone="passed") == []


def test_name_of_a_test_is_the_same_wherever_odoo_lies():
    for folder in (".workbench/odoo/usr/lib/python3/dist-packages/odoo/addons", "../checkout/addons"):
        assert suite_recorder.name_of(f"{folder}/{TEST}") == TEST
