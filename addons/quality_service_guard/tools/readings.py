"""What people type as a reading, understood without guessing (clause 2.2.3)."""

import re
import unicodedata
from decimal import Decimal

DECIMALS = 6  # that a reading keeps
TOO_LARGE = 10**9  # from here on a float would not keep the decimals

# only what stands for the same sign: a superscript or a circled figure is no digit
_SIGNS = str.maketrans(
    {
        **{chr(ord("０") + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("．。｡", "."),
        **dict.fromkeys("，", ","),
        **dict.fromkeys("－−", "-"),
        "＋": "+",
        **dict.fromkeys("\u3000\u00a0\u202f\u2009\t", " "),
        **dict.fromkeys("ｅＥ", "e"),
    }
)
_SPACED = re.compile(r"(\d{1,3}(?: \d{3})+)((?:[.,]\d*)?)")
_NUMBER = re.compile(r"([+-]?) *([0-9][0-9.,]*|[.,][0-9]+)(?:[eE]([+-]?[0-9]{1,2}))?")

_MET = {"ok", "okay", "yes", "y", "1", "met", "pass", "passed", "合格", "是", "符合", "√", "✓", "✔"}
_NOT_MET = {"ng", "no", "n", "0", "not met", "not_met", "fail", "failed", "不合格", "否", "不符合", "×", "✗", "✘"}


class ReadingError(ValueError):
    """What was typed is no reading; ``code`` tells why: not_a_number, ambiguous, too_fine, too_large, not_an_answer."""

    def __init__(self, code, whole="", fraction=""):
        super().__init__(code)
        self.code, self.whole, self.fraction = code, whole, fraction


def parse_number(text, decimal_point="."):
    """The number that was typed, or None where nothing was: empty is not nought.

    Full-width signs, comma and point are taken. What may be a thousand or a fraction is not guessed.

    >>> parse_number("１２．５"), parse_number("－０，５"), parse_number("0"), parse_number(" ")
    (12.5, -0.5, 0.0, None)
    >>> parse_number("1,234.5"), parse_number("1.234,5"), parse_number("1 234,5"), parse_number("12,34")
    (1234.5, 1234.5, 1234.5, 12.34)
    >>> parse_number("1,234")
    Traceback (most recent call last):
    ...
    ReadingError: ambiguous

    :param decimal_point: of the person's language; only it makes a single sign before three digits a fraction
    :raises ReadingError: where it is no number, or not one that can be kept as it is
    """
    typed = (text or "").translate(_SIGNS).strip()
    if not typed:
        return None
    sign, digits, exponent = _split(typed)
    whole, fraction = _part(digits, decimal_point)
    value = Decimal(f"{sign}{whole or 0}.{fraction or 0}e{exponent or 0}")
    if value and value.normalize().as_tuple().exponent < -DECIMALS:
        raise ReadingError("too_fine")
    if abs(value) >= TOO_LARGE:
        raise ReadingError("too_large")
    return float(value) or 0.0  # never minus nought


def parse_answer(text):
    """Whether what was looked at is "met" or "not_met", or None where nothing was typed.

    >>> [parse_answer(text) for text in ("OK", "１", "合格", "n", "✗", "")]
    ['met', 'met', 'met', 'not_met', 'not_met', None]
    """
    typed = unicodedata.normalize("NFKC", text or "").strip().casefold()
    if not typed:
        return None
    if typed in _MET:
        return "met"
    if typed in _NOT_MET:
        return "not_met"
    raise ReadingError("not_an_answer")


def _split(typed):
    """Sign, digits and exponent, with the spaces taken out that stand between thousands."""
    body = typed.lstrip("+- ")
    spaced = _SPACED.fullmatch(body)
    if spaced:
        typed = typed[: len(typed) - len(body)] + spaced[1].replace(" ", "") + spaced[2]
    match = _NUMBER.fullmatch(typed)
    if not match:
        raise ReadingError("not_a_number")
    return match.groups()


def _part(digits, decimal_point):
    """Digits before and after the decimal sign."""
    signs = [sign for sign in digits if sign in ".,"]
    if not signs:
        return digits, ""
    last = signs[-1]
    if len(set(signs)) == 2:  # the other one stands between thousands
        whole, fraction = _cut(digits, last)
        return _ungroup(whole), fraction
    if len(signs) > 1:
        return _ungroup(digits), ""
    whole, fraction = _cut(digits, last)
    if last != decimal_point and len(fraction) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole):
        raise ReadingError("ambiguous", whole + fraction, f"{whole}{decimal_point}{fraction}")
    return whole, fraction


def _cut(digits, sign):
    if digits.count(sign) != 1:
        raise ReadingError("not_a_number")
    whole, _sign, fraction = digits.partition(sign)
    return whole, fraction


def _ungroup(whole):
    if not re.fullmatch("[0-9]{1,3}(?:[.,][0-9]{3})+", whole):
        raise ReadingError("not_a_number")
    return re.sub("[.,]", "", whole)
