"""New versions that raise at one line each, and whether the old one runs again; CPython only.

`Bench` has no meter and no broker: for the lines of a start. `Living` has both, and a car that
waits: for what runs after it. A version that raises is ended by the supervisor's reset; one that
lives on all the same is ended here, as a person with a plug would. Each is one start of its trial.
"""

import shutil
import subprocess
import time
from contextlib import ExitStack, suppress

import interpreters
import mqtt_peers
import slot_loader
import update_versions
from signed_commands import PUBLIC_HEX
from update_versions import ROOT, Bench, compiled, statements, with_raise

from tools.module_archive import pack
from tools.serial_line import SerialLine
from tools.sim_meter import MeterLine, SimMeter
from wattseal import VERSION
from wattseal.core import update_package

OLD = 'import sys\nprint("the old version runs")\nsys.exit(0)\n'
# (module, the functions of its start); a module's own statements count as well
STARTED = (
    ("main.py", ()),
    ("wattseal/assembly.py", ("main", "_made", "__init__", "_connector", "_publisher", "run")),
    ("wattseal/starting.py", ("supervised",)),
)
# What runs after it; of these all that is in the functions.
AFTER = (
    ("wattseal/app/sampler.py", ("run", "_serve", "sample", "_tell", "identified")),
    (
        "wattseal/app/recorder.py",
        ("record", "_stored", "_checked", "_payload", "_extras", "_audit"),
    ),
    ("wattseal/app/publisher.py", ("run", "_serve", "_receive", "_send", "_look_back", "_retain")),
    ("wattseal/app/update_trial.py", ("watch", "_is_proved")),
)
SAMPLE, AFTER_SAMPLE = 9, 25  # every so many-th line, where not all are tried
_SPEED = 5  # of the clock of the world after a start
_LONGEST_S = 8  # a life that has not come to the line by then does not come to it
_KEPT = ("config.json", "device.key", "device.key.2", "update")
_WORLD = (
    b'{"utc_ms":1800000000000,"speed":%d}\n'
    b'{"c":1,"plug":true,"pilot":true,"offer":true,"stop":"",'
    b'"id":["ISO14443","VERIFIED","04A1B2C3"]}\n' % _SPEED
)
_CONFIG = update_versions.CONFIG.replace(
    '{"version":1,', '{"version":1,"update_key":"%s","status_s":1,' % PUBLIC_HEX
)


def lines(full):
    """[(whether it is after the start, module, line)]."""
    found = []
    for after, places, every in ((False, STARTED, SAMPLE), (True, AFTER, AFTER_SAMPLE)):
        row = [
            (after, name, line)
            for name, functions in places
            for line in statements((ROOT / "firmware" / name).read_text(), functions, after)
        ]
        found += row if full else row[::every] if not after else row[every // 2 :: every]
    return found


def tried(folder, full, tell=lambda done, of: None):
    """(lines that a start came to, [what was wrong])."""
    modules = update_versions.modules()
    every, reached, wrong = lines(full), 0, []
    with ExitStack() as stack:
        benches = [stack.enter_context(kind(folder, modules)) for kind in (Started, Living)]
        for at, (after, name, line) in enumerate(every):
            found = benches[after].rolled_back(name, line)
            reached += found is not None
            if found:
                wrong.append(f"{name}:{line} {found}")
            tell(at + 1, len(every))
    return reached, wrong


class Started(Bench):
    """The old version is confirmed, in slot a."""

    def __init__(self, folder, modules):
        place = folder / type(self).__name__
        place.mkdir()
        super().__init__(place)
        self.modules = modules
        self.put(pack({**modules, "main.mpy": compiled("main.py", OLD)}), 1)
        assert "the old version runs" in self.start()[0]
        update_versions.Slots(self.slots).confirm()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def rolled_back(self, name, line):
        """ "" or what was wrong; None for a line that no start comes to here."""
        self.forget()
        text = with_raise((ROOT / "firmware" / name).read_text(), line)
        path = name.replace(".py", ".mpy")
        self.put(pack({**self.modules, path: compiled(name, text)}), 2)
        for _ in range(slot_loader.BOOTS):
            said, runs = self.start()
            if "the old version runs" in said:
                return "the old version ran too early"
            if runs:
                self.back()
                return None
        said, _ = self.start()
        if "the old version runs" not in said:
            return "not rolled back: " + said[-200:]
        record = self.record()
        if (record.active, record.trial, record.outcome) != (1, 0, slot_loader.ROLLED_BACK):
            return "the record says otherwise"
        return ""

    def back(self):
        """To the old version; the new one may be confirmed by now."""
        record = self.record()
        record.active, record.trial, record.boots, record.running = 1, 0, 0, 1
        slot_loader.save(self.slots, record)

    def forget(self):
        """What the lives before have left: many bad ones would make this one a safe one."""
        for path in self.folder.iterdir():
            if path.name not in _KEPT:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


class Living(Started):
    """With a meter, a broker and a car. A fault that nobody ends is a start that is over, too."""

    def __init__(self, folder, modules):
        super().__init__(folder, modules)
        self.world = _WORLD
        self._stack = ExitStack()
        port = self._stack.enter_context(mqtt_peers.embedded())
        text = _CONFIG.replace('"host":"192.0.2.1"', '"host":"127.0.0.1","port":%d' % port)
        (self.folder / "config.json").write_text(text)
        loop = self._stack.enter_context(mqtt_peers.Loop())
        line, meters = SerialLine(), MeterLine([SimMeter("sdm630", 1, "20261101")])

        async def begin():
            line.start()
            await meters.start(line.meter_end)

        async def end():
            await meters.stop()
            line.stop()

        loop.call(begin())
        self._stack.callback(lambda: loop.call(end()))
        self.environment["WATTSEAL_SERIAL"] = line.device_end

    def put(self, payload, number):
        """As the version that it is: its own health check looks at that."""
        update_versions.put(self.slots, payload, update_package.numbers(VERSION))

    def close(self):
        self._stack.close()
        super().close()

    def start(self):
        """(what it said, whether it neither ended nor came to the line)."""
        log = self.folder / "said"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [interpreters.unix64(), str(ROOT / "boards/unix/start.py")],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
            end_s = time.monotonic() + _LONGEST_S
            while process.poll() is None and time.monotonic() < end_s and not _raised(log):
                time.sleep(0.05)
            if process.poll() is None and _raised(log):
                with suppress(subprocess.TimeoutExpired):
                    process.wait(1)
            ended = process.poll() is not None or _raised(log)
            process.kill()
            process.wait()
        return log.read_text(errors="replace"), not ended


def _raised(log):
    return b"ValueError: 4711" in log.read_bytes()
