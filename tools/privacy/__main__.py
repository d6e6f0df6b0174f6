"""`python -m tools.privacy`: the back end's key, who sessions were of, and proof for a driver.

Exit status: 0 all is shown or proved, 1 something is not, 2 the command is not usable.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tools import private_key
from tools.bills import command
from tools.bills.command import CommandFault
from tools.privacy import opening, sessions
from tools.privacy.sessions import Session
from tools.private_key import PrivateKeyError
from tools.verify import source, verify_record

app = typer.Typer(add_completion=False, help=(__doc__ or "").partition("\n")[0])

Records = Annotated[list[str], typer.Argument(metavar="RECORDS...", help="records.jsonl.")]
PublicKey = Annotated[
    str | None,
    typer.Option("--key", help="Device's public key in hex, or its file; else public_key.hex."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command("new-key")
def new_key(file: Path) -> int:
    """Make the key that opens capsules, FILE, and print what a device's configuration needs."""
    try:
        public = private_key.new(file)
    except PrivateKeyError as fault:
        raise CommandFault(str(fault)) from fault
    print(f'put into config.json of the device: "sealing_key": "{public}"')
    return 0


@app.command("open")
def open_capsules(
    records: Records,
    sealing_key: Annotated[Path, typer.Option(help="The file that new-key made.")],
    names: Annotated[
        Path | None, typer.Option(help="Write pseudonyms and identifications here, for statement.")
    ] = None,
    key: PublicKey = None,
    as_json: AsJson = False,
) -> int:
    """Show who each session was of. What it prints is personal: keep it as you keep the key."""
    try:
        mine = private_key.load(sealing_key, "new-key")
    except PrivateKeyError as fault:
        raise CommandFault(str(fault)) from fault
    found = sessions.read(records, key, mine)
    if as_json:
        print(json.dumps({"sessions": [_values(each) for each in found]}))
    else:
        Console().print(_table(found))
    if names:
        known = {e.identity.pseudonym: e.identity.identification for e in found if e.identity}
        _write_private(names, json.dumps(known, indent=1) + "\n")
    return 0 if all(each.identity for each in found) else 1


@app.command()
def prove(
    records: Records,
    pagination: Annotated[int, typer.Option("--pg", min=1, help="Pagination of the record.")],
    identification: Annotated[str, typer.Option("--id", help="What was presented.")],
    salt: Annotated[str, typer.Option(help="64 hex digits, which the operator tells the driver.")],
    id_type: Annotated[str, typer.Option("--id-type", help="OCMF IT.")] = "ISO14443",
    key: PublicKey = None,
) -> int:
    """Show whether a signed record is of an identification."""
    try:
        raw = bytes.fromhex(salt)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise CommandFault("--salt is no 64 hex digits; copy it from the operator's receipt")
    claimed = opening.pseudonym(id_type, identification, raw)
    text = _record(records, pagination)
    findings = verify_record(text, source.key(key, records), "own").findings
    if findings:
        print(f"T{pagination} does not verify: {', '.join(findings)}")
        return 1
    if source.payload(text).get("ID") != claimed:
        print(f"T{pagination} is not of this identification, or the salt is of another session")
        return 1
    print(f"T{pagination} is of this identification, as signed")
    return 0


def _write_private(path: Path, text: str) -> None:
    """For its owner's eyes alone. CommandFault."""
    try:
        path.touch(0o600)
    except OSError as fault:
        raise CommandFault(f"{path} cannot be written ({fault.strerror})") from fault
    command.write(text, path)


def _record(names: list[str], pagination: int) -> str:
    for name in names:
        for each in source.read(name):
            if isinstance(each, source.Message) and each.pagination == pagination:
                return each.text
    raise CommandFault(f"there is no T{pagination} in {', '.join(names)}; name another --pg")


def _values(each: Session) -> dict:
    told = {
        "device": each.device, "connector": each.connector, "session": each.session,
        "pg": each.pagination, "why": each.why,
    }  # fmt: skip
    return told | {"identity": asdict(each.identity) if each.identity else None}


def _table(found: list[Session]) -> Table:
    table = Table("record", "connector", "session", "type", "level", "identification", box=None)
    for each in found:
        who = each.identity
        told = (who.id_type, who.level, who.identification) if who else ("", "", each.why)
        table.add_row(f"T{each.pagination}", str(each.connector), each.session, *told)
    return table


if __name__ == "__main__":
    command.run(app, "privacy")
