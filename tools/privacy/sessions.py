"""Who the sessions of record files were of, by their capsules; believes no unsigned record."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from tools.privacy.opening import Identity, Unopened, is_kept_on_device, opened
from tools.verify import source, verify_record
from tools.verify.source import Message

_NO_CAPSULE = "no capsule: the device had no sealing_key, or somebody took it out"
_ON_DEVICE = "its key is in the device: ask there with `report`, until it is destroyed"
_UNOPENED = "not sealed to this key for this session, or changed since"
_OTHER = "the capsule is of another identification than the signed pseudonym"
_RELABELLED = "the envelope names another record than the signed one"


@dataclass(frozen=True)
class Session:
    """`why`: what is against it, in words; "" when `identity` is whom the signed record means."""

    device: str
    connector: int
    session: str
    pagination: int
    identity: Identity | None
    why: str


def read(
    names: list[str], public_key: str | None, key: ec.EllipticCurvePrivateKey
) -> list[Session]:
    """Of the begin records of all files. Of several copies of a record the one that opens counts:
    anybody may publish another one. SourceFault."""
    found: dict[tuple[str, int], Session] = {}
    for name in names:
        messages = source.read(name)
        of_device = source.key(public_key, [name])
        for each in messages:
            if isinstance(each, Message) and each.kind == "begin":
                place = (each.device, each.pagination)
                if place not in found or found[place].why:
                    found[place] = _session(each, of_device, key)
    if not found:
        raise source.SourceFault(
            f"{names[0]} holds no begin record, and only those have capsules; give a records.jsonl"
        )
    return [found[place] for place in sorted(found)]


def _session(each: Message, public_key: str, key: ec.EllipticCurvePrivateKey) -> Session:
    identity, why = None, _signed(each, public_key)
    if not why and not each.capsule:
        why = _NO_CAPSULE
    if not why and is_kept_on_device(each.capsule):
        why = _ON_DEVICE
    if not why:
        try:
            identity = opened(key, each.capsule, each.device, each.session)
        except Unopened:
            why = _UNOPENED
    if identity:
        signed = source.payload(each.text)
        if (identity.pseudonym, identity.level) != (signed.get("ID"), signed.get("IL")):
            identity, why = None, _OTHER
    return Session(each.device, each.connector, each.session, each.pagination, identity, why)


def _signed(each: Message, public_key: str) -> str:
    """What is against the record, in a few words."""
    findings = verify_record(each.text, public_key, "own").findings
    if findings:
        return "the record does not verify: " + ", ".join(findings)
    signed = source.payload(each.text)
    if (signed.get("GS"), signed.get("PG")) != (each.device, f"T{each.pagination}"):
        return _RELABELLED
    own = f"{each.device} {each.connector}"  # as core names a connector without an EVSE id
    return _RELABELLED if signed.get("CT") == "CBIDC" and signed.get("CI") != own else ""
