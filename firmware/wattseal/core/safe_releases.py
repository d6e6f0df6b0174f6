"""Where the releases of S.A.F.E.'s reference verifier differ; holds no rule.

Read in SAFE-eV/transparenzsoftware (format/ocmf/OCMFVerifiedData, OCMFVerificationParser) and
confirmed with the programs: 1.2.0, 1.3.0, 1.4.1 (2025-07-07). A type examination certificate names
one exact release, so old ones stay in use.
"""


class Release:
    """How one release differs from the others.

    `registers`: the OBIS C groups that count; `compensated`: those that count alone if present;
    `storages`: the OBIS F groups, () for any; `flags`: what it refuses as EF, `inside` a longer
    one too.
    """

    def __init__(
        self, newest_version_e6: int, registers: "tuple[int, ...]",
        compensated: "tuple[int, ...]", storages: "tuple[int, ...]", flags: "tuple[str, ...]",
        inside: bool,
    ) -> None:  # fmt: skip
        self.newest_version_e6 = newest_version_e6
        self.registers = registers
        self.compensated = compensated
        self.storages = storages
        self.flags = flags
        self.inside = inside


RELEASES = {
    "1.2.0": Release(1000000, (0x01,), (), (), ("E", "t"), False),
    "1.3.0": Release(1100000, (0x01, 0x98), (), (), ("E",), False),
    "1.4.1": Release(
        1300000,
        (0x01, 0x98, 0x9E) + tuple(range(0xB0, 0xC8)),
        (0x98, 0xB1, 0xB3, 0xC1, 0xC3),
        (0, 0xFF, 0x200, 0x255),
        ("E",),
        True,
    ),
}  # fmt: skip
