"""Joins what one signed command needs; imported when one comes, and dropped with all of that."""

import binascii
import gc
import sys

from micropython import const

from wattseal import late
from wattseal.core import ecdsa, models
from wattseal.core.command import CommandError
from wattseal.core.p256 import CurveError
from wattseal.drivers import key_file

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.commands import Kept
    from wattseal.assembly import Firmware
    from wattseal.core.command import Command

_PARTS = (
    "wattseal.commanding.clock_back",
    "wattseal.commanding.correcting",
    "wattseal.commanding.updates",
    "wattseal.privacy.audit_export",
    "wattseal.core.correction",
    "wattseal.app.commands",
    "wattseal.app.command_verbs",
    "wattseal.core.command",
    "wattseal.core.p256_wnaf",
    "wattseal.drivers.config_replace",
    "wattseal.drivers.config_file",
    "wattseal.drivers.config_kept",
    "wattseal.drivers.modbus_lines",
    "wattseal.drivers.tls_credentials",
    "wattseal.drivers.tariff_replace",
    "wattseal.drivers.tariff_file",
    "wattseal.core.pricing.loading",
    "wattseal.core.pricing.json_text",
    "wattseal.core.pricing.tariff_rules",
    "wattseal.core.pricing.zone_rule",
    "wattseal.core.config",
)
_DAILY = ("start", "stop", "resend")


async def judge(firmware: "Firmware", payload: bytes, kept: "Kept") -> str:
    """As what a command that was not done is counted; "" once it is done."""
    try:
        from wattseal.app import commands

        key = binascii.unhexlify(firmware.config.command_key)

        async def verify(command: "Command") -> bool:
            gc.collect()  # what importing left: verifying makes many numbers
            steps = ecdsa.verify_p1363_steps(key, command.digest, command.signature)
            try:
                return await key_file.cooperatively(steps)
            except CurveError:  # the arithmetic went wrong
                return False

        return await commands.Judge(
            firmware.signer.device_id, firmware.board.clock, firmware.checkpoints, kept,
            verify, firmware.recorder.quiet, _Reach(firmware),
            lambda text: firmware.publisher.tell(b"rsp", text, 1),
        ).take(payload)  # fmt: skip
    finally:
        late.drop(*_PARTS)
        models.forget(sys.modules)
        gc.collect()


class _Reach:
    """app.command_verbs.Reach."""

    def __init__(self, firmware: "Firmware") -> None:
        self.connectors = firmware.connectors
        self.controls = firmware.board.controls
        self.clock = firmware.board.clock
        self.resend = firmware.publisher.words.resend
        self._firmware = firmware

    def note(self, command: "Command", result: str) -> None:
        """In the audit log, but for what each session has."""
        firmware = self._firmware
        if firmware.audit and command.verb not in _DAILY:
            who = self._who()
            firmware.audit.note("command", "%s %s" % (command.verb, command.id), "", result, who)

    def _who(self) -> str:
        return "command:" + self._firmware.config.command_key[:8]

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
            raise CommandError("connector %d has no such session" % connector)

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
        name = self._firmware.config.tariff
        if not name:
            raise CommandError(
                "the configuration names no tariff; put one there first, at the device"
            )
        from wattseal.drivers import tariff_replace  # imported late: only one verb needs it

        tariff_replace.take(self._firmware.board.data_dir, name, at, part, identity)

    def save(self, text: bytes) -> None:
        from wattseal.drivers import config_replace  # imported late: only one verb needs it

        board, config = self._firmware.board, self._firmware.config
        config_replace.replace(board.data_dir, text, config, board.uplink is not None)
