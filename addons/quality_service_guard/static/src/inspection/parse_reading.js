// What people type as a reading, as tools/readings.py reads it: the page tells at once what the server will say.

const DECIMALS = 6;
const TOO_LARGE = 1e9;
const SIGNS = {
    "．": ".", "。": ".", "｡": ".", "，": ",", "－": "-", "−": "-", "＋": "+", "ｅ": "e", "Ｅ": "e",
    "\u3000": " ", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ",
};
const MET = ["ok", "okay", "yes", "y", "1", "met", "pass", "passed", "合格", "是", "符合", "√", "✓", "✔"];
const NOT_MET = ["ng", "no", "n", "0", "not met", "not_met", "fail", "failed", "不合格", "否", "不符合", "×", "✗", "✘"];

const EMPTY = { kind: "empty" };
const wrong = (code, values = {}) => ({ kind: "wrong", code, ...values });

function toPlain(text) {
    return [...(text || "")]
        .map((sign) => SIGNS[sign] || (sign >= "０" && sign <= "９" ? String(sign.charCodeAt(0) - 0xff10) : sign))
        .join("")
        .trim();
}

function ungroup(whole) {
    return /^[0-9]{1,3}(?:[.,][0-9]{3})+$/.test(whole) ? whole.replace(/[.,]/g, "") : null;
}

/** Digits before and after the decimal sign, or a code of what is wrong. */
function part(digits, decimalPoint) {
    const signs = digits.match(/[.,]/g) || [];
    if (!signs.length) {
        return { whole: digits, fraction: "" };
    }
    const last = signs.at(-1);
    const pieces = digits.split(last);
    if (new Set(signs).size === 2) {
        const whole = pieces.length === 2 && ungroup(pieces[0]);
        return whole ? { whole, fraction: pieces[1] } : { code: "not_a_number" };
    }
    if (signs.length > 1) {
        const whole = ungroup(digits);
        return whole ? { whole, fraction: "" } : { code: "not_a_number" };
    }
    const [whole, fraction] = pieces;
    if (last !== decimalPoint && fraction.length === 3 && /^[1-9][0-9]{0,2}$/.test(whole)) {
        return { code: "ambiguous", values: { whole: whole + fraction, fraction: `${whole}${decimalPoint}${fraction}` } };
    }
    return { whole, fraction };
}

/**
 * @returns {{kind: "empty"}|{kind: "value", value: number}|{kind: "wrong", code: string}}
 */
export function parseNumber(text, decimalPoint = ".") {
    let typed = toPlain(text);
    if (!typed) {
        return EMPTY;
    }
    const body = typed.replace(/^[+\- ]+/, "");
    const spaced = body.match(/^(\d{1,3}(?: \d{3})+)((?:[.,]\d*)?)$/);
    if (spaced) {
        typed = typed.slice(0, typed.length - body.length) + spaced[1].replaceAll(" ", "") + spaced[2];
    }
    const match = typed.match(/^([+-]?) *([0-9][0-9.,]*|[.,][0-9]+)(?:[eE]([+-]?[0-9]{1,2}))?$/);
    if (!match) {
        return wrong("not_a_number");
    }
    const [, sign, digits, exponent] = match;
    const { whole, fraction, code, values } = part(digits, decimalPoint);
    if (code) {
        return wrong(code, values);
    }
    const value = Number(`${sign}${whole || 0}.${fraction || 0}e${exponent || 0}`);
    // trailing noughts are no decimals, whether they stand behind the point or before an exponent
    const significant = (whole + fraction).replace(/0+$/, "");
    const dropped = (whole + fraction).length - significant.length;
    if (significant && fraction.length - dropped - Number(exponent || 0) > DECIMALS) {
        return wrong("too_fine");
    }
    if (Math.abs(value) >= TOO_LARGE) {
        return wrong("too_large");
    }
    return { kind: "value", value: value || 0 };
}

export function parseAnswer(text) {
    const typed = (text || "").normalize("NFKC").trim().toLowerCase();
    if (!typed) {
        return EMPTY;
    }
    if (MET.includes(typed)) {
        return { kind: "value", value: "met" };
    }
    return NOT_MET.includes(typed) ? { kind: "value", value: "not_met" } : wrong("not_an_answer");
}
