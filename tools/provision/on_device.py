"""What commissioning has the device run, as MicroPython source; runs nothing on the host.

Each piece prints one object of JSON as its last line; none of them prints a private key. The keys
of the console's levels are derived there, and leave it once: whoever commissions gets them.
"""

_BEGIN = """
import board, json, os, sys
from wattseal import VERSION, unconfigured
DIR = board.DATA_DIR
"""

ABOUT = (
    _BEGIN
    + """
unconfigured.prepare(DIR)
told = os.uname() if hasattr(os, "uname") else None
def there(name):
    try:
        os.stat(DIR + "/" + name)
        return True
    except OSError as fault:
        return fault.errno not in (2, 19)  # 19: nothing is mounted
formats = trouble = ""
for name in ("rp2_flash", "esp32_files"):  # loaded by our image's start; a Pico's board.py too
    module = sys.modules.get("wattseal.hal." + name)
    if module and module.trouble:
        formats, trouble = name, module.trouble
if not trouble:
    try:
        os.stat(DIR)
    except OSError as fault:
        if fault.errno == 19:
            trouble = "nothing is mounted: the flash holds no file system"
print(json.dumps({"version": VERSION, "machine": told.machine if told else sys.platform,
    "micropython": ".".join([str(part) for part in sys.implementation[1][:3]]),
    "trouble": trouble, "formats": formats,
    "key": there("device.key") or there("device.key.2"), "config": there("config.json")}))
"""
)


def make_files(module: str) -> str:
    """`module`: of wattseal.hal, as ABOUT tells it under `formats`. All files go."""
    return f"import json\nfrom wattseal.hal import {module} as files\n{_MAKE_FILES}"


_MAKE_FILES = """
try:
    files.format()
    print(json.dumps({"made": True}))
except (OSError, IndexError) as fault:
    print(json.dumps({"fault": "the flash takes no file system (%r); run this again" % fault}))
"""

# `name`: of our own image's board.py, "" where the image is not ours, or is a stock one. `heap`:
# all of it in bytes, on an ESP32 with what it may grow by.
WHAT_RUNS = """
import gc, json, os, sys
heap = gc.mem_free() + gc.mem_alloc()
try:
    machine = os.uname().machine
except AttributeError:
    machine = getattr(sys.implementation, "_machine", sys.platform)
try:
    import wattseal
    frozen = not hasattr(wattseal, "__file__") or wattseal.__file__[:9] == "wattseal/"
    os.stat("/wattseal")
    frozen = False
except ImportError:
    frozen = False
except OSError:
    pass
name = ""
if frozen:
    import board
    name = board.NAME
print(json.dumps({"machine": machine, "name": name, "frozen": frozen,
    "build": getattr(sys.implementation, "_build", ""), "heap": heap}))
"""

MAKE_KEY = (
    _BEGIN
    + """
import gc
from wattseal import comb_table
gc.collect()
TABLE, NATIVE = comb_table.in_ram(), comb_table.native()
from wattseal.drivers import key_making
from wattseal.core.ecdsa import KeyFault
def radio(on):
    import network
    try:
        network.WLAN(network.WLAN.IF_STA).active(on)
    except (OSError, RuntimeError) as fault:
        if on:
            print(json.dumps({"say": "the radio does not start (%r): the key's random numbers "
                "are weaker without it" % fault}))
if sys.platform == "esp32":  # its random numbers are true ones beside its radio alone
    radio(True)
try:
    print(json.dumps({"device": key_making.make(DIR + "/device.key", TABLE, os.urandom, NATIVE)}))
except KeyFault as fault:
    print(json.dumps({"fault": "%s" % fault}))
finally:
    if sys.platform == "esp32":
        radio(False)
"""
)

SHOW_KEY = (
    _BEGIN
    + """
import binascii
from wattseal.core.ecdsa import KeyFault
from wattseal.core.hmac_sha256 import hmac_sha256
from wattseal.drivers.key_copies import Copies
try:
    name, private, public = Copies(DIR + "/device.key").load()
    private = private.to_bytes(32, "big")
    levels = [hmac_sha256(private, b"derived1\\0wattseal console level %d" % n) for n in (1, 2, 3)]
    private = None
    print(json.dumps({"device": name, "public": binascii.hexlify(public).decode(),
        "levels": [binascii.hexlify(level).decode() for level in levels]}))
except KeyFault as fault:
    print(json.dumps({"fault": "%s" % fault}))
"""
)

# The firmware's own search, on the line of bus 0, from a configuration that is never written.
_DETECT = """
import asyncio
from wattseal.console import commissioning
from wattseal.core import config, models
from wattseal.core.settings import ConfigError
async def search():
    guess = {"version": 1, "connectors": [{"id": 1, "meter": "sdm630"}],
        "broker": {"host": "none", "tls": "plain-text-accepted"}}
    built = board.build(config.load(guess, tuple(models.MODELS), models.MODELS))
    def say(text):
        print(json.dumps({"say": text}))
    search = commissioning.build(built.serials[0], built.clock, say, 0, None, "", WANTED)
    outcome = await search.run()
    print(json.dumps({"line": outcome.line, "found": [m.facts() for m in outcome.found],
        "sentences": outcome.sentences, "ok": outcome.ok}))
try:
    asyncio.run(search())
except (ConfigError, OSError) as fault:
    print(json.dumps({"fault": "the serial line cannot be used: %s" % fault}))
"""


def detect(wanted: int) -> str:
    """`wanted`: how many meters there are, 0 for as many as answer."""
    return f"{_BEGIN}WANTED = {wanted}\n{_DETECT}"


def put(name: str, data: bytes) -> list[str]:
    """The pieces that write a file into the data folder, whole or not at all."""
    part = f'DIR + "/{name}.new"'
    pieces = [f'{_BEGIN}file = open({part}, "wb")']
    pieces += [f"_ = file.write({data[at : at + 512]!r})" for at in range(0, len(data), 512)]
    # As drivers.accepted.replace, which an older image has not.
    forget = f'try:\n    os.remove(DIR + "/{name}.accepted")\nexcept OSError:\n    pass\n'
    end = f'file.close()\n{forget}os.rename({part}, DIR + "/{name}")\n'
    return [*pieces, end + 'print(json.dumps({"put": True}))']


# What the questions do not set; the passwords stay there.
READ_CONFIG = (
    _BEGIN
    + """
try:
    with open(DIR + "/config.json") as file:
        old = json.load(file)
    if isinstance(old, dict):
        old.pop("wifi", None)
        if isinstance(old.get("broker"), dict):
            old["broker"].pop("password", None)
except (OSError, ValueError):
    old = None
print(json.dumps({"old": old}))
"""
)

CHECK_CONFIG = (
    _BEGIN
    + """
from wattseal.core.settings import ConfigError
from wattseal.drivers import config_file
try:
    config_file.load(DIR + "/config.json")
    print(json.dumps({"ok": True}))
except ConfigError as fault:
    print(json.dumps({"fault": "%s" % fault}))
except OSError as fault:
    print(json.dumps({"fault": "the flash fails (%r): run this again; if it stays, "
        "replace the board" % fault}))
"""
)
