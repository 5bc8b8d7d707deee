"""Which plan a lot gets and which units are drawn (ISO 2859-1, GB/T 2828.1); plain Python, no Odoo."""

import doctest
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_tools import tools

sampling = tools("sampling")
plan, draw, table, SamplingError = sampling.plan, sampling.draw, sampling.table, sampling.SamplingError

LETTERS = "ABCDEFGHJKLMNPQR"
AQLS = (0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5)
AQLS += (10, 15, 25, 40, 65, 100, 150, 250, 400, 650, 1000)
SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
REDUCED_SIZES = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)
PLACES = [(letter, aql) for letter in LETTERS for aql in AQLS]

# The figures that were at hand before the tables were: n:Ac/Re with the arrows followed, AQL 0.65 to 6.5
NORMAL = """
A 20:0/1 13:0/1 8:0/1 5:0/1 3:0/1 2:0/1
B 20:0/1 13:0/1 8:0/1 5:0/1 3:0/1 2:0/1
C 20:0/1 13:0/1 8:0/1 5:0/1 3:0/1 8:1/2
D 20:0/1 13:0/1 8:0/1 5:0/1 13:1/2 8:1/2
E 20:0/1 13:0/1 8:0/1 20:1/2 13:1/2 13:2/3
F 20:0/1 13:0/1 32:1/2 20:1/2 20:2/3 20:3/4
G 20:0/1 50:1/2 32:1/2 32:2/3 32:3/4 32:5/6
H 80:1/2 50:1/2 50:2/3 50:3/4 50:5/6 50:7/8
J 80:1/2 80:2/3 80:3/4 80:5/6 80:7/8 80:10/11
K 125:2/3 125:3/4 125:5/6 125:7/8 125:10/11 125:14/15
L 200:3/4 200:5/6 200:7/8 200:10/11 200:14/15 200:21/22
M 315:5/6 315:7/8 315:10/11 315:14/15 315:21/22 200:21/22
N 500:7/8 500:10/11 500:14/15 500:21/22 315:21/22 200:21/22
P 800:10/11 800:14/15 800:21/22 500:21/22 315:21/22 200:21/22
Q 1250:14/15 1250:21/22 800:21/22 500:21/22 315:21/22 200:21/22
R 2000:21/22 1250:21/22 800:21/22 500:21/22 315:21/22 200:21/22
"""
TIGHTENED = """
A 32:0/1 20:0/1 13:0/1 8:0/1 5:0/1 3:0/1
B 32:0/1 20:0/1 13:0/1 8:0/1 5:0/1 3:0/1
C 32:0/1 20:0/1 13:0/1 8:0/1 5:0/1 13:1/2
D 32:0/1 20:0/1 13:0/1 8:0/1 20:1/2 13:1/2
E 32:0/1 20:0/1 13:0/1 32:1/2 20:1/2 13:1/2
F 32:0/1 20:0/1 50:1/2 32:1/2 20:1/2 20:2/3
G 32:0/1 80:1/2 50:1/2 32:1/2 32:2/3 32:3/4
H 125:1/2 80:1/2 50:1/2 50:2/3 50:3/4 50:5/6
J 125:1/2 80:1/2 80:2/3 80:3/4 80:5/6 80:8/9
K 125:1/2 125:2/3 125:3/4 125:5/6 125:8/9 125:12/13
L 200:2/3 200:3/4 200:5/6 200:8/9 200:12/13 200:18/19
M 315:3/4 315:5/6 315:8/9 315:12/13 315:18/19 200:18/19
N 500:5/6 500:8/9 500:12/13 500:18/19 315:18/19 200:18/19
P 800:8/9 800:12/13 800:18/19 500:18/19 315:18/19 200:18/19
Q 1250:12/13 1250:18/19 800:18/19 500:18/19 315:18/19 200:18/19
R 2000:18/19 1250:18/19 800:18/19 500:18/19 315:18/19 200:18/19
"""
GOLDEN = [
    (severity, line.split()[0], aql, cell)
    for severity, text in (("normal", NORMAL), ("tightened", TIGHTENED))
    for line in text.strip().splitlines()
    for aql, cell in zip((0.65, 1.0, 1.5, 2.5, 4.0, 6.5), line.split()[1:], strict=True)
]


def diagonals(zero, first, numbers, few):
    """Ac by letter and AQL, from what a table is built on: a step down the letters is a step back along the AQLs.

    :param zero: place of the diagonal of Ac 0, letter and AQL counted together
    :param first: place of the first of ``numbers``; the others follow at once
    :param few: Ac that only the smallest five samples go on to
    """
    found = {}
    for row, letter in enumerate(LETTERS):
        by_place = {zero: 0} | dict(enumerate(numbers + (few if row < 5 else ()), first))
        for column, aql in enumerate(AQLS):
            if row + column in by_place:
                found[letter, aql] = by_place[row + column]
    return found


