"""What tools.deploy has the device run, as MicroPython source; runs nothing on the host."""

# A watchdog that the firmware started runs on under the REPL: a timer must feed it while files
# are copied. RP2 has timer -1 only, ESP32 timers from 0 on. A soft reset stops the timer.
FEED_WATCHDOG = """
try:
    import machine
    _dog = machine.WDT(timeout=8388)
    try:
        _timer = machine.Timer(-1)
    except ValueError:
        _timer = machine.Timer(0)
    _timer.init(period=2000, mode=machine.Timer.PERIODIC, callback=lambda _: _dog.feed())
except (ImportError, AttributeError):
    pass
"""

RESET = "import machine\nmachine.reset()"

# The bytes that are free for files.
ROOM = "import os\n_room = os.statvfs('.')\nprint(_room[0] * _room[3])"

# Prints [path, SHA-256 in hex], a line each, of `NAMES` and of every file below `FOLDERS`; all of
# it in one piece would not fit into a heap that the firmware has just been using.
_SURVEY = """
import binascii, gc, hashlib, json, os
gc.collect()
def _below(folder):
    try:
        rows = list(os.ilistdir(folder))
    except OSError:
        return
    for row in rows:
        path = folder + "/" + row[0]
        if row[1] == 0x4000:
            yield from _below(path)
        else:
            yield path
def _digest(path):
    sha = hashlib.sha256()
    part = bytearray(512)
    with open(path, "rb") as file:
        count = file.readinto(part)
        while count:
            sha.update(memoryview(part)[:count])
            count = file.readinto(part)
    return binascii.hexlify(sha.digest()).decode()
def _tell(path):
    try:
        print(json.dumps([path, _digest(path)]))
    except OSError:
        pass
for _folder in FOLDERS:
    for _path in _below(_folder):
        _tell(_path)
for _path in NAMES:
    _tell(_path)
"""


def survey(names: list[str], folders: tuple[str, ...]) -> str:
    """The source of a survey of some files and of everything below some folders."""
    return f"NAMES = {names!r}\nFOLDERS = {folders!r}\n{_SURVEY}"
