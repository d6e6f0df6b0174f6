"""What an OCPI CDR says of the operator, the place and the token; no record knows any of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.bills.command import CommandFault

_EXAMPLE = "tools/export/operator.example.json"
_KEYS = ("country_code", "party_id", "auth_method", "cdr_token", "cdr_location", "connectors")


@dataclass(frozen=True)
class Operator:
    """`values`: as in the example, which lies beside this module."""

    values: dict[str, Any]

    @property
    def country_code(self) -> str:
        return self.values["country_code"]

    @property
    def party_id(self) -> str:
        return self.values["party_id"]

    def token(self, pseudonym: str) -> dict[str, Any]:
        """The one of this pseudonym under `tokens`, else `cdr_token`, its uid the pseudonym."""
        special = self.values.get("tokens", {}).get(pseudonym, {})
        return {"uid": pseudonym, **self.values["cdr_token"], **special}

    def location(self, device: str, connector: int) -> dict[str, Any]:
        """CommandFault when the connector is not in the file."""
        known = self.values["connectors"]
        for name in (f"{device}/{connector}", str(connector)):
            if name in known:
                return {**self.values["cdr_location"], **known[name]}
        raise CommandFault(
            f"the operator's file has no connector {connector} of {device}; add "
            f'"{device}/{connector}" to its connectors'
        )


def load(path: Path | None) -> Operator:
    """CommandFault."""
    if path is None:
        raise CommandFault(
            "a CDR names the operator, the place and the token, which no record knows; give them "
            f"with --operator FILE, filled in as {_EXAMPLE}"
        )
    try:
        values = json.loads(path.read_bytes())
    except OSError as fault:
        raise CommandFault(
            f"{path} cannot be read: {fault.strerror}; name another file"
        ) from fault
    except (ValueError, RecursionError) as fault:
        raise CommandFault(f"{path} is no JSON: {fault}") from fault
    if not isinstance(values, dict):
        raise CommandFault(f"{path} is no JSON object; fill it in as {_EXAMPLE}")
    missing = [key for key in _KEYS if key not in values]
    if missing:
        raise CommandFault(f"{path} lacks {', '.join(missing)}; fill it in as {_EXAMPLE}")
    parts = [values[key] for key in ("cdr_token", "cdr_location", "connectors")]
    tables = [part for part in (parts[-1], values.get("tokens", {})) if isinstance(part, dict)]
    parts += [values.get("tokens", {}), *(row for table in tables for row in table.values())]
    if not all(isinstance(part, dict) for part in parts):
        raise CommandFault(f"{path} has a text where an object belongs; see {_EXAMPLE}")
    if "YOUR " in json.dumps(values):
        raise CommandFault(f"{path} still has a placeholder (YOUR ...); fill in your own data")
    return Operator(values)
