"""tools.deploy with modules in an archive: what is removed for it, and in which order."""

import deployed_device
import pytest
from mpremote.transport import TransportError

from tools import deploy, device_side
from tools.module_archive import pack

MODULES = {
    "board.mpy": b"M\x06",
    "umqtt/simple.mpy": b"M\x06",
    "wattseal/core/ocmf.mpy": b"M" * 50000,
}
TREE = {
    "modules.archive": pack(MODULES),
    "module_vfs.mpy": b"M\x06vfs",
    "main.py": b"import main\n",
}
OLD = ["board.mpy", "umqtt/simple.mpy"]
LOOSE = {
    "main.py": b"from wattseal import assembly\n", "board.mpy": b"old", "board.py": b"older",
    "umqtt/simple.mpy": b"old", "wattseal/core/ocmf.mpy": b"old", "wattseal/__init__.mpy": b"",
    "module_vfs.py": b"raise SystemExit",
}  # fmt: skip
KEPT = {"config.json": b"{}", "data/journal/1": b"record", "notes.mpy": b"somebody's"}


write, files_in = deployed_device.write, deployed_device.files_in
flash, device = deployed_device.flash, deployed_device.device


class Small:
    """A device with so many bytes for files; what it does is in `order`."""

    def __init__(self, device, flash, room):
        self._device, self._flash, self._room = device, flash, room
        self.order = []

    def exec(self, command):
        if command == device_side.ROOM:
            return b"%d" % (self._room - sum(map(len, files_in(self._flash).values())))
        if "os.remove" in command:
            self.order.append("remove " + command.split("'")[1])
        return self._device.exec(command)

    def fs_writefile(self, dest, data, chunk_size):
        self.order.append("write " + dest)
        self._device.fs_writefile(dest, data, chunk_size=chunk_size)


def test_loose_modules_of_before_go_and_nothing_else(device, flash):
    write(flash, {**LOOSE, **KEPT})
    done = deploy.deploy(device, TREE, OLD)
    assert files_in(flash) == {**TREE, **KEPT}
    removed = {path for path, what in done.items() if what == "removed"}
    assert removed == LOOSE.keys() - {"main.py"}
    assert not (flash / "wattseal").exists() and not (flash / "umqtt").exists()
    assert set(deploy.deploy(device, TREE, OLD).values()) == {"kept"}


def test_a_slot_of_an_update_does_not_run_in_place_of_what_was_put_there(device, flash):
    slots = {f"data/update/{name}": b"slot" for name in ("state.0", "state.1", "image", "a", "b")}
    write(flash, {**KEPT, **slots})
    done = deploy.deploy(device, TREE)
    assert files_in(flash) == {**TREE, **KEPT}
    assert {path for path, what in done.items() if what == "removed"} == slots.keys()


def test_with_room_the_old_firmware_stays_until_the_new_one_is_whole(device, flash):
    write(flash, LOOSE)
    roomy = Small(device, flash, 1 << 20)
    deploy.deploy(roomy, TREE, OLD)
    writes = ["write " + path + ".new" for path in TREE]
    assert roomy.order[: len(writes)] == writes and writes[-1] == "write main.py.new"


def test_a_cable_pulled_in_the_archive_leaves_what_was_there(device, flash):
    write(flash, LOOSE)

    class Pulled(Small):
        def fs_writefile(self, dest, data, chunk_size):
            super().fs_writefile(dest, data[:4096], chunk_size)
            raise TransportError("unplugged")

    with pytest.raises(TransportError):
        deploy.deploy(Pulled(device, flash, 1 << 20), TREE, OLD)
    assert LOOSE.items() <= files_in(flash).items()


def test_without_room_for_both_the_old_one_goes_first(device, flash):
    write(flash, LOOSE)
    before = pack({**MODULES, "wattseal/core/ocmf.mpy": b"O" * 50001})
    write(flash, {"modules.archive": before})
    small = Small(device, flash, 90_000)
    deploy.deploy(small, TREE, OLD)
    assert files_in(flash) == TREE
    assert small.order.index("remove modules.archive") < small.order.index("write main.py.new")
    assert small.order.index("remove board.mpy") < small.order.index("remove modules.archive")


def test_no_room_at_all_is_said_in_one_sentence(device, flash):
    with pytest.raises(deploy.DeployFault, match=r"needs 66,\d\d\d bytes, and the device has 50,"):
        deploy.deploy(Small(device, flash, 50_500), TREE, OLD)
