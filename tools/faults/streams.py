"""The Modbus master: a million random streams in a reply's place (support/stream_faults)."""

from tools.faults.play import everywhere
from tools.faults.section import Play, Row

NAME = "Modbus master, random streams"
MUST = "wrong values accepted, but for frames whole by chance; of these: booked"
_COUNT, _MORE = 1_000_000, 10_000_000
_BATCH = 5000  # as stream_faults has it: two lines for each, one at the end


def run(full: bool, play: Play) -> list[Row]:
    count = _MORE if full else _COUNT
    return play(everywhere("stream_faults", {"count": count}, 2 * count // _BATCH + 1))
