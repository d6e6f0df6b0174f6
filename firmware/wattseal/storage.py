"""Puts the journal and the checkpoints on what a board has for them; holds no policy."""

import os

from micropython import const

from wattseal.drivers.checkpoint import Checkpoints
from wattseal.drivers.file_journal import FileJournal
from wattseal.drivers.journal_marks import Marks
from wattseal.drivers.segments import Segments

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal import contracts
    from wattseal.contracts import RawFlash
    from wattseal.drivers.ring_region import Region

_SCRATCH_BYTES = const(256)
_SEGMENT_BYTES = const(32768)
_LEAST_BYTES = const(524288)
_MOST_BYTES = const(1048576)
_CHECKPOINT_SECTORS, _AREA_SECTORS = const(14), const(8)
_KEY_SECTORS = const(2)
_SHARE_PERCENT = const(60)  # the files beside it and LittleFS need the rest
# Three archives of modules (deployed, and in both slots) of up to 400 KB, and some for the rest.
_UPDATED_BYTES = const(1310720)


def of(
    flash: "RawFlash | None", folder: str
) -> "tuple[FileJournal, contracts.Checkpoints]":  # fmt: skip
    """The journal, not yet opened, and the checkpoints: of a flash, or files. OSError."""
    checkpoints = Checkpoints(folder)
    if flash is not None:
        return on_flash(flash, second=checkpoints)
    return on_files(folder + "/journal", second=checkpoints), checkpoints


def on_flash(
    flash: "RawFlash", checkpoint_sectors: int = _CHECKPOINT_SECTORS,
    area_sectors: int = _AREA_SECTORS, keep_acked: int = 200,
    second: "contracts.Checkpoints | None" = None,
) -> "tuple[FileJournal, contracts.Checkpoints]":  # fmt: skip
    """The journal in the flash's first sectors, the checkpoints in its last. `second`: blobs on
    another medium, which get the cursor too: a sector of each may be lost. OSError."""
    from wattseal.drivers.ring_area import Areas
    from wattseal.drivers.ring_checkpoints import RingCheckpoints
    from wattseal.drivers.ring_region import Region
    from wattseal.drivers.ring_segments import RingSegments

    scratch = bytearray(_SCRATCH_BYTES)
    rest = flash.sectors - checkpoint_sectors
    areas = Areas(Region(flash, 0, rest, scratch), area_sectors)
    segments = RingSegments(areas)
    region = Region(flash, rest, checkpoint_sectors, scratch)
    checkpoints = RingCheckpoints(region, segments.counters)
    journal = FileJournal(
        segments, Marks(checkpoints, second), areas.area_bytes, areas.count * areas.area_bytes,
        keep_acked,
    )  # fmt: skip
    return journal, checkpoints


def key_region(flash: "RawFlash") -> "Region | None":
    """What is left between the journal's areas and the checkpoints, for drivers.key_slots."""
    from wattseal.drivers.ring_region import Region

    end = flash.sectors - _CHECKPOINT_SECTORS
    if end % _AREA_SECTORS < _KEY_SECTORS:
        return None
    return Region(flash, end - _KEY_SECTORS, _KEY_SECTORS, bytearray(_SCRATCH_BYTES))


def on_files(
    folder: str, segment_bytes: int = _SEGMENT_BYTES, limit_bytes: int = 0,
    keep_acked: int = 200, second: "contracts.Checkpoints | None" = None,
) -> FileJournal:  # fmt: skip
    """In a folder of its own. `limit_bytes`: 0 for what its file system allows. `second`: blobs of
    another folder, which get the cursor too: damage can take a folder of LittleFS back in time."""
    if not limit_bytes:
        limit_bytes = most_bytes(folder[: folder.rfind("/")])
    segments = Segments(folder, bytearray(_SCRATCH_BYTES))
    marks = Marks(Checkpoints(folder), second)
    return FileJournal(segments, marks, segment_bytes, limit_bytes, keep_acked)


def most_bytes(folder: str) -> int:
    """What a journal beside `folder` may take. OSError."""
    system = os.statvfs(folder)
    return limit_of(system[1] * system[2])


def limit_of(system_bytes: int) -> int:
    """The most that the journal may take of a file system: the larger, the longer an outage.

    One that has the room for updates beside the least of a journal keeps it free."""
    beside = system_bytes - _UPDATED_BYTES
    if beside >= _LEAST_BYTES:
        return min(_MOST_BYTES, beside)
    return max(_LEAST_BYTES, min(_MOST_BYTES, system_bytes // 100 * _SHARE_PERCENT))
