"""What must be true of the statistics that the receiver has once a device came back."""

import json

_MADE_S = 25  # until they have begun, 15 s behind the start, and what is kept of them has left
_WITHOUT = ("statistics_off", "statistics_no_room")


class Judge:
    """A Scenario's judge. Each boot is left time to send what the lives before have kept."""

    async def settled(self, world):
        await world.seconds(_MADE_S)
        return True

    def torn(self, moment, image):
        return []

    def booted(self, moment, world, image):
        """[what is wrong]: it may come twice, the same to the byte, and never as another one."""
        counts, known = world.firmware.journal.counters, {}
        wrong = ["told_twice: no statistics (%s)" % name for name in _WITHOUT if counts.get(name)]
        for topic, text in world.receiver.statistics:
            if topic == "stat":
                continue  # a month: no life here ends one
            quarter = topic, json.loads(text)["q"]
            if known.setdefault(quarter, text) != text:
                wrong.append("told_twice: %s of %s, and differs" % quarter)
        return wrong