def numbers_of(severity):
    cells = table(severity).cells
    return {place: cell[0] for place, cell in cells.items() if isinstance(cell, tuple)}


# The tables


@pytest.mark.parametrize(("severity", "letter", "aql", "cell"), GOLDEN)
def test_plan_is_the_one_of_the_table(severity, letter, aql, cell):
    used, acceptance, rejection = table(severity).resolve(letter, aql)
    assert f"{table(severity).sizes[used]}:{acceptance}/{rejection}" == cell


def test_normal_numbers_lie_on_diagonals():
    assert numbers_of("normal") == diagonals(14, 17, (1, 2, 3, 5, 7, 10, 14, 21), (30, 44))


def test_tightened_numbers_lie_on_diagonals_and_there_is_one_plan_more():
    expected = diagonals(15, 18, (1, 2, 3, 5, 8, 12, 18), (27, 41))
    assert numbers_of("tightened") == expected | {("S", 0.025): 1}


def test_reduced_numbers_lie_on_diagonals_but_for_samples_that_can_be_no_smaller():
    expected = diagonals(14, 18, (1, 2, 3, 5, 6, 8, 10), (14, 21))
    smallest = dict(zip(AQLS[17:], (1, 2, 3, 5, 7, 10, 14, 21, 30), strict=True))
    for letter in "AB":
        expected |= {(letter, aql): number for aql, number in smallest.items()}
    assert numbers_of("reduced") == expected


@pytest.mark.parametrize("severity", sampling.SEVERITIES)
def test_sample_sizes_of_the_letters(severity):
    sizes = dict(zip(LETTERS, REDUCED_SIZES if severity == "reduced" else SIZES, strict=True))
    assert table(severity).sizes == sizes | ({"S": 3150} if severity == "tightened" else {})
    assert table(severity).aqls == AQLS


@pytest.mark.parametrize("severity", sampling.SEVERITIES)
def test_rejection_number_follows_the_acceptance_number_in_every_cell(severity):
    cells = [cell for cell in table(severity).cells.values() if isinstance(cell, tuple)]
    assert cells and all(rejection == acceptance + 1 for acceptance, rejection in cells)


@pytest.mark.parametrize("severity", sampling.SEVERITIES)
def test_every_arrow_leads_past_arrows_alone_to_the_nearest_plan(severity):
    found = table(severity)
    letters = list(found.sizes)
    for letter, aql in PLACES:
        used = found.resolve(letter, aql)[0]
        low, high = sorted((letters.index(letter), letters.index(used)))
        between = {found.cells[other, aql] for other in letters[low : high + 1] if other != used}
        assert len(between) <= 1 and between <= {"↓", "↑"}, (letter, aql)


@pytest.mark.parametrize("severity", sampling.SEVERITIES)
def test_acceptance_number_never_falls_with_the_aql(severity):
    for letter in LETTERS:
        numbers = [table(severity).resolve(letter, aql)[1] for aql in AQLS]
        assert numbers == sorted(numbers), letter


@pytest.mark.parametrize("severity", ["normal", "tightened"])
def test_acceptance_number_never_falls_with_the_sample(severity):
    for aql in AQLS:
        found = [table(severity).resolve(letter, aql) for letter in LETTERS]
        numbers = [acceptance for _size, acceptance in sorted((table(severity).sizes[one[0]], one[1]) for one in found)]
        assert numbers == sorted(numbers), aql


def test_tightened_is_normal_one_aql_step_tighter_where_the_numbers_are_small():
    normal, tightened = numbers_of("normal"), numbers_of("tightened")
    compared = 0
    for (letter, aql), number in tightened.items():
        if 1 <= number <= 5 and letter != "S":
            assert normal[letter, AQLS[AQLS.index(aql) - 1]] == number
            compared += 1
    assert compared == 64


def test_tightened_is_never_milder_than_normal():
    for letter, aql in PLACES:
        normal, tightened = (table(severity).resolve(letter, aql) for severity in ("normal", "tightened"))
        sizes = table("normal").sizes | table("tightened").sizes
        assert tightened[1] <= normal[1] or sizes[tightened[0]] > sizes[normal[0]]
        assert sizes[tightened[0]] >= sizes[normal[0]] or tightened[1] < normal[1]


def test_step_tighter_for_the_score_is_known_wherever_it_is_asked_for():
    for letter, aql in PLACES:
        used, acceptance, _rejection = table("normal").resolve(letter, aql)
        if acceptance >= 2:
            tighter = sampling._tighter(table("normal"), used, aql)
            assert tighter == numbers_of("normal")[used, AQLS[AQLS.index(aql) - 1]] < acceptance


