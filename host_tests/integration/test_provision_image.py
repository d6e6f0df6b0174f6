"""`make provision` of a board without an image: it gets one, and a device of ours keeps its own.

A folder plays the drive of an RP2040. Once it has the image it goes away, and a stock board on a
pty comes. An ESP32's loader is played in host_tests/tools/test_esp_rom.py.
"""

import errno
import os
import pty
import threading
import tty

import board_on_pty
import console_on_pty
import pytest
from host_tool import tool
from made_images import RP2350, esp, uf2
from rich.console import Console

from tools.provision import esp_rom, flashing, places, uf2_drive
from tools.provision.answers import Answers
from tools.provision.device import Device, NoPrompt, ProvisionFault
from tools.provision.flashing import Cables, built

PICO, PICO_W = "Raspberry Pi Pico with RP2040", "Raspberry Pi Pico W with RP2040"
GIVEN = 'board = "RPI_PICO"\nbroker = "broker.local:1883"\n'
INFO = "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n"


class Bench:
    """A board that shows its drive, and what becomes of it. `comes_as`: os.uname's machine, "" for
    an image that never starts."""

    def __init__(self, folder, comes_as=PICO, board_id=INFO):
        self.drive, self.image = folder / "drives/RPI-RP2", folder / "firmware.uf2"
        self.drive.mkdir(parents=True)
        (self.drive / "INFO_UF2.TXT").write_text(board_id)
        self.image.write_bytes(uf2(blocks=600, holds=b"wattseal.core"))
        self._folder, self._comes_as = folder, comes_as
        self.taken, self.board = b"", None
        self.said = open(folder / "said", "w+")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join(20)
        if self.board:
            self.board.unplug()
        self.said.close()

    def _wait(self):
        there = self.drive / "firmware.uf2"
        while not self._over.wait(0.02):
            if there.exists() and there.stat().st_size == self.image.stat().st_size:
                self.taken = there.read_bytes()
                there.unlink()
                (self.drive / "INFO_UF2.TXT").unlink()
                if self._comes_as:
                    self.board = board_on_pty.BoardOnPty(self._folder, self._comes_as)
                return

    def cables(self, **others):
        def ports():
            return [(self.board.port, "a Pico")] if self.board else []

        def drives():
            return uf2_drive.drives([str(self.drive.parent / "*")])

        usual = {"ports": ports, "drives": drives, "wait_s": 1, "boot_s": 20, "listen_s": 0.5}
        return Cables(**{**usual, **others})

    def put(self, text, port="", **cables):
        """(port at which it is, its name)"""
        path = self._folder / "a.toml"
        path.write_text(text)
        say = Console(file=self.said, width=200)
        where, answers = port or str(self.drive), Answers(path, say)
        found, board, name = flashing.put(where, answers, say, "why", self.cables(**cables))
        board.close()
        return found, name

    def reach(self, text, port):
        path = self._folder / "a.toml"
        path.write_text(text)
        say = Console(file=self.said, width=200)
        return places.on_board(port, Answers(path, say), self._folder, say, self.cables())


@pytest.fixture
def bench(tmp_path):
    with Bench(tmp_path) as made:
        yield made


@pytest.fixture
def ends():
    """(the cable's end, the board's)"""
    made = pty.openpty()
    tty.setraw(made[1])
    yield made
    for end in made:
        os.close(end)


@pytest.fixture
def quiet_port(ends):
    """One at which nothing answers."""
    return os.ttyname(ends[1])


@pytest.fixture
def spoken(ends):
    """(after so many seconds, what is said there)"""
    timers = []

    def say(after_s, text):
        timers.append(threading.Timer(after_s, os.write, (ends[0], text)))
        timers[-1].start()

    yield say
    for timer in timers:
        timer.join()


def test_a_drive_gets_the_image_and_the_board_comes(bench):
    assert bench.put(f'{GIVEN}image = "{bench.image}"\n') == (bench.board.port, "RPI_PICO")
    assert bench.taken == bench.image.read_bytes()
    bench.said.seek(0)
    assert "the image is on the board" in bench.said.read()


def test_an_image_that_is_not_ours_needs_the_word_to_format(bench):
    """MicroPython's own starts by making its files anew where ours are fewer blocks."""
    bench.image.write_bytes(uf2(blocks=600))
    text = f'{GIVEN}image = "{bench.image}"\n'
    with pytest.raises(ProvisionFault, match="its key and records, and nothing was changed"):
        bench.put(text)
    assert not bench.taken
    bench.put(text + "format = true\n")
    assert bench.taken == bench.image.read_bytes()


