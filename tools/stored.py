"""One record in the receiver's hands, with what the verification said; judges nothing itself."""

from dataclasses import dataclass


@dataclass(slots=True)
class Stored:
    """One record as it came, and what the verification said: no findings is good."""

    pagination: int
    kind: str
    connector: int
    session: str
    ocmf: str
    findings: list[str]

    @property
    def ok(self) -> bool:
        return not self.findings