@pytest.mark.parametrize(
    ("level", "letters"),
    [
        ("S-1", "AAAABBBBCCCCDDD"),
        ("S-2", "AAABBBCCCDDDEEE"),
        ("S-3", "AABBCCDDEEFFGGH"),
        ("S-4", "AABCCDEEFGGHJJK"),
        ("I", "AABCCDEFGHJKLMN"),
        ("II", "ABCDEFGHJKLMNPQ"),
        ("III", "BCDEFGHJKLMNPQR"),
    ],
)
def test_code_letters_at_both_ends_of_every_range(level, letters):
    starts = (2, 9, 16, 26, 51, 91, 151, 281, 501, 1201, 3201, 10001, 35001, 150001, 500001)
    ends = (*[start - 1 for start in starts[1:]], 10**9)
    assert "".join(sampling.code_letter(lot, level) for lot in starts) == letters
    assert "".join(sampling.code_letter(lot, level) for lot in ends) == letters


# Plans


@pytest.mark.parametrize(
    ("lot", "level", "aql", "severity", "letters", "numbers"),
    [
        (1000, "II", 2.5, "normal", "JJ", (80, 5, 6)),
        (1000, "II", 2.5, "tightened", "JJ", (80, 3, 4)),
        (150, "II", 1.5, "normal", "FG", (32, 1, 2)),  # a public calculator says 20
        (8, "II", 1.0, "normal", "AE", (8, 0, 1)),  # another says 2
        (100, "II", 4.0, "normal", "FF", (20, 2, 3)),
        (3000, "II", 0.65, "normal", "KK", (125, 2, 3)),
        (5000, "II", 1.5, "normal", "LL", (200, 7, 8)),
        (25, "III", 2.5, "normal", "DC", (5, 0, 1)),  # up, to a smaller sample
        (600000, "II", 0.025, "tightened", "QS", (3150, 1, 2)),
        (600000, "III", 6.5, "normal", "RL", (200, 21, 22)),
    ],
)
def test_plan_of_a_lot(lot, level, aql, severity, letters, numbers):
    found = plan(lot, level, aql, severity)
    assert (found.letter + found.used, (found.size, found.acceptance, found.rejection)) == (letters, numbers)


def test_arrow_gives_the_sample_size_of_the_plan_it_leads_to_not_of_the_letter():
    found = plan(150, "II", 1.5)
    assert found.size == 32 != table("normal").sizes[found.letter]


@pytest.mark.parametrize(("lot", "full"), [(12, True), (13, True), (14, False)])
def test_whole_lot_is_inspected_where_the_sample_reaches_it(lot, full):
    found = plan(lot, "S-1", 1.0)
    assert (found.table_size, found.acceptance, found.is_full) == (13, 0, full)
    assert found.size == min(lot, 13)


def test_level_three_by_hand_takes_more_than_level_one():
    assert [plan(1000, level, 2.5).size for level in ("I", "II", "III")] == [32, 80, 125]


def test_only_aqls_above_ten_must_count_nonconformities():
    assert not plan(1000, "II", 10).counts_nonconformities
    assert plan(1000, "II", 15).counts_nonconformities


def test_reduced_plans_are_off_until_somebody_has_compared_them_with_the_standard():
    with pytest.raises(SamplingError) as error:
        plan(1000, "II", 2.5, "reduced")
    assert error.value.reason == "not_in_force"
    found = plan(1000, "II", 2.5, "reduced", unchecked=True)
    assert (found.used, found.size, found.acceptance, found.rejection) == ("J", 32, 3, 4)


@pytest.mark.parametrize(
    ("reason", "arguments"),
    [
        ("lot_size", (1, "II", 2.5)),
        ("lot_size", (0, "II", 2.5)),
        ("lot_size", (-5, "II", 2.5)),
        ("lot_size", (10.5, "II", 2.5)),
        ("lot_size", (float("nan"), "II", 2.5)),
        ("lot_size", (float("inf"), "II", 2.5)),
        ("lot_size", (None, "II", 2.5)),
        ("lot_size", (True, "II", 2.5)),
        ("lot_size", ("100", "II", 2.5)),
        ("level", (100, "IV", 2.5)),
        ("level", (100, None, 2.5)),
        ("aql", (100, "II", 2)),
        ("aql", (100, "II", 0)),
        ("aql", (100, "II", 0.0104)),
        ("aql", (100, "II", None)),
        ("aql", (100, "II", "much")),
        ("aql", (100, "II", True)),
        ("severity", (100, "II", 2.5, "discontinued")),
        ("severity", (100, "II", 2.5, None)),
    ],
)
def test_what_the_tables_do_not_answer_is_an_error_that_says_what_is_wrong(reason, arguments):
    with pytest.raises(SamplingError) as error:
        plan(*arguments)
    assert error.value.reason == reason and reason in str(error.value)


