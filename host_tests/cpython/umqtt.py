"""Leads CPython to the umqtt that the interpreters import; must not hold a copy of it."""

import os
from pathlib import Path

_BUILT = Path(__file__).resolve().parents[2] / "build/lib"
__path__ = [str(Path(os.environ.get("WATTSEAL_UMQTT") or _BUILT).resolve() / "umqtt")]
