"""A frozen image that takes updates, with the whole firmware frozen in and the whole in slots.

What small versions can show is in test_image_start.py.
"""

import re
import subprocess

import frozen_image
import pytest
import slot_loader
import update_versions
from update_versions import ROOT, Bench, compiled, statements, with_raise

from tools.module_archive import pack

RUN = "    async def run(self) -> None:\n"
SHOW = """        import gc, sys
        gc.collect()
        top = "wattseal", "board", "main", "umqtt", "p256_table", "slot_loader"
        places = [getattr(m, "__file__", None) or m.__path__ for n, m in sys.modules.items()
                  if n.split(".")[0] in top]
        seen = [place[:3] == "/a/" for place in places]
        print("of the slot:", sum(seen), "of", len(seen), "modules;", gc.mem_free(), "bytes free")
"""
STARTED = (
    ("main.py", ()),
    ("wattseal/assembly.py", ("main", "_made")),
    ("wattseal/starting.py", ("supervised",)),
)


@pytest.fixture(scope="module")
def modules():
    return update_versions.modules()


class Frozen(Bench):
    def start(self, least=frozen_image.LEAST_FREE_BYTES, seconds=8):
        """As Bench's."""
        environment = dict(self.environment, MICROPYPATH=".frozen")
        try:
            done = subprocess.run(
                frozen_image.command(least), env=environment, text=True, timeout=seconds,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            return (late.output or b"").decode(), True
        return done.stdout, False


@pytest.fixture
def bench(tmp_path):
    made = Frozen(tmp_path)
    yield made
    made.close()


def test_the_images_own_firmware_meters_where_nothing_was_updated(bench):
    said, runs = bench.start()
    assert runs and "start 1" in said, said


def test_a_slot_runs_whole_and_nothing_of_the_image_with_it(bench, modules):
    text = (ROOT / "firmware/wattseal/app/supervisor.py").read_text()
    assert text.count(RUN) == 1
    shown = compiled("wattseal/app/supervisor.py", text.replace(RUN, RUN + SHOW))
    bench.put(pack({**modules, "wattseal/app/supervisor.mpy": shown}), 2)
    said, runs = bench.start()
    assert runs and "watched" in said and "start 1" in said, said
    found = re.search(r"of the slot: (\d+) of (\d+) modules; (\d+) bytes free", said)
    assert found and found[1] == found[2] and int(found[1]) > 60, said
    print(found[0])
    assert bench.record().running == 1
    update_versions.Slots(bench.slots).confirm()
    said, runs = bench.start()
    assert runs and "start 2" in said and "watched" not in said, said
    said, runs = bench.start(least=1 << 29)
    assert runs and "start 3" in said and "of the slot" not in said, said


def lines():
    """One in each module of a start, past its imports."""
    for name, functions in STARTED:
        found = statements((ROOT / "firmware" / name).read_text(), functions)
        yield name, found[len(found) * 2 // 3]


@pytest.mark.parametrize(("name", "line"), list(lines()))
def test_a_version_that_raises_is_rolled_back_to_the_image(bench, modules, name, line):
    text = with_raise((ROOT / "firmware" / name).read_text(), line)
    bench.put(pack({**modules, name.replace(".py", ".mpy"): compiled(name, text)}), 2)
    for _ in range(slot_loader.BOOTS):
        said, runs = bench.start(seconds=10)
        assert not runs and "has ended; starting again" in said, said
    said, runs = bench.start()
    record = bench.record()
    assert runs and (record.trial, record.outcome) == (0, slot_loader.ROLLED_BACK), said