@pytest.mark.parametrize("aql", [0.65, "0.65", 0.65 + 1e-12, 0.6500000000000001])
def test_aql_is_found_as_it_is_typed_and_as_it_is_stored(aql):
    assert plan(1000, "II", aql).aql == 0.65


def test_every_data_file_says_where_it_comes_from_and_whether_it_is_in_force():
    files = sorted(sampling.FOLDER.glob("iso2859_1_*.txt"))
    assert len(files) == 5
    for file in files:
        head = "".join(line for line in file.read_text(encoding="utf-8").splitlines(True) if line.startswith("#"))
        assert "ISO 2859-1:1999" in head and "Source:" in head and "compare this file" in head, file.name
        assert "in force" in head.lower(), file.name


lots = st.integers(2, 1_000_000)
levels = st.sampled_from(sampling.LEVELS)
severities = st.sampled_from(sampling.SEVERITIES)
serious = settings(max_examples=300, deadline=None, derandomize=True, database=None)


@serious
@given(lots, levels, st.sampled_from(AQLS), severities)
def test_sample_is_never_larger_than_the_lot_and_the_numbers_follow_each_other(lot, level, aql, severity):
    found = plan(lot, level, aql, severity, unchecked=True)
    assert 1 <= found.size <= lot
    assert found.size == found.table_size or found.is_full
    assert found.rejection == found.acceptance + 1 >= 1


@serious
@given(lots, lots, levels)
def test_larger_lot_never_gives_an_earlier_letter(one, other, level):
    small, large = sorted((one, other))
    assert sampling.code_letter(small, level) <= sampling.code_letter(large, level)


@serious
@given(lots)
def test_higher_level_never_gives_an_earlier_letter(lot):
    for chain in (sampling.LEVELS[:4], sampling.LEVELS[4:]):
        found = [sampling.code_letter(lot, level) for level in chain]
        assert found == sorted(found)


# Units


def test_units_are_the_same_on_every_machine():
    assert draw("QI/0031", 1000, 5) == [293, 414, 482, 624, 945]
    assert draw(20260301, 32, 8) == [4, 8, 10, 16, 17, 21, 30, 32]
    assert draw("检验", 500000, 3) == [109584, 179012, 443179]


@serious
@given(st.one_of(st.integers(), st.text(min_size=1)), st.integers(1, 400), st.data())
def test_units_are_different_ones_of_the_lot_in_order_and_the_same_for_the_same_seed(seed, lot, data):
    size = data.draw(st.integers(0, lot))
    units = draw(seed, lot, size)
    assert len(units) == size and units == sorted(set(units))
    assert not units or 1 <= units[0] and units[-1] <= lot
    assert units == draw(seed, lot, size)
    assert set(units) <= set(draw(seed, lot, min(lot, size + 1))), "one unit more replaces none"


@pytest.mark.parametrize(("seed", "lot", "size"), [("a", 10, 4), ("a", 10, 10), (7, 1000, 80), ("检验", 257, 32)])
def test_units_are_the_first_of_the_whole_lot_shuffled(seed, lot, size):
    units, digits = list(range(1, lot + 1)), b""
    for block in range(lot // 4 + 1):
        digits += hashlib.sha256(f"{seed}:{block}".encode()).digest()
    for first in range(size):  # 2**64 is so far above the lot that no number has to be thrown away
        place = first + int.from_bytes(digits[8 * first : 8 * first + 8], "big") % (lot - first)
        units[first], units[place] = units[place], units[first]
    assert draw(seed, lot, size) == sorted(units[:size])


def test_whole_lot_is_drawn_where_all_are_asked_for():
    assert draw("any", 50, 50) == list(range(1, 51))
    assert draw("any", 50, 0) == []


def test_every_unit_is_drawn_as_often_as_any_other():
    drawn = [unit for seed in range(4000) for unit in draw(seed, 10, 3)]
    counts = [drawn.count(unit) for unit in range(1, 11)]
    chi_square = sum((number - 1200) ** 2 / 1200 for number in counts)
    assert chi_square < 27.9, "beyond what chance does once in a thousand times, with nine degrees of freedom"


@pytest.mark.parametrize(
    ("reason", "arguments"),
    [
        ("seed", (None, 10, 2)),
        ("seed", ("", 10, 2)),
        ("lot_size", ("x", 0, 0)),
        ("sample_size", ("x", 10, 11)),
        ("sample_size", ("x", 10, -1)),
    ],
)
def test_units_that_cannot_be_drawn(reason, arguments):
    with pytest.raises(SamplingError) as error:
        draw(*arguments)
    assert error.value.reason == reason


def test_examples_in_the_docstrings():
    failed, attempted = doctest.testmod(sampling)
    assert attempted and not failed
