"""Verifies OCMF records: the signature with `cryptography`, the rules with the firmware's code."""

from tools.verify.verdict import OWN, RULES, Verdict, verify_pair, verify_record

__all__ = ["OWN", "RULES", "Verdict", "verify_pair", "verify_record"]
