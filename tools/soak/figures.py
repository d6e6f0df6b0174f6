"""The result of a soak run in figures, by their names in build/soak.json; judges none of them."""

from statistics import median

from tools.soak.books import Books
from wattseal.core.journal_frame import OVERHEAD
from wattseal.storage import limit_of

_WEEK = 7
_ESP32_BYTES, _PICO_W_BYTES = 2097152, 868352  # of the file systems of stock images
_SLOTS = 12  # sessions a day


def of(books: Books) -> dict:
    """Every figure that the device and the receiver give."""
    told = books.told or {}
    records = len(books.appended)
    cars = told.get("plugged", books.begun)  # untold where the device ended by itself
    figures = {
        "days": books.day, "samples": told.get("samples", 0),
        "tick_wraps": told.get("wraps", 0), "power_cuts": told.get("cuts", 0),
        "unexpected_resets": len(books.resets),
        "cars": cars, "refused": cars - books.begun,
        "sessions_begun": books.begun, "unclosed": len(books.unclosed),
        "records": records, "delivered": len(books.received), "duplicates": books.duplicates,
        "lost": len(books.lost), "altered": len(books.altered), "pg_reuse": len(books.reused),
        "badly_signed_or_ruled": len(books.bad),
        "contactor_violations": told.get("violations", 0),
        "missed_samples": told.get("missed", 0), "late_max_ms": told.get("late_max_ms", 0),
        "watchdog_longest_ms": told.get("starved_ms", 0),
        "worn_most": told.get("worn_max", 0),
        "erases_per_record": round(told.get("append_erases", 0) / max(1, records), 3),
        "erases_of_all_per_record": round(told.get("erases", 0) / max(1, records), 3),
        "longest_outage_days": round(told.get("outage_slots", 0) / _SLOTS, 1),
    }  # fmt: skip
    return figures | _outage_days(books) | _heap(books)


def _heap(books: Books) -> dict:
    """Free bytes and largest free blocks, of the readings after each session.

    Where in the free half of the heap a lasting object lands is chance, settled at each boot and
    again by what is renewed later: the largest free block is a fifth more or less from one reading
    to another and from one boot to another, on day 2 as on day 360. So beside the bare readings
    stands what shows a trend: the best of each week, which is as long as a boot, and of those the
    middle one of the first half of the weeks, and of the second half.
    """
    rows = [row for row in books.heap if 2 <= row[0] <= books.day]
    if not rows:
        return {}
    second, last = [[row for row in rows if row[0] == day] for day in (2, books.day)]
    figures = {
        "free_day_2": int(median(row[1] for row in second)),
        "free_end": int(median(row[1] for row in last)),
        "largest_day_2": max(row[2] for row in second),
        "largest_end": max(row[2] for row in last),
        "largest_least": min(row[2] for row in rows),
    }
    best = [
        max(row[2] for row in rows if (row[0] - 1) // _WEEK == week)
        for week in range(books.day // _WEEK)
    ]
    half = len(best) // 2
    if half:
        figures["largest_first_half"] = int(median(best[:half]))
        figures["largest_second_half"] = int(median(best[half:]))
    return figures


def _outage_days(books: Books) -> dict:
    """How long a broker may be away, by the measured bytes of a day's records."""
    if not books.day or not books.appended:
        return {}
    day_bytes = (books.bytes + OVERHEAD * len(books.appended)) / books.day
    return {
        "bytes_per_record": round(books.bytes / len(books.appended) + OVERHEAD),
        "outage_days_esp32": round(limit_of(_ESP32_BYTES) / day_bytes, 1),
        "outage_days_pico_w": round(limit_of(_PICO_W_BYTES) / day_bytes, 1),
    }
