"""Runs the core suite and a metered session on a real board: `make hil PORT=`.

Without a port it says what it would have run. What it puts on the board it takes away again, and
the board's configuration, key and journal are not touched.
"""

import json
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

# The modules beside this one and the suite's own, by their plain names, as pytest has them.
_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent / "support")]

import judging  # noqa: E402
import plan  # noqa: E402
from device import Device, HilFault  # noqa: E402
from judging import Verdict  # noqa: E402

_STOPPED = 128 + signal.SIGINT
_PATIENCE_S = 300  # of silence: a signature in bytecode takes seconds on a small chip
_FOLDERS = ["firmware", "host_tests/core", "host_tests/support", "host_tests/micropython",
            "host_tests/hil", "build/lib"]  # fmt: skip
_SCRIPT = """
import gc, run_unittest
run_unittest.run(%r)
gc.collect()
print("FREE", gc.mem_free())
"""


def _would(tests: list[plan.Test]) -> None:
    table = Table("file", "tests", "reads", box=None)
    for test in tests:
        read = sorted({name.split("/")[2] for name in test.vectors})
        table.add_row(test.name, str(test.tests), ", ".join(read))
    table.add_row("metering", "2 records", "")
    Console().print(table)
    count = sum(test.tests for test in tests)
    print(f"hil: no PORT: {count} tests of {len(tests)} files and a metered session were not run")


def _run(device: Device, tests: list[plan.Test], quiet: bool) -> list[Verdict]:
    found = []
    if not device.has_image:
        device.put(plan.of_firmware(device.architecture))
    for test in tests:
        device.put(plan.of_test(test))
        said, trouble = device.run(_FOLDERS, _SCRIPT % test.name, _PATIENCE_S)
        found.append(judging.of_test(test.name, test.tests, said, trouble))
        _tell(found[-1], quiet)
    device.put(plan.of_metering())
    script = "import metering_session\nmetering_session.run(%r)" % device.data_folder()
    found.append(judging.of_metering(*device.run(_FOLDERS, script, _PATIENCE_S)))
    _tell(found[-1], quiet)
    return found


def _tell(verdict: Verdict, quiet: bool) -> None:
    if not quiet:
        print(f"{verdict.name:<24} {verdict.state:<8} {verdict.ran:>3} {verdict.why}", flush=True)


def main(
    port: Annotated[str, typer.Option(help="the board's serial port, or a pty")] = "",
    only: Annotated[str, typer.Option(help="files whose name holds this")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print the verdicts as JSON")] = False,
) -> None:
    """The core suite and a metered session on a real board."""
    tests = plan.tests(only)
    if not tests:
        print(f"hil: no file of host_tests/core has {only} in its name: look at ONLY",
              file=sys.stderr)  # fmt: skip
        raise typer.Exit(2)
    if not port:
        _would(tests)
        return
    device = None
    try:
        device = Device(port, port.startswith("/dev/pts/"))
        with device:
            found = _run(device, tests, as_json)
    except (HilFault, ValueError) as fault:
        print("; ".join(filter(None, (f"hil: {fault}", _stays(device)))), file=sys.stderr)
        raise typer.Exit(2) from fault
    except KeyboardInterrupt:
        told = _stays(device) or "nothing of it stays on the board"
        print(f"hil: stopped; {told}", file=sys.stderr)
        raise typer.Exit(_STOPPED) from None
    if as_json:
        print(json.dumps([vars(verdict) for verdict in found]))
    raise typer.Exit(_summed(found, device.platform))


def _stays(device: Device | None) -> str:
    return device.stays if device else ""


def _summed(found: list[Verdict], platform: str) -> int:
    """0 only when all of it ran, and was good: what had no room was not tested."""
    bad = [verdict for verdict in found if verdict.state == "bad"]
    no_room = [verdict for verdict in found if verdict.state == "no room"]
    ran, skipped = sum(v.ran for v in found[:-1]), sum(v.skipped for v in found)
    print(f"hil: {ran} tests on {platform}, {len(bad)} files bad, {skipped} tests skipped, "
          f"{len(no_room)} files without room in the heap", file=sys.stderr)  # fmt: skip
    return 1 if bad or no_room else 0


if __name__ == "__main__":
    typer.run(main)