def test_a_port_that_is_not_there_gets_no_image_of_another(bench):
    with pytest.raises(ProvisionFault, match=f"nothing is at /dev/none.*at {bench.drive}, which"):
        bench.reach(f'{GIVEN}image = "{bench.image}"\n', "/dev/none")
    assert not bench.taken


def test_the_board_that_comes_has_to_be_the_named_one(tmp_path):
    text = f'{GIVEN}image = "{tmp_path}/firmware.uf2"\n'
    with Bench(tmp_path, PICO_W) as bench:
        path = tmp_path / "a.toml"
        path.write_text(text.replace("RPI_PICO", "ESP32_GENERIC"))
        with pytest.raises(ProvisionFault, match="ESP32_GENERIC has ESP32, and this is the drive"):
            bench.put(path.read_text())
        assert not bench.taken


@pytest.mark.parametrize("board", ["RPI_PICO", "RPI_PICO_W"])
def test_without_a_named_image_nothing_is_changed(bench, board):
    """Not even one that `make firmware` has made: a file says what it wants."""
    text = GIVEN.replace("RPI_PICO", board) + 'wifi_ssid = "yard"\n'
    with pytest.raises(ProvisionFault, match=f"no image was named, and nothing.*BOARD={board}"):
        bench.put(text)
    assert not bench.taken and bench.drive.exists()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is no image"),
        (uf2()[:-512], "is damaged"),
        (uf2(RP2350), "for an RP2350"),
    ],
)
def test_another_image_is_refused_before_the_board_is_touched(bench, data, why):
    bad = bench.image.with_name("bad.uf2")
    bad.write_bytes(data)
    with pytest.raises(ProvisionFault, match=why):
        bench.put(f'{GIVEN}image = "{bad}"\n')
    assert not bench.taken


def test_a_drive_of_another_chip_is_refused(tmp_path):
    with Bench(tmp_path, board_id="Model: Raspberry Pi RP2350\r\nBoard-ID: RP2350\r\n") as bench:
        with pytest.raises(ProvisionFault, match="the drive of another chip than an RP2040"):
            bench.put(f'{GIVEN}image = "{bench.image}"\n')
        assert not uf2_drive.drives([str(bench.drive.parent / "*")])


def test_no_drive_two_drives_and_one_that_goes_away(bench, quiet_port):
    text = f'{GIVEN}image = "{bench.image}"\n'
    for drives, why in (
        (list, "no drive RPI-RP2 came; hold its BOOTSEL"),
        (lambda: [bench.drive, bench.drive], "two drives RPI-RP2"),
        (lambda: [bench.drive / "gone"], "went away while the image was copied"),
    ):
        with pytest.raises(ProvisionFault, match=why):
            bench.put(text, quiet_port, drives=drives)
    assert not bench.taken


def test_a_drive_that_may_not_be_written_is_told(bench):
    read_only = OSError(errno.EROFS, "Read-only file system")
    assert "cannot be written (Read-only" in flashing._not_copied(bench.drive, read_only)


def test_a_drive_that_nobody_mounts_is_told(tmp_path):
    label = tmp_path / "RPI-RP2"
    assert uf2_drive.unmounted(label) == ""
    label.touch()
    assert uf2_drive.unmounted(label).endswith(f"not mounted: udisksctl mount -b {label}")


def test_an_image_that_does_not_start_is_told(tmp_path):
    with Bench(tmp_path, comes_as="") as bench:
        with pytest.raises(ProvisionFault, match="no serial port came within 1 s"):
            bench.put(f'{GIVEN}image = "{bench.image}"\n', boot_s=1)
        assert bench.taken


def test_a_device_of_ours_keeps_its_image(bench, tmp_path):
    """It has no prompt, and a key and records that no image may cost; it has only just started."""
    console_on_pty.provision(tmp_path)
    text = f'{GIVEN}image = "{bench.image}"\n'
    said = pytest.raises(ProvisionFault, match="runs Wattseal without a prompt.*nothing was ch")
    with console_on_pty.running(tmp_path) as port, said:
        bench.put(text, port, listen_s=20)
    assert not bench.taken


