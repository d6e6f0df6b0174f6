"""What an image, or the native module, was built from, as one hash: tells what is stale.

By content, for dates say nothing of a checkout, and of what a build has left out. Prints it for
what builds them, before anything is set up: `python3 tools/image_sources.py IMAGE`; builds none.
"""

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# All boards, for one takes what it needs from another's folder; and the recipe itself.
ALWAYS = ("boards", "tools/firmware.sh")
OURS = ("firmware", "build/lib", "build/comb", "tools/native")
PLACES = {"stock": ALWAYS, "native": ("tools/native",)}  # of others ALWAYS and OURS
NATIVE_LIST = "build/native/sources.sha256"
KINDS = {".py", ".c", ".h", ".S", ".cmake", ".sh"}


def digest(image: str, root: Path = ROOT) -> str:
    """SHA-256 in hex over names and bytes of what goes into "native", "stock", or ours."""
    found: set[Path] = set()
    for place in PLACES.get(image, ALWAYS + OURS):
        path = root / place
        found.update(path.rglob("*") if path.is_dir() else [path])
    whole = hashlib.sha256()
    for path in sorted(found, key=lambda path: path.relative_to(root).as_posix()):
        if path.suffix in KINDS and path.is_file():
            name = path.relative_to(root).as_posix()
            whole.update(f"{name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def stale(built: Path, root: Path = ROOT) -> str:
    """Why `built` (.uf2 or .bin) is not what `root` would give, one sentence; "" when it is."""
    listed = built.with_suffix(".json")
    try:
        told = json.loads(listed.read_text())
        board, image, hashes = told["board"], told["image"], told["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return f"{listed} does not say what the image is; build it anew"
    if hashlib.sha256(built.read_bytes()).hexdigest() != hashes.get(built.suffix[1:]):
        return f"{built} is not the image that {listed.name} tells of; build it anew"
    if told.get("sources_sha256") == digest(image, root):
        return ""
    word = {"stock": " STOCK=1", "production": " PRODUCTION=1"}.get(image, "")
    return f"{built} is not of the sources here; run: make firmware BOARD={board}{word}"


def stale_native(root: Path = ROOT) -> str:
    """Why the native modules that lie below `root` are not of its sources; "" when they are."""
    try:
        told = (root / NATIVE_LIST).read_text().strip()
    except (OSError, ValueError):
        told = ""
    return (
        ""
        if told == digest("native", root)
        else ("build/native is not of the sources here; run: make native, or remove it")
    )


if __name__ == "__main__":
    print(digest(sys.argv[1]))
