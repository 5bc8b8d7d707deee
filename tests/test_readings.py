"""What people type as a reading (clause 2.2.3); plain Python, no Odoo."""

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_tools import tools

readings = tools("readings")
parse_number, parse_answer, ReadingError = readings.parse_number, readings.parse_answer, readings.ReadingError

NUMBERS = {
    "0": 0.0,
    "-0": 0.0,
    "０": 0.0,
    "12.5": 12.5,
    "12,5": 12.5,
    "１２．５": 12.5,
    "１２，５": 12.5,
    "１２。５": 12.5,
    "－０．５": -0.5,
    "−0.5": -0.5,
    "＋3": 3.0,
    "- 5": -5.0,
    ".5": 0.5,
    "5.": 5.0,
    " 7\u3000": 7.0,
    "0,123": 0.123,
    "1.234": 1.234,
    "1,23": 1.23,
    "1,2345": 1.2345,
    "1,234.5": 1234.5,
    "1.234,5": 1234.5,
    "1,234,567": 1234567.0,
    "1.234.567": 1234567.0,
    "1 234": 1234.0,
    "1 234,5": 1234.5,
    "-1 234.5": -1234.5,
    "1.5e2": 150.0,
    "2E-3": 0.002,
    "1,234.50": 1234.5,
    "0.100000000": 0.1,
}
REFUSED = {
    "not_a_number": ["abc", "nan", "NaN", "inf", "-inf", "Infinity", "1.2.3", "12 5", "1,23,456", "12mm", "--1", "+-1",
                     "1e", "e5", ".", ",", "-", "½", "12²", "①", "٣", "1_000", "0x10", "1,2,3.4", "1.2,3.4", "True"],
    "ambiguous": ["1,234", "１，２３４", "-999,000", "12,345"],
    "too_fine": ["0.1234567", "1e-7", "59.8999999"],
    "too_large": ["1000000000", "1e10", "-1e99"],
}


@pytest.mark.parametrize("text", NUMBERS)
def test_number_is_read_as_it_was_meant(text):
    value = parse_number(text)
    assert value == NUMBERS[text]
    assert math.copysign(1, value) == (-1 if value < 0 else 1)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u00a0", None, False])
def test_empty_is_not_nought(text):
    assert parse_number(text) is None
    assert parse_answer(text) is None


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts])
def test_what_is_no_number_is_refused(code, text):
    with pytest.raises(ReadingError) as refusal:
        parse_number(text)
    assert refusal.value.code == code


def test_language_decides_about_a_thousand_or_a_fraction():
    assert parse_number("1,234", ",") == 1.234
    with pytest.raises(ReadingError) as refusal:
        parse_number("1.234", ",")
    assert (refusal.value.code, refusal.value.whole, refusal.value.fraction) == ("ambiguous", "1234", "1,234")
    assert parse_number("0.123", ",") == 0.123
    assert parse_number("1234.567", ",") == 1234.567


@pytest.mark.parametrize("text", ["ok", "OK", "Ｏｋ", "yes", "Y", "1", "１", "✓", "√", "合格", "是", " met "])
def test_met(text):
    assert parse_answer(text) == "met"


@pytest.mark.parametrize("text", ["ng", "NG", "no", "N", "0", "０", "✗", "×", "不合格", "否", "not met"])
def test_not_met(text):
    assert parse_answer(text) == "not_met"


@pytest.mark.parametrize("text", ["maybe", "2", "不", "x", "o", "-", "inf"])
def test_what_is_no_answer_is_refused(text):
    with pytest.raises(ReadingError) as refusal:
        parse_answer(text)
    assert refusal.value.code == "not_an_answer"


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from(".,"), st.booleans())
def test_what_is_written_in_full_is_read_back(millionths, point, is_wide):
    whole, fraction = divmod(abs(millionths), 10**6)
    text = f"{'-' if millionths < 0 else ''}{whole}{point}{fraction:06d}"
    if is_wide:
        text = text.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.,-"})
    assert parse_number(text) == float(f"{millionths}e-6")


@given(st.text(max_size=8))
def test_any_text_is_a_finite_number_or_refused(text):
    for read in (parse_number, parse_answer):
        try:
            value = read(text)
        except ReadingError:
            continue
        assert value is None or isinstance(value, str) or math.isfinite(value)


def test_examples_in_the_tool_hold():
    result = doctest.testmod(readings, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.attempted
    assert not result.failed
