"""The options that signed commands share, for typer; no command itself."""

from pathlib import Path
from typing import Annotated

import typer

Device = Annotated[str, typer.Option(help="the device's id")]
Key = Annotated[Path, typer.Option(help="the file that `key new` made")]
Broker = Annotated[str, typer.Option(help="host:port or mqtts://host:port")]
Ca = Annotated[Path | None, typer.Option(help="CA certificate, or make broker's pki")]
Wait = Annotated[float, typer.Option(min=0.1, help="seconds to wait for the answer")]
Lifetime = Annotated[int, typer.Option(min=1, max=86400, help="seconds until it expires")]
Id = Annotated[str, typer.Option("--id", help="your own name for it; tells of no person")]
AsJson = Annotated[bool, typer.Option("--json", help="for programs")]
Connector = Annotated[int, typer.Option(min=1, max=99)]
