"""Flags of many bills in words: each sentence once, with the records that it is about."""

from collections.abc import Iterable

from tools.bills import words
from tools.bills.bill import Bill

_MOST = 8  # records that are named


def sentences(bills: Iterable[Bill]) -> list[str]:
    records: dict[str, list[str]] = {}
    for bill in bills:
        for flag in bill.flags:
            records.setdefault(flag, []).append(f"T{bill.pagination}")
    return [f"{_named(where)}: {words.flag(flag)}" for flag, where in records.items()]


def _named(where: list[str]) -> str:
    more = len(where) - _MOST
    named = ", ".join(where[:_MOST])
    return f"{named} and {more} more records" if more > 0 else named
