"""All verdicts on a record of ours: pyocmf, the reference verifier's rules, our own; no output."""

import json
import warnings

from pyocmf import OCMF
from pyocmf.exceptions import PyOCMFError, SpecWarning

from tools.verify import verify_record

_NEWEST = ("safe-1.4.1",)
_ALL = ("safe-1.4.1", "safe-1.3.0", "safe-1.2.0")
_RAISED = (  # by pyocmf, beside its own, of fields with a type that it does not expect
    PyOCMFError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError,
    RecursionError,
)  # fmt: skip


def findings(text: str, public_key: str) -> list[str]:
    """[] when all accept it. A record with an error flag is judged by the newest release alone:
    older ones refuse some or all flags. Never raises for what the record holds."""
    found = _pyocmf(text, public_key)
    for rules in ("own", *(_NEWEST if _is_disturbed(text) else _ALL)):
        verdict = verify_record(text, public_key, rules)
        found += [f"{rules}: {finding}" for finding in verdict.findings]
    return found


def _pyocmf(text: str, public_key: str) -> list[str]:
    """Signature and, for a record with an end, the Eichrecht rules."""
    try:
        with warnings.catch_warnings():  # they would show the record's words as they are
            warnings.simplefilter("ignore", SpecWarning)
            record = OCMF.from_string(text)
        good = bool(public_key) and record.verify_signature(public_key)
        issues = record.check_eichrecht(errors_only=True) if len(record.payload.RD) > 1 else []
    except _RAISED as fault:
        return [f"pyocmf: {fault}"]
    return ([] if good else ["pyocmf: signature"]) + [f"pyocmf: {issue}" for issue in issues]


def _is_disturbed(text: str) -> bool:
    try:
        return any(reading.get("EF") for reading in json.loads(text.split("|")[1])["RD"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return True
