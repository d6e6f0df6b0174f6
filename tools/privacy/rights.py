"""What a person may ask of an operator: `report` lists their sessions, `erase` unlinks them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools import private_key
from tools.bills.command import CommandFault, remark
from tools.command_key import CommandKey
from tools.command_send import CommandFault as OrderFault
from tools.command_send import Order, payload, topic
from tools.privacy import person, private_file
from tools.privacy.person import CLEAR, ON_DEVICE, Found, Person
from tools.private_key import PrivateKeyError
from tools.records_file import CONFLICTS
from tools.verify import facts, source

SealingKey = Annotated[
    Path | None, typer.Option(help="The file that new-key made; opens the capsules.")
]
Identification = Annotated[
    str | None, typer.Option("--id", help="What was presented; asked for when left out.")
]
IdType = Annotated[str, typer.Option("--id-type", help="OCMF IT.")]
Sessions = Annotated[
    list[str] | None,
    typer.Option("--session", help="Known to be theirs: a device's `report person` names them."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
_LIFETIME_S = 86400
_HELD = (
    "privacy: their device may hold these capsules for `keep_days` more; a receiver that goes on "
    "with these records does not store them again"
)


def report(
    records: Annotated[list[str], typer.Argument(metavar="RECORDS...", help="records.jsonl.")],
    sealing_key: SealingKey = None,
    identification: Identification = None,
    id_type: IdType = "ISO14443",
    session: Sessions = None,
    as_json: AsJson = False,
) -> int:
    """List one person's sessions, and what in the files tells of them; it is personal.

    What a receiver kept beside them (conflicts.jsonl) is looked at too."""
    beside = [path for name in records if (path := _beside(name)) and path not in records]
    found = person.find(records, _person(sealing_key, identification, id_type, session), beside)
    if as_json:
        told = [asdict(each) for each in found.sessions]
        print(json.dumps({"sessions": told, "unknown": found.unknown}))
    else:
        Console().print(_table(found))
        _tell_unknown(found)
    return 0 if found.sessions else 1


def erase(
    records: Annotated[str, typer.Argument(help="records.jsonl.")],
    out: Annotated[Path, typer.Option(help="The file without their capsules; may be RECORDS.")],
    sealing_key: SealingKey = None,
    identification: Identification = None,
    id_type: IdType = "ISO14443",
    session: Sessions = None,
    command_key: Annotated[
        Path | None, typer.Option(help="Signs `erase` commands for keys that devices hold.")
    ] = None,
    commands: Annotated[
        Path | None, typer.Option(help="Write those here, a line each, for a day.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Write the records without one person's capsules; what is signed stays byte for byte.

    With RECORDS as OUT the conflicts.jsonl beside it loses them as well.
    Exit status 1: something still tells of them, and a sentence says what."""
    if records == source.STDIN:
        raise CommandFault("records that are erased from must be a file; name one")
    if (command_key is None) != (commands is None):
        raise CommandFault("--command-key signs what --commands takes; give both or none")
    with private_file.locked(Path(records)):
        return _erased(
            records, out, _person(sealing_key, identification, id_type, session), command_key,
            commands, as_json,
        )  # fmt: skip


def _erased(
    records: str, out: Path, who: Person, command_key: Path | None, commands: Path | None,
    as_json: bool,
) -> int:  # fmt: skip
    """The exit status."""
    beside = _beside(records)
    found = person.find([records], who, [beside] if beside else [])
    if not found.sessions:
        remark(f"privacy: nothing in {records} tells of them; nothing is written")
        return 1
    on_device = [each for each in found.sessions if ON_DEVICE in each.holds]
    clear = [each for each in found.sessions if CLEAR in each.holds]
    text, count = person.without(records, found)
    other, left, odd = person.without_beside(beside, found) if beside else (b"", 0, 0)
    if commands and command_key:
        private_file.write(commands, _signed(on_device, command_key))
    if left + odd and out.resolve() == Path(records).resolve():
        private_file.write(Path(beside), other)
        count, left = count + left, 0
        if odd:
            remark(
                f"privacy: {odd} lines of {beside} are gone whole; they were no `bill` messages"
            )
    private_file.write(out, text)  # the last: what a receiver locks is there until then
    _tell(found, count, clear, on_device, as_json)
    if count:
        remark(_HELD)
    if left:
        remark(f"privacy: {beside} has {left} of their capsules too; erase with --out {records}")
    return max(_judged(clear, on_device, commands), int(left > 0))


def _beside(records: str) -> str:
    """What a receiver kept beside them, "" where there is nothing."""
    path = Path(records).parent / CONFLICTS
    is_there = records != source.STDIN and path.is_file() and path.stat().st_size > 0
    return str(path) if is_there and path != Path(records) else ""


def _tell(found: Found, count: int, clear: list, on_device: list, as_json: bool) -> None:
    if as_json:
        told = {
            "sessions": len(found.sessions), "capsules_gone": count, "unknown": found.unknown,
            "in_clear": [each.session for each in clear],
            "keys_on_devices": [[each.device, each.session] for each in on_device],
        }  # fmt: skip
        print(json.dumps(told))
    else:
        print(f"{count} capsules of {len(found.sessions)} sessions are gone; the bills stay valid")
        _tell_unknown(found)


def _judged(clear: list, on_device: list, commands: Path | None) -> int:
    """The exit status, and sentences for what is left."""
    if clear:
        remark(
            f"privacy: {len(clear)} sessions name them in clear under a signature (`id_mode: "
            "plain`); delete those records when the law lets you"
        )
    if on_device and commands is None:
        remark(
            f"privacy: {len(on_device)} keys may be on their devices; send `tools.command erase "
            "--session ID`, or give --command-key and --commands"
        )
    return 1 if clear or (on_device and commands is None) else 0


def _person(
    sealing_key: Path | None, identification: str | None, id_type: str, sessions: list[str] | None
) -> Person:  # fmt: skip
    """CommandFault."""
    if sealing_key is None and not sessions and identification is None:
        raise CommandFault("nobody is named; give --sealing-key and --id, or --session")
    try:
        key = private_key.load(sealing_key, "new-key") if sealing_key else None
    except PrivateKeyError as fault:
        raise CommandFault(str(fault)) from fault
    if key and identification is None:
        identification = typer.prompt("identification")
    return Person(key, id_type, identification or "", frozenset(sessions or ()))


def _signed(on_device: list, command_key: Path) -> bytes:
    """A line for each: topic and payload. CommandFault."""
    lines = []
    try:
        key = CommandKey(command_key)
        for each in on_device:
            order = Order("erase", {"session": each.session}, lifetime_s=_LIFETIME_S)
            _, made = payload(order, each.device, key)
            row = {"topic": topic(each.device, "cmd"), "payload": made.decode()}
            lines.append(json.dumps(row) + "\n")
    except (PrivateKeyError, OrderFault) as fault:
        raise CommandFault(str(fault)) from fault
    return "".join(lines).encode()


def _tell_unknown(found: Found) -> None:
    if found.unknown:
        remark(
            f"privacy: {found.unknown} sessions more have capsules that this key does not open; "
            "for a device's own keys ask there with `report person`, and give --session"
        )


def _table(found: Found) -> Table:
    table = Table("device", "connector", "session", "records", "what tells of them", box=None)
    for each in found.sessions:
        records = " ".join(f"T{number}" for _, number in each.records)
        row = (each.device, str(each.connector), each.session, records, ", ".join(each.holds))
        table.add_row(*(Text(facts.clean(cell)) for cell in row))
    return table
