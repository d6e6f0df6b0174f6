"""What a soak run must reach, and a sentence for each limit that its figures miss."""

HEAP_ASKED_KB = 128
LARGEST_BYTES = 24576  # before 999 of 1,000 connections to the broker
LEAST_BYTES = 20480  # before each: TLS asks for 17 KB in one piece, by tools.bench_tls
LARGEST_PERCENT = 95
_FEW_DAYS = 28  # in which where the largest block lies is chance
_FEW_LIVES = 26  # half a year: a mean of fewer is chance
FREE_PERCENT = 98  # a life that follows on another knows 0.6 KB more of itself
LOST_BYTES = 500  # by 60 sessions of a life that leak 32 bytes each: 3 KB
REPEATS_PERCENT = 5  # of the records; what was in flight when a link went may come again
WORN_MOST = 2000  # erases of a block in a year
ERASES_PER_RECORD = 1.6
YEAR_DAYS = 365
YEAR_S = 900
NONE = (
    "lost", "altered", "pg_reuse", "unclosed", "badly_signed_or_ruled", "misbilled", "refused",
    "unexpected_resets", "contactor_violations", "missed_samples", "audit_missed", "audit_wrong",
)  # fmt: skip


def missed(figures: dict) -> list[str]:
    """A sentence for each limit that is missed."""
    told = [f"{name} is {figures[name]}, not 0" for name in NONE if figures.get(name)]
    if figures["days"] < figures["days_asked"]:
        told.append(f"it ended after {figures['days']} of {figures['days_asked']} days")
    if figures["delivered"] != figures["records"] or not figures["records"]:
        told.append(f"{figures['delivered']} of {figures['records']} records came")
    most = figures["records"] * REPEATS_PERCENT // 100
    if figures["duplicates"] > most:
        told.append(f"duplicates is {figures['duplicates']}, over {most}")
    without = figures.get("records_without_head")
    if figures.get("audit") and without and not figures["audit_no_room"]:
        told.append(f"{without} records have no head of the audit log")
    return told + _heap(figures) + _flash(figures) + _time(figures)


def _heap(figures: dict) -> list[str]:
    if "free_day_2" not in figures:
        return ["no heap was told from day 2 on; run 3 days or more"]
    told = _shrunk(figures, "free_day_2", "free_end", FREE_PERCENT)
    lost = figures["free_lost_in_a_life"]
    if lost > LOST_BYTES:
        told.append(f"free_lost_in_a_life is {lost}, over {LOST_BYTES}")
    if figures["from"] != "frozen":
        return told  # where loading has left the largest piece is chance, from files
    for name, bytes_ in (("largest_per_mille", LARGEST_BYTES), ("largest_least", LEAST_BYTES)):
        if figures[name] < bytes_:
            told.append(f"{name} is {figures[name]}, below {bytes_}")
    if len(figures["largest_of_lives"]) >= _FEW_LIVES:
        told += _shrunk(figures, "largest_first_lives", "largest_last_lives", LARGEST_PERCENT)
    kept = figures["largest_kept_percent"]
    if kept < LARGEST_PERCENT and figures["days"] >= _FEW_DAYS:
        told.append(f"largest_kept_percent is {kept}, below {LARGEST_PERCENT}")
    return told


def _flash(figures: dict) -> list[str]:
    told = [
        f"{name}: a block was erased {figures[name]} times, over {WORN_MOST}"
        for name in ("worn_most", "worn_most_ring")
        if figures.get(name, 0) > WORN_MOST
    ]
    if figures["erases_per_record"] > ERASES_PER_RECORD:
        told.append(f"{figures['erases_per_record']} erases a record are over {ERASES_PER_RECORD}")
    return told


def _time(figures: dict) -> list[str]:
    """By the device's CPU time, for this machine may have other work. The receiver, which checks
    the records meanwhile, has the other core."""
    if figures["days"] < YEAR_DAYS or figures["device_cpu_s"] <= YEAR_S:
        return []
    return [f"it took {figures['device_cpu_s']} s of CPU time, over {YEAR_S}"]


def _shrunk(figures: dict, first: str, last: str, percent: int) -> list[str]:
    if figures[last] * 100 >= figures[first] * percent:
        return []
    return [f"{last} is {figures[last]}, below {percent} % of {first}, {figures[first]}"]
