"""What to do about each of the firmware's reasons to refuse a tariff; judges nothing."""

import codecs
import re

_ROWS = (
    (r"more than \d+ bytes", "take out white space and texts, or elements that say the same"),
    (r"no whole number", "money is in 1/10000: write 4900 for 0.49; no null, no true"),
    (r"a text with an escape", "use printable ASCII without backslashes"),
    (r"comes twice$", "keep one of them"),
    (r"no JSON", "mend the JSON at that byte"),
    (r"unknown key", "take it out or mend its spelling; an ignored key would change prices"),
    (r"is no object", "write it in braces, with its keys"),
    (r"^id: ", "use another id without other signs"),
    (r"^cur(: | is not)", "write the currency's code, such as EUR"),
    (r"^tax(: | is not)",
     "write incl when prices include VAT, excl when it comes on top, none without VAT"),
    (r"^tz(: | is not)",
     "write a POSIX rule, such as CET-1CEST,M3.5.0,M10.5.0/3; no name of a place"),
    (r"^text: ", "use another character"),
    (r"^valid", "write [first UTC second, second after the last one]"),
    (r"^(min|max)\.v: ", "give the limit net or gross as well, or take v out"),
    (r"^(min|max)\.net is not gross", "write the same for both, or take one out"),
    (r"^(min|max)\.", "make the smaller one the limit from below, or take one out"),
    (r"re\.t1 is not", "for midnight write 0, and minutes of the day else: 1320 is 22:00"),
    (r"re\.t0 is not", "write minutes of the day: 1320 is 22:00"),
    (r"re\.dow is not", "add up the days: Mon 1, Tue 2, Wed 4, Thu 8, Fri 16, Sat 32, Sun 64"),
    (r"is missing", "add it"),
    (r"re\.t0 and t1", "give both, as minutes of the day: 1320 and 360 are 22:00 to 06:00"),
    (r"it ends when it begins", "for the whole day take t0 and t1 out"),
    (r"ends where it begins", "make the end larger than the begin"),
    (r"i\d cannot restrict [ET]", "idle time restricts parking (P) or a flat fee (F) only"),
    (r"[ep]\d cannot restrict [TPF]", "energy and power restrict the price of energy (E) only"),
    (r"rsv cannot restrict", "a reservation has a time (T) and a flat price (F) only"),
    (r"a reservation has no session", "take it out of the reservation's element"),
    (r"rsv: neither", "write R for a reservation that is used, X for one that expired"),
    (r"comes twice in one element", "put the second price into an element of its own"),
    (r"an element before it prices every",
     "put this element before that one, or restrict that one"),
    (r"\.d(: none of| is not)", "write E energy, T charging time, P parking time or F flat"),
    (r"VAT, but tax is none", "take v out, or make tax incl or excl"),
    (r"a flat price has neither", "take s and cap out of it"),
    (r"no record tells the current", "p0 and p1 are in W"),
    (r"^inc ", "write 100 where the smallest coin is 0.01"),
    (r"is not ", "write such a value"),
)  # fmt: skip


def at(text: bytes, byte: int) -> tuple[str, str] | None:
    """(what is there, what to do) where the text itself shows it better than the reason."""
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in text:
        return "the file is no text in ASCII or UTF-8", "save it as UTF-8"
    if text.startswith(codecs.BOM_UTF8) and not byte:
        return "the file begins with a byte order mark", "save it as UTF-8 without one"
    if text[byte : byte + 1] in (b"]", b"}") and text[:byte].rstrip().endswith(b","):
        return "a comma with nothing behind it", "take the comma out"
    return None


def of(reason: str) -> str:
    """One sentence's end: what a person does about it."""
    for pattern, words in _ROWS:
        if re.search(pattern, reason):
            return words
    return "mend it"