def test_one_of_ours_that_cannot_start_keeps_its_image(bench, quiet_port, spoken):
    """Without a configuration it has no console, and says why once in a while."""
    spoken(3, b"wattseal: /data/config.json cannot be read [not_configured, blinks 1-7]\r\n")
    with pytest.raises(ProvisionFault, match="runs Wattseal without a prompt"):
        bench.put(f'{GIVEN}image = "{bench.image}"\n', quiet_port, listen_s=20)


def test_one_of_ours_that_is_slow_keeps_its_image(bench, quiet_port, spoken):
    spoken(5, b'{"v": 1, "state": "offline", "fw": "0.1.0"}\r\n')
    with pytest.raises(ProvisionFault, match="runs Wattseal without a prompt"):
        bench.put(f'{GIVEN}image = "{bench.image}"\n', quiet_port, listen_s=20)


def test_where_nobody_can_listen_nothing_is_changed(bench, tmp_path):
    closed = tmp_path / "port"
    closed.write_text("")
    with pytest.raises(ProvisionFault, match="cannot open .*nothing was changed"):
        bench.put(f'{GIVEN}image = "{bench.image}"\n', str(closed))


def test_a_board_that_starts_is_asked_again(bench, monkeypatch):
    """What comes while it starts is lost, and mpremote says it once."""
    left = [2]

    def deaf(port, resume, silence_s):
        left[0] -= 1
        if left[0] >= 0:
            raise NoPrompt("the device does not answer as MicroPython")
        return Device(port, resume, silence_s)

    monkeypatch.setattr(flashing, "Device", deaf)
    assert bench.put(f'{GIVEN}image = "{bench.image}"\n')[0] == bench.board.port
    assert left == [-1]


def test_a_board_that_answers_keeps_its_image(bench, tmp_path):
    said = pytest.raises(ProvisionFault, match="RPI_PICO has a RP2040, and this is: Generic")
    with board_on_pty.plugged(tmp_path, "Generic ESP32 module with ESP32") as board, said:
        bench.reach(f'{GIVEN}image = "{bench.image}"\n', board.port)
    assert not bench.taken


def test_an_esp32_without_the_heap_gets_no_files(bench, tmp_path):
    text = GIVEN.replace("RPI_PICO", "ESP32_GENERIC") + 'wifi_ssid = "yard"\n'
    said = pytest.raises(ProvisionFault, match="1[56]. KB of heap, which our files do not run in")
    machine = "Generic ESP32 module with ESP32"
    with board_on_pty.plugged(tmp_path, machine, "160k") as board, said:
        bench.reach(text, board.port)
    assert b"modules.archive" not in board.seen


def test_an_esp32_is_written_by_esptool_when_it_may_be_erased(bench, tmp_path, monkeypatch):
    image = tmp_path / "firmware.bin"
    image.write_bytes(esp(0, 0x7000, bytes(0x8000)))
    written = []
    monkeypatch.setattr(esp_rom, "write", lambda *told: written.append(told[:3]))
    text = GIVEN.replace("RPI_PICO", "ESP32_GENERIC") + 'wifi_ssid = "yard"\n'
    with board_on_pty.plugged(tmp_path, "Generic ESP32 module with ESP32") as board:
        for more, why in (
            ("format = true\n", "no image was named"),  # no image is taken unasked
            (f'image = "{image}"\n', "is erased before it gets an image, and nothing was changed"),
        ):
            with pytest.raises(ProvisionFault, match=why):
                bench.put(text + more, board.port)
        assert not written
        text += f'image = "{image}"\nformat = true\n'
        assert bench.put(text, board.port) == (board.port, "ESP32_GENERIC")
    assert written == [("ESP32", board.port, image)]


def test_where_make_firmware_leaves_its_image(tmp_path):
    assert built("RPI_PICO", tmp_path) == tmp_path / "build/RPI_PICO/firmware.uf2"
    assert built("ESP32_GENERIC", tmp_path) == tmp_path / "build/ESP32_GENERIC/firmware.bin"


def test_the_command_tells_it_in_one_sentence(bench, tmp_path):
    (tmp_path / "a.toml").write_text(f'{GIVEN}image = "{tmp_path}/none.uf2"\n')
    done = tool("provision", "--port", bench.drive, "--from", tmp_path / "a.toml")
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1
    assert "image: " in done.stderr and "none.uf2 cannot be read" in done.stderr
