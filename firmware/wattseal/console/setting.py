"""What the console changes at level 2, each with an audit entry; by verbs of signed commands."""

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_LATEST_S = const(4294967295)
_NEAR_S = const(5)  # as late as a line that a person sends may be
_PARTS = "wattseal.app.command_verbs", "wattseal.core.command", "wattseal.commanding.clock_back"


class _Reach:
    """As much of app.command_verbs' Reach as these verbs touch."""

    def __init__(self, firmware: "Firmware") -> None:
        self.connectors, self.clock = firmware.connectors, firmware.board.clock
        self._firmware = firmware

    def raise_floor(self, utc_s: int) -> None:
        firmware = self._firmware
        if firmware.board.uplink is None and firmware.config.broker.tls == "required":
            from wattseal.commanding import clock_back  # imported late: seldom needed

            clock_back.raise_floor(firmware, utc_s)

    def lower_floor(self, utc_s: int) -> None:
        from wattseal.commanding import clock_back  # imported late: seldom needed

        clock_back.lower_floor(self._firmware, utc_s, "console")


def time(firmware: "Firmware", words: "list[str]") -> str:
    """`time UTC_S`: seconds since 1970, as the signed command's, and refused as that is; before
    what is known to be past, and before what a server told, as `time_back`, for nobody can hold a
    person's word back."""
    if len(words) != 1 or not words[0].isdigit() or len(words[0]) > 10:
        return "refused: say time and UTC in seconds since 1970"
    utc_s = int(words[0])
    if utc_s > _LATEST_S:
        return "refused: this time cannot be"
    from wattseal.app.command_verbs import VERBS  # imported late: seldom needed
    from wattseal.core.command import CommandError

    clock = firmware.board.clock
    before_s = clock.utc_ms() // 1000
    try:
        back = clock.state() == "S" and utc_s < before_s - _NEAR_S  # its server was wrong
        back = back or not clock.is_possible(1000 * utc_s)
        told = VERBS["time_back" if back else "time"][2](_Reach(firmware), None, utc_s)
    except CommandError as fault:  # its words are ours, and name no value
        return "refused: %s" % fault
    except OSError:
        return "refused: the flash fails"
    finally:
        if not firmware.config.command_key:  # else they are the listener's
            late.drop(*_PARTS)
    if firmware.audit is not None:
        firmware.audit.note("time", old=str(before_s), new=str(utc_s), who="console")
    return told
