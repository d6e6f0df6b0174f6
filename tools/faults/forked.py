"""Runs on CPython: each break at each sample of a whole session, by forking at every sample.

Prints as device.py does. To play a session anew up to each of its samples would take hours.
"""

import asyncio
import json
import os
import sys

from register_faults import BREAKS, Play


def outcome(loop: asyncio.AbstractEventLoop, play: Play, what: str) -> str:
    """What a copy of this process says of the break; its play ends, ours goes on."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        found = loop.run_until_complete(play.broken(what))
        os.write(writing, found.encode() or b"good")
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    if not told:
        return "it ended without a word"
    return "" if told == "good" else told


def main(steps_mwh: list[int], p_max_w: int) -> None:
    loop = asyncio.new_event_loop()
    play = Play(steps_mwh, p_max_w)
    loop.run_until_complete(play.begin())
    for sample in range(len(steps_mwh)):
        for what in BREAKS:
            found = outcome(loop, play, what)
            wrong = [f"{what}, sample {sample}: {found}"] if found else []
            print(json.dumps([what, 1, wrong]), flush=True)
        loop.run_until_complete(play.point.seconds(1))
    loop.run_until_complete(play.end())


main(**json.loads(sys.stdin.readline()))
