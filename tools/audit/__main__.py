"""`python -m tools.audit`: is a device's audit log whole, and what does it say? Changes none.

Exit status of `verify`: 0 nothing is wrong, 1 something is, 2 the command is not usable, 3 nothing
is wrong as far as that can be seen without the key.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from tools.audit import audit_key, report, self_reports, sources, verdict, words
from tools.bills import command
from tools.verify import source
from tools.verify.report import console

app = typer.Typer(add_completion=False, help=(__doc__ or "").partition("\n")[0])

Logs = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...",
        help="A copy of the device's data or its .aud files, or an audit.jsonl with the export.",
    ),
]
Device = Annotated[
    str | None, typer.Option(help="Of an audit.jsonl with several: whose log it is.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
_UNKEYED = 3


@app.command("key")
def key_command(
    device_key_file: Path,
    out: Annotated[Path, typer.Option(help="Where the audit key goes, for you alone.")],
) -> int:
    """Derive the key that a log is checked by from a device's key file, and write it to --out."""
    audit_key.write(out, audit_key.derived(device_key_file))
    return 0


@app.command()
def verify(
    paths: Logs,
    key: Annotated[Path | None, typer.Option(help="The file that `key` made.")] = None,
    records: Annotated[
        list[str] | None, typer.Option(help="A records.jsonl: its signed records hold heads.")
    ] = None,
    public_key: Annotated[
        str | None,
        typer.Option(
            help="The device's, in hex, or its file; else public_key.hex beside records."
        ),
    ] = None,
    head: Annotated[
        list[str] | None, typer.Option(metavar="N-HEX", help="A head, as UA in a record.")
    ] = None,
    device: Device = None,
    as_json: AsJson = False,
) -> int:
    """Verify the chain, and against signed records: nothing flipped, lost, added, moved or cut.

    Exit status: 0 nothing is wrong, 1 something is, 2 not usable, 3 not checked for want of --key.
    """
    secret = audit_key.load(key) if key else None
    signed = verdict.heads_of(records or [], public_key, head or [])
    found = verdict.judged(sources.read(paths, device), secret, signed)
    if not found.log.entries and not found.findings:
        raise command.CommandFault(
            f"{paths[0]} holds no entry; copy the log again once the device has started"
        )
    if as_json:
        print(json.dumps(report.values(found)))
    else:
        for line in report.lines(found):
            console().print(line, soft_wrap=True)
    if found.findings:
        return 1
    return 0 if found.keyed else _UNKEYED


@app.command()
def show(
    paths: Logs,
    event: Annotated[
        str | None, typer.Option(metavar="WORD", help="Only these: boot, command, time, ...")
    ] = None,
    device: Device = None,
    as_json: AsJson = False,
) -> int:
    """Show the entries of a log in words. It judges none of them: `verify` does."""
    log = verdict.followed(sources.read(paths, device), None)
    entries = [each for _, each in sorted(log.entries.items()) if event in (None, each.what)]
    if event and not entries:
        there = sorted({each.what for each in log.entries.values()})
        raise command.CommandFault(f"no entry has --event {event}; there are {', '.join(there)}")
    if as_json:
        print(json.dumps({"entries": [report.entry_values(each) for each in entries]}))
    else:
        console().print(report.table(entries))
    if log.findings:
        command.remark(f"audit: {words.sentence(log.findings[0])} What else, `verify` tells.")
    return 1 if log.findings else 0


def main() -> None:
    command.run(app, "audit")


@app.command("report")
def report_command(
    records: Annotated[
        str, typer.Argument(help="The audit.jsonl that a receiver keeps beside its records.")
    ],
    public_key: Annotated[
        str | None,
        typer.Option(help="The device's, in hex, or its file; else public_key.hex beside it."),
    ] = None,
    device: Device = None,
    as_json: AsJson = False,
) -> int:
    """Show the newest self-audit of a device, a line for each setting; red is broken.

    Exit status: 0 all is well and it is signed, 1 something is red, or which of two is the newest
    cannot be told, 2 not usable.
    """
    newest, later = self_reports.newest(records, source.key(public_key, [records]), device)
    values = report.self_values(newest, later)
    if as_json:
        print(json.dumps(values))
    else:
        for each in (newest, later):
            if each:
                console().print(report.self_table(each))
    if later:
        command.remark(
            f"audit: the self-audit of line {later.line} came later, of a log with fewer entries "
            f"than that of line {newest.line}: if the log began anew between them, give a copy of "
            f"{records} that begins there; else a clock was wrong"
        )
    return 0 if values["ok"] else 1


if __name__ == "__main__":
    main()
