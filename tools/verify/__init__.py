"""Verifies OCMF records: the signature with `cryptography`, the rules with the firmware's code."""

import sys
from pathlib import Path

# The firmware's core runs here as it is; what it needs of MicroPython stands beside the tests.
_ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(_ROOT / "firmware"), str(_ROOT / "host_tests/cpython")]

from tools.verify.verdict import OWN, RULES, Verdict, verify_pair, verify_record  # noqa: E402

__all__ = ["OWN", "RULES", "Verdict", "verify_pair", "verify_record"]
