"""Public software's verdict on one record; knows none of our own rules."""

from pyocmf import OCMF


def verify(text: str, public_key: str) -> tuple[bool, list[str]]:
    """Public software's verdict (pyocmf): signature and, for complete records, Eichrecht rules."""
    record = OCMF.from_string(text)
    good = bool(public_key) and record.verify_signature(public_key)
    findings = [] if good else ["signature"]
    if len(record.payload.RD) > 1:
        findings += [str(issue) for issue in record.check_eichrecht(errors_only=True)]
    return not findings, findings
