"""`python -m tools.update`: signed packages of firmware, configuration and tariff.

Exit status: 0 done, by all devices; 1 the package is not what was asked for, is refused or was
rolled back; 2 the command is not usable; 3 a device does not answer, or is not back in time.
"""

import hashlib
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools import boards
from tools.bills import command
from tools.bills.command import CommandFault
from tools.broker_address import BrokerAddressError
from tools.command_send import CommandFault as SendFault
from tools.private_key import PrivateKeyError
from tools.update import config_key, package, payload, send_command, sign_command, signing
from tools.update.package import Package
from tools.verify import facts

app = typer.Typer(add_completion=False, help=(__doc__ or "").partition("\n")[0])
app.add_typer(sign_command.keys, name="key")
app.command()(sign_command.digest)
app.command()(sign_command.sign)
app.command()(send_command.send)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Kind = Annotated[str, typer.Option(help="firmware, config or tariff.")]
Payload = Annotated[
    Path, typer.Argument(help="build/BOARD/root of make stage, an archive, or a JSON file.")
]


@app.command()
def pack(
    content: Payload,
    out: Annotated[Path, typer.Argument(help="The package, to be written.")],
    kind: Kind,
    key: Annotated[
        Path | None, typer.Option(help="The file that `key new` made; none: sign it later.")
    ] = None,
    board: Annotated[str, typer.Option(help="Of boards/; none: any; of firmware its own.")] = "",
    device: Annotated[str, typer.Option(help="One device's id; none: any device.")] = "",
    version: Annotated[str, typer.Option(help="As 1.2.3; of firmware its own.")] = "",
    floor: Annotated[
        str, typer.Option(help="Nothing below is taken after this one; else its version.")
    ] = "",
    without_update_key: Annotated[
        bool, typer.Option("--without-update-key", help="No package is to follow this one.")
    ] = False,
    without_command_key: Annotated[
        bool, typer.Option("--without-command-key", help="Nothing is to be sent any more.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Pack CONTENT and sign it; the same input gives the same bytes."""
    _check_options(kind, version, board)
    command.apart(out, content, key)
    packed = payload.of(kind, content)
    if kind == "firmware":
        board, version = _same(board, version, packed)
    numbers = package.version(version, "--version")
    least = package.version(floor, "--floor") if floor else numbers
    signer = sign_command.load(key) if key else None
    if kind == "config":
        packed = config_key.told(packed, without_update_key, without_command_key, signer)
    made = Package(kind, board, device, numbers, least, packed)
    raw = package.pack(made, signer)
    command.write(raw, out, package.file_mode(kind))
    _show(made, raw, "", as_json)
    if not key:
        command.remark(f"update: {out} is not signed yet; sign it with: sign {out} OUT --key FILE")
    return 0


@app.command()
def show(
    file: Path,
    key: Annotated[
        Path | None, typer.Option(help="Say whether this key has signed it, too.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Say what a package FILE is for, and whether it is whole."""
    raw = sign_command.read(file)
    found = package.read(raw, file)
    good = key is None or package.is_signed_by(raw, signing.public_key(key))
    signed = "" if key is None else "by this key" if good else "not by this key"
    _show(found, raw, signed, as_json)
    return 0 if good else 1


def _check_options(kind: str, version: str, board: str) -> None:
    """CommandFault, BoardFault."""
    if kind not in package.KINDS:
        raise CommandFault(f"--kind {kind} is none; write {', '.join(package.KINDS)}")
    if not version and kind != "firmware":
        raise CommandFault(f"a {kind} has no version of its own; number it with --version")
    if board:
        boards.facts(board)


def _same(board: str, version: str, archive: bytes) -> tuple[str, str]:
    """What the firmware says of itself. CommandFault where the command says another thing."""
    own_board, own_version = payload.identity(archive)
    if board and board != own_board:
        raise CommandFault(f"it is a firmware for {own_board}, and not for {board}")
    if version and package.version(version, "--version") != package.version(own_version, "it"):
        raise CommandFault(f"it is version {own_version}, and not {version}")
    if not boards.facts(own_board).is_updated:
        raise CommandFault(
            f"it is a firmware for {own_board}, which has no room to take one in a package; send "
            "it over USB: make deploy, or its image"
        )
    return own_board, own_version


def _show(found: Package, raw: bytes, signed: str, as_json: bool) -> None:
    told = {
        "kind": found.kind, "board": found.board, "device": found.device,
        "version": package.dotted(found.version), "floor": package.dotted(found.floor),
        "bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest(),
    }  # fmt: skip
    if raw[package.SIGNED_BYTES : package.HEAD_BYTES] == signing.NONE:
        told["signed"] = "not yet"
    elif signed:
        told["signed"] = signed
    if as_json:
        print(json.dumps(told))
        return
    table = Table("", "", box=None, show_header=False)
    for name, value in told.items():
        shown = value or "any" if name in ("board", "device") else f"{value}"
        table.add_row(name, Text(facts.clean(f"{shown}")))
    Console().print(table)


def main() -> None:
    def run(standalone_mode: bool) -> int | None:
        try:
            return app(standalone_mode=standalone_mode)
        except (SendFault, PrivateKeyError, BrokerAddressError, boards.BoardFault) as fault:
            raise CommandFault(str(fault)) from fault

    command.run(run, "update")


if __name__ == "__main__":
    main()
