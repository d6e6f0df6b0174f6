"""The result of a soak run in figures, by their names in build/soak.json; judges none of them."""

from statistics import mean, median

from tools.soak.books import Books
from wattseal.core.journal_frame import OVERHEAD
from wattseal.storage import limit_of

_ESP32_BYTES, _PICO_W_BYTES = 2097152, 868352  # of the file systems of stock images
_SLOTS = 12  # sessions a day
_LIFE_DAYS = 3  # or a life has no trend


def of(books: Books) -> dict:
    """Every figure that the device and the receiver give."""
    told = books.told
    records = len(books.appended)
    cars = max(told.get("plugged", 0), books.begun)  # untold of a life that ended by itself
    figures = {
        "days": books.day, "samples": told.get("samples", 0),
        "tick_wraps": told.get("wraps", 0), "power_cuts": told.get("cuts", 0),
        "unexpected_resets": len(books.resets),
        "cars": cars, "refused": cars - books.begun,
        "sessions_begun": books.begun, "unclosed": len(books.unclosed),
        "records": records, "delivered": len(books.received), "duplicates": books.duplicates,
        "lost": len(books.lost), "altered": len(books.altered), "pg_reuse": len(books.reused),
        "badly_signed_or_ruled": len(books.bad), "misbilled": len(books.bills.wrong),
        "contactor_violations": told.get("violations", 0),
        "missed_samples": told.get("missed", 0), "late_max_ms": told.get("late_max_ms", 0),
        "watchdog_longest_ms": told.get("starved_ms", 0),
        "worn_most": max(told.get("worn", [0])),
        "worn_most_ring": max(told.get("worn_ring") or [0]),
        "erases_per_record": round(told.get("append_erases", 0) / max(1, records), 3),
        "erases_of_all_per_record": round(told.get("erases", 0) / max(1, records), 3),
        "longest_outage_days": round(told.get("outage_slots", 0) / _SLOTS, 1),
    }  # fmt: skip
    return figures | _audit(books) | _outage_days(books) | _heap(books)


def _audit(books: Books) -> dict:
    """`audit_no_room`: lives that kept no log, for the heap had no room for it."""
    kept, told = books.audit, books.told
    return {
        "audit_no_room": told.get("audit_no_room", 0), "audit_missed": told.get("audit_missed", 0),
        "audit_entries": kept.entries, "audit_pruned": kept.pruned,
        "audit_heads": kept.heads_checked, "records_without_head": kept.without,
        "audit_wrong": len(kept.wrong),
    }  # fmt: skip


def _heap(books: Books) -> dict:
    """Free bytes after each session; the largest free block before each connection to the broker.

    Then TLS asks for it, and the firmware has collected: at any other moment it is what the newest
    records happen to lie in.
    """
    free = [row for row in books.free if 2 <= row[0] <= books.day]
    largest = [row for row in books.largest if 2 <= row[0] <= books.day]
    if not free or not largest:
        return {}
    return {
        "free_day_2": _on(2, free),
        "free_end": _on(books.day, free),
        "free_lost_in_a_life": int(median(_lost_bytes(life) for life in _lives(free))),
        "largest_kept_percent": round(median(_kept_percent(life) for life in _lives(largest)), 1),
        "largest_of_lives": _middles(largest),
        **_halves(_middles(largest)),
        "largest_day_2": _on(2, largest),
        "largest_end": _on(books.day, largest),
        "largest_per_mille": _per_mille([size for _, _, size in largest]),
        "largest_least": min(row[2] for row in largest),
        "connections": len(books.largest),
    }


def _per_mille(sizes: list[int]) -> int:
    """What 999 of 1,000 have at least; of fewer the smallest. How low the one falls is chance: of
    two years alike one fell to 24,944 bytes, one to 24,352, and 60 days once to 23,184."""
    return sorted(sizes)[len(sizes) // 1000]


def _on(day: int, rows: list[tuple[int, int, int]]) -> int:
    return int(median([size for on, _, size in rows if on == day] or [0]))


def _lives(rows: list[tuple[int, int, int]]) -> list[list[tuple[int, int]]]:
    """(day, bytes) of each life, in their order."""
    return [
        [(day, size) for day, of, size in rows if of == life] for life in {row[1] for row in rows}
    ]


def _middles(rows: list[tuple[int, int, int]]) -> list[int]:
    """Of each life the middle one. From one life to another it differs by chance: where what lasts
    lies is settled at the start."""
    return [int(median(size for _, size in life)) for life in _lives(rows)]


def _halves(middles: list[int]) -> dict[str, int]:
    """The mean of the first half of the lives, and of the last: of many lives it has lost what is
    chance in each, and has kept what shrinks from life to life."""
    half = (len(middles) + 1) // 2
    return {
        "largest_first_lives": int(mean(middles[:half])),
        "largest_last_lives": int(mean(middles[-half:])),
    }


def _lost_bytes(life: list[tuple[int, int]]) -> int:
    """What a life's last day has less free than its second day. A leak takes it from every life, a
    backlog that grows from one."""
    second, last = _second_and_last(life)
    return int(second - last)


def _kept_percent(life: list[tuple[int, int]]) -> float:
    """What a life's last day has of the largest block of its second day."""
    second, last = _second_and_last(life)
    return 100 * last / second


def _second_and_last(life: list[tuple[int, int]]) -> tuple[float, float]:
    """The middle of what they tell; of a short life the same twice."""
    first, last = life[0][0], life[-1][0]
    second = first + 1 if last - first >= _LIFE_DAYS - 1 else last
    middle = [median(size for day, size in life if day == one) for one in (second, last)]
    return middle[0], middle[1]


def _outage_days(books: Books) -> dict:
    """How long a broker may be away, by the measured bytes of a day's records."""
    if not books.day or not books.appended:
        return {}
    day_bytes = (books.bytes + OVERHEAD * len(books.appended)) / books.day
    return {
        "outage_days_here": round(books.told.get("limit_bytes", 0) / day_bytes, 1),
        "bytes_per_record": round(books.bytes / len(books.appended) + OVERHEAD),
        "outage_days_esp32": round(limit_of(_ESP32_BYTES) / day_bytes, 1),
        "outage_days_pico_w": round(limit_of(_PICO_W_BYTES) / day_bytes, 1),
    }
