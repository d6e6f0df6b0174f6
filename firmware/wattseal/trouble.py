"""What went wrong since the start, and how the firmware is, for `status`; mends nothing itself.

And what follows a start that failed, for this is loaded by then."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.assembly import Firmware
    from wattseal.board_contract import BoardModule


def counts(firmware: "Firmware") -> "dict[str, int]":
    """How often what went wrong since the start, for `status`; only what did."""
    found = dict(firmware.journal.counters)
    found.update(firmware.signer.counts)
    for bus in firmware.buses:
        for name, count in bus.counters.items():
            found["bus_" + name] = found.get("bus_" + name, 0) + count
    found["bus_ok"] = 0  # the one that is no fault
    for point in firmware.points:
        for cause, count in point.doubted.items():
            found["meter_" + cause] = found.get("meter_" + cause, 0) + count
    words = firmware.publisher.words
    found["messages_ignored"] = words.ignored
    if words.commands:
        found.update(words.commands.counts)
    found["acks_unsaved"] = firmware.acks.unsaved
    found["self_checks_failed"] = firmware.recorder.self_check_failures
    found["starts_refused"] = sum([connector.refused for connector in firmware.connectors])
    found["free_sessions"] = firmware.reserve.free_sessions
    found["checkpoints_refused"] = firmware.open_sessions.unkept
    found["begins_unreadable"] = firmware.open_sessions.unreadable
    if firmware.config.tariff and not firmware.live.currency:
        found["tariff_no_room"] = 1  # sessions have no price
    desk = firmware.connectors[0].desk
    found["sealing_faults"] = desk.faults
    seals = firmware.config.sealing_key or firmware.config.id_mode == "slots"
    if seals and not desk.seals:
        found["sealing_no_room"] = 1  # nobody can open the pseudonyms
    if firmware.privacy_office:
        found.update(firmware.privacy_office.counts)
    if firmware.timekeeper:
        found.update(firmware.timekeeper.counts)
    if firmware.audit:
        found.update(firmware.audit.counts)
    return {name: count for name, count in found.items() if count}


def life(firmware: "Firmware") -> "dict[str, object]":
    """How the firmware itself is doing, for `status`: its lives, and what stands still."""
    told = dict(firmware.begun[0]) if firmware.begun else {}
    if firmware.stalled:
        told["stalled"] = firmware.stalled
    if firmware.fault:
        told["fault"] = firmware.fault
    return told


def start_again(board_module: "BoardModule", read_ms: int, log: "Callable[[str], None]") -> None:
    """A start has failed: once more, and where each does, with the configuration of before."""
    try:
        from wattseal.commanding import config_rescue  # imported late: seldom needed

        config_rescue.after_failed(board_module, log)
    finally:
        board_module.start_again(read_ms)
