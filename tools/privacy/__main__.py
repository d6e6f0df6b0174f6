"""`python -m tools.privacy`: the back end's key, who sessions were of, a person's rights, proof.

Exit status: 0 all is shown or proved, 1 something is not, 2 the command is not usable.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools import private_key
from tools.bills import command
from tools.bills.command import CommandFault
from tools.privacy import opening, private_file, rights, sessions
from tools.privacy.sessions import Session
from tools.private_key import PrivateKeyError
from tools.verify import facts, source, verify_record

app = typer.Typer(add_completion=False, help=(__doc__ or "").partition("\n")[0])
app.command()(rights.report)
app.command()(rights.erase)

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
        private_file.write(names, (json.dumps(known, indent=1) + "\n").encode())
    return 0 if all(each.identity for each in found) else 1


@app.command()
def prove(
    records: Records,
    pagination: Annotated[int, typer.Option("--pg", min=1, help="Pagination of the record.")],
    identification: Annotated[
        str | None, typer.Option("--id", help="What was presented; else it is asked for.")
    ] = None,
    salt: Annotated[
        str | None,
        typer.Option(help="64 hex digits, which the operator tells the driver; else asked for."),
    ] = None,
    id_type: Annotated[str, typer.Option("--id-type", help="OCMF IT.")] = "ISO14443",
    key: PublicKey = None,
) -> int:
    """Show whether a signed record is of an identification."""
    found = list(_records(records, pagination, key))
    if not found:  # before anybody is asked who they are
        raise CommandFault(f"there is no T{pagination} in {', '.join(records)}; name another --pg")
    who = identification or typer.prompt("identification")
    told = salt or typer.prompt("salt")
    try:
        raw = bytes.fromhex(told)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise CommandFault("--salt is no 64 hex digits; copy it from the operator's receipt")
    claimed = opening.pseudonym(id_type, who, raw)
    why = ""
    for public_key, text in found:  # anybody may publish another one
        findings = verify_record(text, public_key, "own").findings
        if findings:
            why = f"T{pagination} does not verify: {', '.join(findings)}"
        elif source.payload(text).get("ID") == claimed:
            print(f"T{pagination} is of this identification, as signed")
            return 0
        else:
            why = f"T{pagination} is not of this identification, or the salt is of another session"
    print(facts.clean(why))
    return 1


def _records(names: list[str], pagination: int, key: str | None) -> Iterator[tuple[str, str]]:
    """(public key, record) of each copy."""
    for name in names:
        messages = source.read(name)
        public_key = source.key(key, [name])
        for each in messages:
            if isinstance(each, source.Message) and each.pagination == pagination:
                yield public_key, each.text


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
        row = (f"T{each.pagination}", str(each.connector), each.session, *told)
        table.add_row(*(Text(facts.clean(cell)) for cell in row))
    return table


if __name__ == "__main__":
    command.run(app, "privacy")
