"""Starts the wired firmware: what is opened first, and what runs; imported late, and dropped."""

import asyncio
import os

from micropython import const

from wattseal import late
from wattseal.app import health, key_proof, newest_lines
from wattseal.app.supervisor import Supervisor

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Iterator

    from wattseal.app.supervisor import Watched
    from wattseal.assembly import Firmware

    Log = Callable[[str], None]

_PATIENCE_S = const(60)  # a slow line with dead meters takes several grid points at a time
_SLOW_BUSES = const(3)  # so much longer than configured its samples may take there
_LATE_MS = const(2000)
_ALL = const(1 << 29)  # records
# Measured on 32 bits: 5 KB from files. A session's end and a connection need the rest.
_WATCH_FREE_BYTES = const(40960)
_NO_ROOM = "faults: no room to watch them (%d bytes of heap free, %d needed); the lamp is dark"
_UPDATES_S = const(1800)
_PATIENT_S = const(300)  # longer than any deadline of a connection


async def supervised(firmware: "Firmware", log: "Log") -> Supervisor:
    """Open the journal and get ready; returns what runs the firmware. OSError."""
    board = firmware.board
    newest_lines.now_ms = board.clock.now_ms
    tasks: list[Awaitable[None]] = [asyncio.create_task(task) for task in board.tasks()]
    _open_journal(firmware, log)
    await board.ready()
    board.watchdog.feed_running()
    if firmware.samplers:
        firmware.samplers[0].collect = board.collect
    tasks += firmware.meter_tasks + [one.run() for one in firmware.samplers + firmware.connectors]
    tasks.append(firmware.acks.run())
    config = firmware.config
    if config.audit == "on":
        firmware.recorder.audit_opens = asyncio.Event()
    private = config.sealing_key or config.policy or config.id_mode != "pseudonym"
    if private or board.flash is not None:  # which may have keys of before
        from wattseal.privacy import wiring  # imported late: few have any of these

        tasks += wiring.wire(firmware, log)
        late.drop("wattseal.privacy.wiring")
    safe = firmware.safe = firmware.begun is not None and "safe_mode" in firmware.begun[0]
    tasks += [_safe_mode(firmware, log)] if safe else _optional(firmware, log)
    if board.console is not None and board.controls is not None:
        tasks.append(firmware.answer(board.console, board.controls))
    asyncio.create_task(_late(firmware, log))
    asyncio.create_task(key_proof.prove(firmware.signer, firmware.points, firmware.calm, log))
    late.drop("wattseal.starting", "wattseal.app.key_proof", "wattseal.app.health")
    watched = hearts(firmware)
    if not safe:  # a broker must not be able to reset a charger: none is vital
        watched.append(("publisher", firmware.publisher, _PATIENT_S, False))
        watched.append(("live", firmware.live, _PATIENT_S, False))
    return Supervisor(tasks, watched, board.watchdog, firmware.stalled)


def _open_journal(firmware: "Firmware", log: "Log") -> None:
    feed = firmware.board.watchdog.feed_running
    if not firmware.config.keep_days:
        firmware.journal.keep_acked = _ALL
    firmware.journal.open(feed)
    late.drop("wattseal.drivers.journal_recovery")
    others = firmware.open_sessions.scan(feed, [row.id for row in firmware.connectors])
    if others:
        from wattseal.app import removed  # imported late: seldom needed

        wired = firmware.recorder, firmware.reserve, firmware.board.clock
        removed.begin(others, firmware.open_sessions, *wired, log)


async def _late(firmware: "Firmware", log: "Log") -> None:
    """What waits until the first readings are over, and what fails at its own cost alone."""
    clock, opens = firmware.board.clock, firmware.recorder.audit_opens
    await clock.sleep_until(clock.now_ms() + _LATE_MS)
    await firmware.open_sessions.ready()
    if firmware.config.statistics == "on" and not firmware.safe:
        asyncio.create_task(_statistics(firmware, log))
    try:
        if opens:
            await late.load(firmware.calm, "wattseal.privacy", "wattseal.privacy.audit_room")
            from wattseal.privacy import audit_room

            await audit_room.begin(firmware, opens, log)
    except (OSError, ImportError, MemoryError) as fault:
        firmware.journal.counters["audit_off"] = 1
        log("audit: %s; its log is not whole" % fault)
    finally:
        if opens:
            opens.set()  # records wait for it
    await firmware.open_sessions.settled()
    await _updates(firmware, log, 0, [])
    await _retention(firmware, log)
    await _watch(firmware, log)


