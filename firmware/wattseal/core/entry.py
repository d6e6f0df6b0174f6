"""One entry of a session's record, as OCMF's `RD` lists them; decides nothing."""


class Entry:
    """One OCMF reading. `energy_wh` is None in an error event that has no value of its own."""

    def __init__(
        self, utc_ms: int, time_state: str, tx: str, energy_wh: "int | None", ef: str, st: str
    ) -> None:
        self.utc_ms = utc_ms
        self.time_state = time_state
        self.tx = tx
        self.energy_wh = energy_wh
        self.ef = ef
        self.st = st
