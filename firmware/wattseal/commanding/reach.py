"""What the verbs of signed commands act on; imported once one has been verified, and dropped."""

import binascii
import gc
import os
import sys

from micropython import const

from wattseal import late
from wattseal.core.command import CommandError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware
    from wattseal.core.command import Command

_DAILY = ("start", "stop", "resend")
_STEPS = ("time", "time_back")
_ON_TRIAL = "a version is on trial; wait until it is confirmed"


class Reach:
    """app.command_verbs.Reach."""

    def __init__(self, firmware: "Firmware") -> None:
        self.connectors = firmware.connectors
        self.controls = firmware.board.controls
        self.clock = firmware.board.clock
        self.resend = firmware.publisher.words.resend
        self._firmware = firmware
        self._begun_s = self.clock.utc_ms() // 1000

    def note(self, command: "Command", result: str) -> None:
        """In the audit log, but for what each session has; a step of the clock with its times."""
        firmware = self._firmware
        if firmware.audit and command.verb not in _DAILY:
            who = self._who()
            if command.verb in _STEPS and result == "done":
                now_s = self.clock.utc_ms() // 1000
                firmware.audit.note("time", "", str(self._begun_s), str(now_s), who)
            firmware.audit.note("command", "%s %s" % (command.verb, command.id), "", result, who)

    def _who(self) -> str:
        return "command:" + self._firmware.config.command_key[:8]

    def raise_floor(self, utc_s: int) -> None:
        firmware = self._firmware
        if firmware.board.uplink is None and firmware.config.broker.tls == "required":
            from wattseal.commanding import clock_back  # imported late: only one verb needs it

            clock_back.raise_floor(firmware, utc_s)

    def lower_floor(self, utc_s: int) -> None:
        from wattseal.commanding import clock_back  # imported late: only one verb needs it

        clock_back.lower_floor(self._firmware, utc_s, self._who())

    async def export(self, after: int) -> str:
        late.drop("wattseal.core.p256_wnaf")  # it has verified
        gc.collect()
        from wattseal.privacy import audit_export  # imported late: only one verb needs it

        return await audit_export.export(self._firmware, after)

    async def correct(self, number: int, reason: str) -> str:
        late.drop("wattseal.core.p256_wnaf")  # it has verified; a record needs the room
        gc.collect()
        from wattseal.commanding import correcting  # imported late: only one verb needs it

        firmware = self._firmware
        return await correcting.correct(
            firmware.journal, firmware.recorder, firmware.signer.device_id, number, reason
        )

    def consent(
        self, connector: int, session: str, statistics: bool, sharing: bool, policy: int
    ) -> None:
        consents = self._firmware.recorder.consents
        if consents is None:
            raise CommandError("the configuration names no policy that a driver could agree to")
        if (statistics or sharing) and policy != consents.policy:  # taking back asks for nothing
            raise CommandError("the policy here has version %d" % consents.policy)
        if not consents.say(connector, session, statistics, sharing):
            raise CommandError("connector %d has no such session, or it has ended" % connector)

    async def erase(self, session: str) -> str:
        office = self._firmware.privacy_office
        if office is None:
            raise CommandError("this device keeps no keys that could be destroyed")
        answer = await office.erase([session])
        if answer.startswith("refused: "):
            raise CommandError(answer[9:])
        return answer

    async def update(self, kind: str, size: int, digest: str) -> str:
        firmware = self._firmware
        if not firmware.config.update_key:
            raise CommandError("the configuration has no update_key")
        late.drop("wattseal.core.p256_wnaf")  # it has verified
        if firmware.updates is None:
            await late.load(firmware.calm, "wattseal.commanding.updates")
            from wattseal.commanding import updates  # imported late: only one verb needs it

            refused = await updates.begin(firmware, print, True)
            if refused:
                raise CommandError(refused)
        assert firmware.updates is not None
        await firmware.recorder.quiet()
        try:
            return firmware.updates.order(kind, size, binascii.unhexlify(digest))
        except ValueError as fault:  # its own sentence, or unhexlify's
            raise CommandError(str(fault))

    def save_tariff(self, at: int, part: bytes, identity: str) -> None:
        self._check_trial()
        name = self._firmware.config.tariff
        if not name:
            raise CommandError(
                "the configuration names no tariff; put one there first, at the device"
            )
        from wattseal.drivers import tariff_replace  # imported late: only one verb needs it

        tariff_replace.take(self._firmware.board.data_dir, name, at, part, identity)

    def _check_trial(self) -> None:
        """CommandError while a version is on trial: the one before may not know what this one
        takes, and could not start with it. OSError."""
        folder = self._firmware.board.data_dir
        if "update" not in os.listdir(folder):
            return  # and no more is loaded
        fresh = "slot_loader" not in sys.modules
        try:
            import slot_loader  # imported late: seldom needed

            if slot_loader.load(folder + "/update").trial:
                raise CommandError(_ON_TRIAL)
        finally:
            if fresh:
                late.drop("slot_loader")

    def save(self, text: bytes) -> None:
        self._check_trial()
        from wattseal.drivers import config_replace  # imported late: only one verb needs it

        board, config = self._firmware.board, self._firmware.config
        config_replace.replace(board.data_dir, text, config, board.uplink is not None)
