"""Reads a record's JSON as the reference verifier's Gson does; judges only whether it can be read.

Gson fills declared fields: a text takes numbers and booleans too, a boolean no number, a list no
text, a key twice at the top is refused, a number keeps the digits it was written with. Two things
differ: Gson also takes what is not JSON (single quotes, comments) and Java numbers of any size
(1e999, NaN); here both are refused.
"""

import json
import re
from decimal import Decimal
from typing import Any

from wattseal.core import safe_rules

_TEXTS = ("FV", "GI", "GV", "GS", "PG", "MV", "MM", "MS", "MF", "IT", "ID", "TT", "CF")
_TEXTS_NOW = ("IL", "CT", "CI")
_TEXTS_OLD = ("VI", "VV", "IS")
_TEXTS_READING = ("TM", "TX", "RV", "RI", "RU", "RT", "EF", "ST")
_TEXTS_SIGNATURE = ("SA", "SD", "SE", "SM")
_TEXTS_LOSS = ("LN", "LI", "LR", "LU")
_VALUE = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{0,9})?([eE][+-]?[0-9])?")


class NotReadable(Exception):
    """The argument is the finding's name."""


class _Number(str):
    """A JSON number as written."""


class _Fields(dict):
    """A JSON object; `twice` is set when a key that had a value came again."""

    twice = False


def payload(text: str) -> dict:
    """The payload with its fields typed, RV as Decimal. NotReadable."""
    fields = _parse(text)
    if fields.twice:
        raise NotReadable("duplicate_key")
    found = _texts(fields, _TEXTS)
    old = safe_rules.is_old(found)
    found.update(_texts(fields, _TEXTS_OLD if old else _TEXTS_NOW))
    if not old:
        found["IS"] = _boolean(fields.get("IS"))
    found["IF"] = [_text(flag) for flag in _list(fields.get("IF"))]
    _texts(fields.get("LC") or {}, _TEXTS_LOSS)
    found["RD"] = fields.get("RD") and [_reading(r, old) for r in _list(fields["RD"])]
    return found


def signature(text: str) -> dict:
    """The signature section: SA, SD, SE, SM, each a text or None. NotReadable."""
    return _texts(_parse(text), _TEXTS_SIGNATURE)


def strict(text: str) -> dict:
    """The payload as plain JSON, for our own rules; no key twice at any depth. NotReadable."""

    def fields(pairs: list) -> dict:
        if len(dict(pairs)) != len(pairs):
            raise NotReadable("duplicate_key")
        return dict(pairs)

    found = _load(text, object_pairs_hook=fields, parse_float=Decimal)
    if not isinstance(found, dict):
        raise NotReadable("json")
    return found


def _parse(text: str) -> _Fields:
    found = _load(
        text, strict=False, object_pairs_hook=_collect, parse_int=_Number, parse_float=_Number
    )
    if not isinstance(found, _Fields):
        raise NotReadable("json")
    return found


def _load(text: str, **options: Any) -> object:
    try:
        return json.loads(text, parse_constant=_refuse, **options)
    except (ValueError, RecursionError):
        raise NotReadable("json") from None


def _refuse(constant: str) -> None:
    raise NotReadable("json")


def _collect(pairs: list) -> _Fields:
    found = _Fields()
    for key, value in pairs:
        if found.get(key) is not None:
            found.twice = True
        found[key] = value
    return found


def _texts(fields: object, keys: tuple[str, ...]) -> dict:
    if not isinstance(fields, dict):
        raise NotReadable("json")
    return {key: _text(fields.get(key)) for key in keys}


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str):
        return value
    raise NotReadable("json")


def _boolean(value: object) -> bool | None:
    if isinstance(value, str) and not isinstance(value, _Number):
        return value.lower() == "true"
    if value is None or isinstance(value, bool):
        return value
    raise NotReadable("json")


def _list(value: object) -> list:
    if value is not None and not isinstance(value, list):
        raise NotReadable("json")
    return value or []


def _reading(fields: object, old: bool) -> dict:
    found = _texts(fields, _TEXTS_READING)
    found["RV"] = _decimal(found["RV"])
    if old and isinstance(fields, dict):
        found["EI"] = _decimal(_text(fields.get("EI")))
    return found


def _decimal(text: str | None) -> Decimal | None:
    """Exact, and small enough to be calculated with: a value of no register is refused."""
    if text is None:
        return None
    if not _VALUE.fullmatch(text.strip()):
        raise NotReadable("value")
    return Decimal(text.strip())
