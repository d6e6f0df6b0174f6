"""Joins what one signed command needs; imported when one comes, and dropped with all of that."""

import binascii
import gc
import sys

from micropython import const

from wattseal import late
from wattseal.core import ecdsa, models
from wattseal.core.p256 import CurveError
from wattseal.drivers import key_file

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.commands import Kept
    from wattseal.assembly import Firmware
    from wattseal.commanding.reach import Reach
    from wattseal.core.command import Command

_PARTS = (
    "wattseal.commanding.reach",
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
    "wattseal.drivers.accepted",
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
            verify, firmware.recorder.quiet, lambda: _reach(firmware),
            lambda text: firmware.publisher.tell(b"rsp", text, 1),
        ).take(payload)  # fmt: skip
    finally:
        late.drop(*_PARTS)
        models.forget(sys.modules)
        gc.collect()


def _reach(firmware: "Firmware") -> "Reach":
    from wattseal.commanding.reach import Reach  # imported late: verifying needs the room

    return Reach(firmware)