async def _updates(firmware: "Firmware", log: "Log", wait_s: int, begun: "list[str]") -> None:
    """Where there was one: it may be on trial, or not whole yet. A signed command loads it too.
    Of a configuration there is a file beside it. What fails is tried again: nobody watches a trial
    else. `begun`: as for commanding.updates."""
    await asyncio.sleep(wait_s)
    try:
        names = os.listdir(firmware.board.data_dir)
        if not any(name == "update" or name[-4:] in (".old", ".bad") for name in names):
            return
        await late.load(firmware.calm, "wattseal.commanding", "wattseal.commanding.updates")
        from wattseal.commanding import updates

        await updates.look(firmware, log, names, begun)
    except (OSError, ImportError, MemoryError) as fault:
        log("update: %r; none is taken, it is tried again" % fault)
        asyncio.create_task(_updates(firmware, log, min(2 * wait_s + 30, _UPDATES_S), begun))
    finally:
        late.drop("wattseal.commanding.updates")


async def _retention(firmware: "Firmware", log: "Log") -> None:
    try:
        await late.load(firmware.calm, "wattseal.privacy", "wattseal.privacy.retention")
        from wattseal.privacy import retention

        asyncio.create_task(retention.run(firmware))
    except (OSError, ImportError, MemoryError) as fault:
        firmware.journal.counters["reviews_failed"] = 1
        log("retention: %s; nothing goes by its age" % fault)


async def _watch(firmware: "Firmware", log: "Log") -> None:
    """The worst fault for `status`, and for the lamp where one is to be lit. Where there is room:
    it is looked for here, for to load what looks takes a small board long."""
    await firmware.calm()  # to look takes as long as going over the heap
    if not late.has_room(_WATCH_FREE_BYTES, _NO_ROOM, log):
        return
    try:
        await late.load(firmware.calm, "wattseal.console.signs", "wattseal.console.signs.wiring")
        from wattseal.console.signs import wiring

        await wiring.begin(firmware)
    except (OSError, ImportError, MemoryError) as fault:
        log("faults: %s; the lamp is dark" % fault)


async def _statistics(firmware: "Firmware", log: "Log") -> None:
    await firmware.open_sessions.settled()
    try:
        from wattseal.statistics import beginning  # imported late: few want them

        await beginning.begin(firmware, log)
    except (OSError, ImportError, MemoryError) as fault:
        firmware.journal.counters["statistics_off"] = 1
        log("statistics: %s; none are made" % fault)


def _safe_mode(firmware: "Firmware", log: "Log") -> "Awaitable[None]":
    from wattseal.app import safe_mode  # imported late: seldom needed

    assert firmware.begun is not None
    firmware.open_sessions.patient = True
    parts = firmware.board.clock, firmware.recorder.quiet, firmware.connectors
    return safe_mode.run(firmware.begun, firmware.checkpoints, *parts, log, firmware.signer)


def _optional(firmware: "Firmware", log: "Log") -> "list[Awaitable[None]]":
    """What safe mode leaves out."""
    begun, live, quiet = firmware.begun, firmware.live, firmware.recorder.quiet
    if begun:
        asyncio.create_task(health.prove(begun, firmware.checkpoints, firmware.board.clock, quiet))
    if firmware.config.home_assistant == "on":
        firmware.greeting.discovery = _discovery(firmware)
    sends = late.after(firmware.open_sessions.settled, firmware.publisher.run)
    tasks: list[Awaitable[None]] = [sends, live.run(), live.run_status()]
    if firmware.timekeeper:
        tasks.append(firmware.timekeeper.run())
        for connector in firmware.connectors:
            connector.heart.untimed = firmware.timekeeper.is_awaited
    return tasks


def _discovery(firmware: "Firmware") -> "Callable[[], Iterator[tuple[bytes, bytes]]]":
    """Home Assistant's messages, made anew for each connection."""
    config, device, version = firmware.config, firmware.signer.device_id, firmware.greeting.version
    others, currency = firmware.greeting.discovery, firmware.live.currency

    def messages() -> "Iterator[tuple[bytes, bytes]]":
        yield from others()
        from wattseal.app import discovery  # imported late: seldom needed

        for row in config.connectors:
            text = discovery.config(device, version, row.id, config.live_ms, currency)
            yield discovery.topic(device, row.id), text
        late.drop("wattseal.app.discovery")

    return messages


def hearts(firmware: "Firmware") -> "list[Watched]":
    """By what each task is watched, and how long it may stand still, in seconds.

    Vital is what a session needs from its begin to its record in the journal. The console only
    waits for lines, and the time server is asked with deadlines: neither has a heart."""
    patience_s = _SLOW_BUSES * firmware.config.end_wait_s + _PATIENCE_S  # of a closing read
    watched: list[Watched] = [("recorder", firmware.recorder, _PATIENCE_S, True)]
    watched.append(("acks", firmware.acks, _PATIENCE_S, True))
    watched.append(("inputs", firmware.board.inputs, _PATIENCE_S, True))
    for i, sampler in enumerate(firmware.samplers):
        watched.append(("sampler %d" % i, sampler, _PATIENCE_S, True))
    for name, heart in firmware.meter_hearts:
        watched.append((name, heart, _PATIENCE_S, True))
    for connector in firmware.connectors:
        watched.append(("connector %d" % connector.id, connector.heart, patience_s, True))
    return watched
