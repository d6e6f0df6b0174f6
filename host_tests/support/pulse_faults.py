"""The pulse storm as `make faults` counts it: so many pulses a line, what was wrong of them."""

import asyncio

import pulse_storm

BATCH = 10000
WHAT = "pulses with bounce, overflow and stalls"


def cases(pulses, seed=20261124):
    """(what, tried, [what was wrong]) for each batch; `pulses` is a multiple of it."""
    storm = pulse_storm.Storm(seed)
    for _ in range(pulses // BATCH):
        yield WHAT, BATCH, asyncio.run(_batch(storm))


async def _batch(storm):
    storm.lost = storm.invented = storm.wrong = 0
    for _ in range(BATCH):
        await storm.pulse()
    await storm.look()
    return [
        "%s %d at pulse %d" % (name, count, storm.given)
        for name, count in (
            ("lost", storm.lost), ("invented", storm.invented), ("energies wrong", storm.wrong),
        )
        if count
    ]  # fmt: skip
