"""The result of a soak run and the limits that it missed; reads no device."""

from statistics import median

from tools.soak.books import Books
from wattseal.core.journal_frame import OVERHEAD

HEAP_ASKED_KB = 128
_WEEK = 7
_JOURNAL_BYTES = 524288  # what assembly lets the journal take, whatever the flash
_FULL_PERCENT = 70  # of a file system LittleFS stays quick
_ESP32_BYTES, _PICO_W_BYTES = 2097152, 868352  # of the file systems of stock images
_LARGEST_PERCENT, _FREE_PERCENT = 95, 99
_WORN_MOST = 2000  # erases of a block in a year
_ERASES_PER_RECORD = 1.6


def result(books: Books, days: int, heap_kb: int, harness_bytes: int, took_s: float) -> dict:
    """Every figure, by its name in build/soak.json."""
    told = books.told or {}
    records = len(books.appended)
    figures = {
        "days": books.day, "days_asked": days, "s": round(took_s, 1), "heap_kb": heap_kb,
        "heap_asked_kb": HEAP_ASKED_KB, "harness_bytes": harness_bytes,
        "tick_wraps": told.get("wraps", 0), "samples": told.get("samples", 0),
        "cars": told.get("plugged", 0), "refused": told.get("plugged", 0) - books.begun,
        "sessions_begun": books.begun, "records": records,
        "delivered": len(books.received), "duplicates": books.duplicates,
        "lost": len(books.lost), "altered": len(books.altered), "pg_reuse": len(books.reused),
        "unclosed": len(books.unclosed), "badly_signed_or_ruled": len(books.bad),
        "power_cuts": told.get("cuts", 0), "unexpected_resets": len(books.resets),
        "contactor_violations": told.get("violations", 0),
        "missed_samples": told.get("missed", 0), "late_max_ms": told.get("late_max_ms", 0),
        "watchdog_longest_ms": told.get("starved_ms", 0),
        "worn_most": told.get("worn_max", 0), "open_files": books.files_left_open,
        "erases_per_record": round(told.get("append_erases", 0) / max(1, records), 3),
        "erases_of_all_per_record": round(told.get("erases", 0) / max(1, records), 3),
        "longest_outage_days": round(told.get("outage_slots", 0) / 12, 1),
    }  # fmt: skip
    return figures | heap(books) | outage_days(books)


def heap(books: Books) -> dict:
    """Free bytes and largest free blocks. On one day the largest one is half of the next day's by
    the moment alone, so beside day 2 and the end there are the medians of a week each."""
    rows = [row for row in books.heap if row[0] >= 2]
    if not rows:
        return {}
    largest = [row[2] for row in rows]
    return {
        "free_day_2": rows[0][1], "free_end": rows[-1][1],
        "largest_day_2": largest[0], "largest_end": largest[-1], "largest_least": min(largest),
        "largest_first_week": int(median(largest[:_WEEK])),
        "largest_last_week": int(median(largest[-_WEEK:])),
    }  # fmt: skip


def outage_days(books: Books) -> dict:
    """How long a broker may be away, by the measured bytes of a day's records."""
    if not books.day or not books.appended:
        return {}
    day_bytes = (books.bytes + OVERHEAD * len(books.appended)) / books.day
    esp32 = _ESP32_BYTES * _FULL_PERCENT // 100
    pico_w = _PICO_W_BYTES * _FULL_PERCENT // 100
    return {
        "bytes_per_record": round(books.bytes / len(books.appended) + OVERHEAD),
        "outage_days_esp32": round(min(_JOURNAL_BYTES, esp32) / day_bytes, 1),
        "outage_days_pico_w": round(min(_JOURNAL_BYTES, pico_w) / day_bytes, 1),
        "outage_days_esp32_flash": round(esp32 / day_bytes, 1),
        "outage_days_pico_w_flash": round(pico_w / day_bytes, 1),
    }


def missed(figures: dict) -> list[str]:
    """A sentence for each limit that is missed."""
    none = (
        "lost", "altered", "pg_reuse", "unclosed", "badly_signed_or_ruled", "unexpected_resets",
        "contactor_violations", "missed_samples", "refused", "open_files",
    )  # fmt: skip
    told = [f"{name} is {figures[name]}, not 0" for name in none if figures.get(name)]
    if figures["days"] < figures["days_asked"]:
        told.append(f"it ended after {figures['days']} of {figures['days_asked']} days")
    if figures["delivered"] != figures["records"] or not figures["records"]:
        told.append(f"{figures['delivered']} of {figures['records']} records came")
    if "free_day_2" not in figures:
        return [*told, "no heap was told from day 2 on; run 3 days or more"]
    told += _shrunk(figures, "free_day_2", "free_end", _FREE_PERCENT)
    if figures["days"] > 2 * _WEEK:
        told += _shrunk(figures, "largest_first_week", "largest_last_week", _LARGEST_PERCENT)
    if figures["worn_most"] > _WORN_MOST:
        told.append(f"a block was erased {figures['worn_most']} times, over {_WORN_MOST}")
    if figures["erases_per_record"] > _ERASES_PER_RECORD:
        told.append(f"{figures['erases_per_record']} erases a record are over 1.6")
    return told


def _shrunk(figures: dict, first: str, last: str, percent: int) -> list[str]:
    if figures[last] * 100 >= figures[first] * percent:
        return []
    return [f"{last} is {figures[last]}, below {percent} % of {first}, {figures[first]}"]
