"""What happened in each life of the board, from power or reset to the next end; judges nothing."""

import json
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Exchange:
    """One request on the meters' line. `answered_s`: the last bit of the answer, None for none."""

    unit: int
    request: bytes
    asked_s: float  # its first bit
    answered_s: float | None
    busy_s: float  # the processor's, up to the request's end

    def reads(self, address: int) -> bool:
        """Whether a register is among those asked for."""
        first, count = (int.from_bytes(self.request[at : at + 2], "big") for at in (2, 4))
        return first <= address < first + count


@dataclass
class Life:
    """`statuses`: what the firmware said of itself on the console, with the time it did."""

    began_s: float
    by_power: bool
    ended_s: float = 0.0
    exchanges: list[Exchange] = field(default_factory=list)
    statuses: list[tuple[float, dict]] = field(default_factory=list)

    def first_reading_s(self, registers: dict[int, int]) -> float | None:
        """From its beginning to the end of the first answer that holds the energy.

        `registers`: {unit: address of its energy}. None: the life was over before that.
        """
        for exchange in self.exchanges:
            if exchange.answered_s is None or exchange.answered_s > self.ended_s:
                continue
            if exchange.reads(registers[exchange.unit]):
                return exchange.answered_s - self.began_s
        return None


def lives(events: list[dict], ended_s: float) -> list[Life]:
    """In order. `ended_s`: of the run."""
    found: list[Life] = []
    for event in events:
        kind = event["event"]
        if kind == "boot":
            found.append(Life(event["t_s"], event["by"] == "power"))
        elif kind in ("power cut", "watchdog"):
            found[-1].ended_s = event["t_s"]
        elif kind == "modbus":
            found[-1].exchanges.append(_exchange(event))
        elif kind == "console" and event["text"].startswith("{"):
            found[-1].statuses.append((event["t_s"], json.loads(event["text"])))
    found[-1].ended_s = ended_s
    return found


def _exchange(event: dict) -> Exchange:
    return Exchange(
        event["unit"], bytes.fromhex(event["request"]), event["asked_s"], event["answered_s"],
        event["busy_s"],
    )  # fmt: skip
