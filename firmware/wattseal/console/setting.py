"""What the console changes at level 2, each with an audit entry; by verbs of signed commands."""

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_LATEST_S = const(4294967295)


class _Reach:
    """As much of app.command_verbs' Reach as these verbs touch."""

    def __init__(self, firmware: "Firmware") -> None:
        self.connectors, self.clock = firmware.connectors, firmware.board.clock


def time(firmware: "Firmware", words: "list[str]") -> str:
    """`time UTC_S`: seconds since 1970, as the signed command's, and refused as that is."""
    if len(words) != 1 or not words[0].isdigit() or len(words[0]) > 10:
        return "refused: say time and UTC in seconds since 1970"
    utc_s = int(words[0])
    if utc_s > _LATEST_S:
        return "refused: this time cannot be"
    from wattseal.app.command_verbs import VERBS  # imported late: seldom needed
    from wattseal.core.command import CommandError

    before_s = firmware.board.clock.utc_ms() // 1000
    try:
        told = VERBS["time"][2](_Reach(firmware), None, utc_s)
    except CommandError as fault:  # its words are ours, and name no value
        return "refused: %s" % fault
    finally:
        if not firmware.config.command_key:  # else they are the listener's
            late.drop("wattseal.app.command_verbs", "wattseal.core.command")
    if firmware.audit is not None:
        firmware.audit.note("time", old=str(before_s), new=str(utc_s), who="console")
    return told
