"""Prints the result of a soak run as a table; judges nothing."""

from rich.console import Console
from rich.table import Table

from tools.soak import limits

# Group: rows of (what, its name in build/soak.json, the limit).
_GROUPS = {
    "Time": (
        ("simulated days", "days", "all asked for"),
        ("samples", "samples", ""),
        ("wraps of the 2^30 ms tick", "tick_wraps", ""),
        ("seconds by the wall clock", "took_s", ""),
        ("seconds of CPU, the device's", "device_cpu_s", f"{limits.YEAR_S} a year"),
    ),
    "Delivered": (
        ("cars plugged in", "cars", ""),
        ("sessions begun", "sessions_begun", "all cars"),
        ("sessions without exactly one end", "unclosed", "0"),
        ("records promised by the journal", "records", ""),
        ("records received", "delivered", "all records"),
        ("repeats of the same record", "duplicates", f"{limits.REPEATS_PERCENT} % of them"),
        ("lost", "lost", "0"),
        ("altered", "altered", "0"),
        ("pagination reused", "pg_reuse", "0"),
        ("refused by the verifier", "badly_signed_or_ruled", "0"),
        ("of another energy than the meter's", "misbilled", "0"),
    ),
    "Device": (
        ("power cuts, planned", "power_cuts", ""),
        ("resets of its own", "unexpected_resets", "0"),
        ("contactor closed without a record", "contactor_violations", "0"),
        ("grid points missed", "missed_samples", "0"),
        ("ms that a sample was late", "late_max_ms", ""),
        ("ms between two feeds of the watchdog", "watchdog_longest_ms", ""),
    ),
    "Audit log": (
        ("lives whose heap had no room for it", "audit_no_room", ""),
        ("entries", "audit_entries", ""),
        ("of them gone by rule", "audit_pruned", ""),
        ("missed, or refused by the flash", "audit_missed", "0"),
        ("records without its head, for there was no log", "records_without_head", ""),
        ("heads held against an entry", "audit_heads", ""),
        ("findings of tools.audit", "audit_wrong", "0"),
    ),
    "Heap, bytes": (
        ("KB for the firmware", "heap_kb", f"{limits.HEAP_ASKED_KB}"),
        ("for the harness, on top", "harness_bytes", ""),
        ("free on day 2", "free_day_2", ""),
        ("free at the end", "free_end", f"{limits.FREE_PERCENT} % of day 2"),
        (
            "lost in a life, the middle one",
            "free_lost_in_a_life",
            f"{limits.LOST_BYTES}",
        ),
        ("connections to the broker", "connections", ""),
        ("largest free block then, day 2", "largest_day_2", ""),
        ("the last day", "largest_end", ""),
        ("mean of the first half of the lives", "largest_first_lives", ""),
        (
            "mean of the last half of the lives",
            "largest_last_lives",
            f"{limits.LARGEST_PERCENT} % of the first's",
        ),
        (
            "% of it kept in a life, the middle one",
            "largest_kept_percent",
            f"{limits.LARGEST_PERCENT}",
        ),
        (
            "what 999 of 1,000 connections had at least",
            "largest_per_mille",
            f"{limits.LARGEST_BYTES:,}",
        ),
        ("the smallest", "largest_least", f"{limits.LEAST_BYTES:,}"),
    ),
    "Flash": (
        (
            "erases of the worst block, file system",
            "worn_most",
            f"{limits.WORN_MOST} a year",
        ),
        ("erases of the worst block, ring", "worn_most_ring", f"{limits.WORN_MOST} a year"),
        ("erases an append", "erases_per_record", f"{limits.ERASES_PER_RECORD}"),
        ("erases a record, with checkpoints and cursor", "erases_of_all_per_record", ""),
        ("bytes a record", "bytes_per_record", ""),
        ("days without a broker, played", "longest_outage_days", ""),
        ("days without a broker this flash holds", "outage_days_here", ""),
        ("a stock ESP32's file system", "outage_days_esp32", ""),
        ("a stock Pico W's", "outage_days_pico_w", ""),
    ),
}


def show(found: dict, console: Console) -> None:
    where = "frozen in" if found["from"] == "frozen" else "from files"
    where += ", the journal on a ring" if found["ring"] else ", the journal in files"
    table = Table(
        title=f"{found['days']} days, the firmware {where}", box=None, title_justify="left"
    )
    table.add_column("", no_wrap=True)
    for heading in ("figure", "limit"):
        table.add_column(heading, justify="right", no_wrap=True)
    for group, rows in _GROUPS.items():
        table.add_row(f"[bold]{group}")
        for what, name, limit in rows:
            if name in found:
                table.add_row("  " + what, f"{found[name]:,}", limit)
    console.print(table)
