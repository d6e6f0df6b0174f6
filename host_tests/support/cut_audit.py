"""Devices with the audit log on, in power cuts: what they do, and how a boot is judged.

On the ring their identifications are sealed with keys in slots of raw flash. No boot hashes the
firmware's own files, as none does where all of them are frozen.
"""

import kept_verdict
import kept_watch
import signed_commands as signed
import virtual_power
from command_cuts import told
from cut_scenarios import Scenario, begun, session
from flash_media import Files, Ring

from wattseal.drivers.audit_log import AuditLog
from wattseal.privacy import audit_beginning, audit_running

CONFIG = virtual_power.CONFIG.replace('"audit":"off"', '"audit":"on"')
SLOTS = ',"id_mode":"slots","command_key":"%s"}' % signed.PUBLIC_HEX
_BLOCKS, _FEW_BLOCKS = 20, 8  # of LittleFS beside a ring; with the few the log finds no room
_LEAST = 64  # entries that a log keeps, as audit_beginning has it
_DAY_S, _HOUR_S = 86400, 3600
_OPEN_S = 30
_most = audit_beginning._most


class Judge:
    """`medium`: where keys are; `keeps`: there is room for the log."""

    def __init__(self, keeps=True):
        self._keeps = keeps
        self.medium = None
        self.tells = None  # is given a line for tools.audit after each boot

    async def settled(self, world):
        """Whether the log has what this boot noted."""
        firmware = world.firmware
        there = await world.until(lambda: firmware.audit, _OPEN_S)
        await world.seconds(2)
        return there and (not self._keeps or await firmware.audit._settled())

    def torn(self, moment, image):
        """[what is wrong] before the boot."""
        return self._keys(moment, image, {}, False)

    def booted(self, moment, world, image):
        """[what is wrong] behind it."""
        folder, stored = world.data_dir + kept_verdict.FOLDER, world.receiver.stored
        if self.tells:
            self.tells(kept_verdict.told(folder, stored))
        wrong = kept_verdict.of_log(folder, moment.told, stored, self._keeps)
        return wrong + self._keys(moment, image, stored, True)

    def _keys(self, moment, image, stored, recovered):
        if not isinstance(self.medium, Ring):
            return []
        sectors = self.medium.key_sectors(image)
        return kept_verdict.of_keys(sectors, image, moment, stored, recovered)


class Audited(Scenario):
    """`keeps`: False where the log finds no room."""

    def __init__(self, play, prepare=None, keeps=True):
        super().__init__(play, prepare or provisioned)
        self.judge = Judge(keeps)
        self._blocks = _BLOCKS if keeps else _FEW_BLOCKS

    def medium(self, ring, progsize):
        kept_watch.install()
        hashes_no_files()
        made = Files(progsize)
        if ring:
            made = Ring(progsize, 3, 8, 14, spare=2, config_blocks=self._blocks)
        self.judge.medium = made
        return made


def hashes_no_files():
    """From now on: to read all of the firmware at each boot takes longer than the boot."""
    audit_running._root = lambda: None


def keeps_few(few=True):
    """Of a log on the host's file system, from now on: it would keep a thousand entries."""
    audit_beginning._most = (lambda folder: _LEAST) if few else _most


def provisioned(power):
    virtual_power.provision(power.world.data_dir)
    configure(power)


def configure(power, status_s=0):
    text = config(power.world.flash).replace('"status_s":0', '"status_s":%d' % status_s)
    virtual_power.configure(power.world.data_dir, text)


def config(flash):
    return CONFIG[:-1] + (SLOTS if flash else "}")


def crowded(power):
    """The log is about to prune at each of its next files."""
    provisioned(power)
    fill(power)


def crammed(power):
    """The file system has no room for another entry."""
    provisioned(power)
    try:
        fill(power, 1000)
    except OSError:
        return
    assert False, "all of it found room"


def fill(power, count=_LEAST + _LEAST // 2):
    """Put entries into the log, all of them in full files. OSError."""
    folder = power.world.data_dir + kept_verdict.FOLDER
    log = AuditLog(folder, kept_verdict.KEY, _LEAST)
    for _ in log.opening(lambda line: None):
        pass
    for number in range(count):
        entry = {"ev": "boot", "obj": "%d" % number, "old": "power", "new": "0", "who": "device"}
        log.append([(power.world.utc_ms // 1000 - 1000 + number, "S", entry)])


def audited(power):
    """Sessions in six lives: what each begins with is noted, and each record has the head."""

    async def script(world):
        await world.until(lambda: world.firmware.connectors[0].idle, 60)
        await session(world, 5)
        await world.seconds(70)
        await begun(world, 20)

    for _ in range(6):
        power.on(script)


def pruned(power):
    """Another configuration at each start: old files of the log go, and a checkpoint comes."""

    async def script(world):
        await world.seconds(5)
        await session(world, 2)

    for turn in range(12):
        configure(power, 100 + turn)
        power.on(script)


def erased(power):
    """A key goes by command, and one at the console, while others stay."""
    names = []

    async def charged(world):
        await begun(world, 2)
        names.append(world.firmware.connectors[0].session.session_id)
        world.unplug()
        await world.until(lambda: world.firmware.connectors[0].idle, 60)

    async def script(world):
        await world.seconds(5)
        for _ in range(3):
            await charged(world)
        exp = world.utc_ms // 1000 + 600
        for counter in (2 * len(names), 2 * len(names) + 1):
            asked = signed.command(counter, exp, "erase", session=names[-1 - counter % 2])
            await told(world, [asked])
        answer = await world.firmware.privacy_office.erase([names[-3]])
        assert "destroyed" in answer, answer
        await begun(world, 20)

    for _ in range(3):
        power.on(script)


def retained(power):
    """Keys go by themselves: a week after the receiver had the record, or after 90 days."""

    async def script(world):
        await world.seconds(5)
        for _ in range(2):
            await session(world)
        world.receiver.acks = False
        await session(world)  # nobody acknowledges this one
        world.grid_ms = 60000
        await world.seconds(3 * _HOUR_S)
        for days in (8, 90):
            world.step_ms += 1000 * days * _DAY_S
            await world.seconds(3 * _HOUR_S)
        world.receiver.acks = True  # without it the last one takes two days of steady time
        await world.seconds(3 * _HOUR_S)
        assert len(world.firmware.privacy_office._slots.live()) == 0, "keys are left"
        world.grid_ms = 1000
        await world.seconds(70)
        await begun(world, 20)

    for _ in range(2):
        power.on(script)


SCENARIOS = {
    "audited": Audited(audited),
    "pruned": Audited(pruned, crowded),
    "crammed": Audited(audited, crammed, keeps=False),
    "erased": Audited(erased),
    "retained": Audited(retained),
}
ON_RING = ("crammed", "erased", "retained")  # the others are played on both media
