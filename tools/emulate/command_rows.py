"""What became of the signed commands of an emulated run, against its limits; sends none."""

from tools.emulate.commander import Commander
from tools.emulate.lives import lives
from tools.emulate.row import Row, exactly, told
from tools.emulator.rig import Outcome

_MANY = 10  # cars: some are there while the gateway is
_IN_USE = "in use"  # what the refusal of a `time` says while a car charges


def rows(cars: int, commander: Commander, outcome: Outcome) -> list[Row]:
    """Of a run with so many cars. One at rest is done, one in a session refused; all of them are
    answered, and the one that came twice only once."""
    end_s = outcome.report["simulated_s"]
    answered = [order for order in commander.orders if order.answer]
    beside = [order.answer for order in answered if order.in_session]
    refused = [a for a in beside if a["result"] == "refused" and _IN_USE in a["reason"]]
    done = [o for o in answered if not o.in_session and o.answer["result"] == "done"]
    unanswered = len(commander.unanswered(end_s))
    wanted = max(len(beside), 1 if cars >= _MANY else 0)
    return [
        told("commands_sent", "signed commands", len(commander.orders)),
        told("commands_overtaken", "  of which a power cut overtook",
             sum(order.lost for order in commander.orders)),
        exactly("commands_unanswered", "  of which never answered", unanswered, 0),
        exactly("commands_in_session", "refused, for a car charges", len(refused), wanted),
        exactly("commands_done", "done, at rest", len(done), 2),
        exactly("replays_answered", "replays that were answered", commander.strays, 0),
        exactly("replays_counted", "replays that the board counted", _counted(outcome), 1),
    ]  # fmt: skip


def _counted(outcome: Outcome) -> int:
    """By its last words of itself."""
    statuses = lives(outcome.events, outcome.report["simulated_s"])[-1].statuses
    counts = statuses[-1][1].get("counts", {}) if statuses else {}
    return counts.get("commands_replayed", 0)
