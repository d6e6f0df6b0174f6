"""What lies in a folder of an archive of modules, as `os.ilistdir` tells it; imported late."""

from micropython import const

from wattseal.core.module_archive import Archive

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import BinaryIO, Iterator

_FOLDER = const(0x4000)
_FILE = const(0x8000)


def rows(file: "BinaryIO", base: int, folder: str) -> "Iterator[tuple[str, int, int]]":
    """(name, kind, 0) of each; `folder`: a path, "" for all. The file is closed after the last.
    ArchiveFault, OSError."""
    below = folder + "/" if folder else ""
    last = ""
    for path in Archive(file, base).paths():
        if path.startswith(below):
            name, slash, _ = path[len(below) :].partition("/")
            if name != last:
                yield name, _FOLDER if slash else _FILE, 0
            last = name
    file.close()
