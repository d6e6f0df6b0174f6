"""Updates that are cut, or tampered with, for tests and `make faults`; the same everywhere."""

import scratch_folder
from signed_packages import OTHER_KEY, package
from update_life import Device, payload_of, version

_SCENARIOS = (
    ("the first update", (), 32),
    ("an update of a slot", (1,), 32),
    ("an update over an older slot, in pages", (1, 2), 256),
)
_TOLD = 70  # of what was wrong: a small heap has no room for all
CUT_LINES, TAMPERED_LINES = len(_SCENARIOS), 1


def cases(cuts):
    """(what, tried, [what was wrong]). `cuts`: where there is LittleFS."""
    if cuts:
        import update_cuts

        for name, before, progsize in _SCENARIOS:
            tried, wrong = 0, []
            for at, step, mode, found in update_cuts.points(
                update_cuts.Scenario(before, progsize)
            ):  # fmt: skip
                tried += 1
                wrong += ["%s: operation %d (%s), %s" % (text, at, step, mode) for text in found]
            yield "cuts: " + name, tried, wrong
    yield ("tampered packages",) + _tampered()  # noqa: RUF005 - as MicroPython has tuples


def _tampered():
    folder = scratch_folder.on_host()
    try:
        device = Device(folder)
        tried, wrong = 0, []
        if device.update(version(1)):
            wrong.append("a good one was refused")
        for what, raw in tampered(version(2, 400)):
            tried += 1
            said = device.update(raw)
            if (not said or device.boot() != (payload_of(1), False)) and len(wrong) < _TOLD:
                wrong.append("taken: " + what)
        if device.update(version(2, 400)):
            wrong.append("the good one was refused")
        return tried, wrong
    finally:
        scratch_folder.remove(folder)


def tampered(raw):
    """Packages that nobody may take: (what, bytes)."""
    for at in range(len(raw)):
        yield "byte %d" % at, raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
    for size in range(1, len(raw), 13):
        yield "cut to %d" % size, raw[:size]
    yield "longer", raw + b"\0"
    payload = raw[154:]
    yield "another board", package(payload, board="RPI_PICO", version=(1, 9, 0))
    yield "another device", package(payload, device="w0000000000000000"[:16], version=(1, 9, 0))
    yield "another key", package(payload, version=(1, 9, 0), key=OTHER_KEY)
    yield "older", package(payload, version=(1, 0, 9))
