"""The configuration that was in force before the present one, kept while that is on trial.

Its file lies beside `config.json`, and its name has the hash of the one that it waits for: where
another is put there, in whatever way, the trial is over. What is in force is replaced by a rename
alone: a cut leaves the old one or the new one, each whole. Judges none of them.
"""

import binascii
import hashlib
import os

from micropython import const

from wattseal.drivers.durable import write_durably

OLD, BAD = ".old", ".bad"  # kept; of one that was taken back, until that is told
_IN_FORCE = "/config.json"
_CHUNK = const(256)


def digest(path: str) -> bytes:
    """SHA-256 of a file. OSError, here and in all that follows."""
    hashed = hashlib.sha256()
    with open(path, "rb") as file:
        part = file.read(_CHUNK)
        while part:
            hashed.update(part)
            part = file.read(_CHUNK)
    return hashed.digest()


def find(folder: str, suffix: str) -> str:
    """The file of what is in force, "" for none; those of others go."""
    found, mine = "", _name(folder + _IN_FORCE, suffix)
    for name in os.listdir(folder):
        if name[-4:] == suffix and name[:7] == mine[:7]:
            if name == mine:
                found = folder + "/" + name
            else:
                os.remove(folder + "/" + name)
    return found


def keep(folder: str, beside: str) -> None:
    """What is known to be good, until the one `beside` is in force, and has shown that it is."""
    name = _name(beside, OLD)
    if name == _name(folder + _IN_FORCE, OLD):
        return  # the same again
    path = find(folder, OLD) or folder + _IN_FORCE
    with open(path, "rb") as file, open(folder + "/" + name, "wb") as copy:
        part = file.read(_CHUNK)
        while part:
            write_durably(copy, part)
            part = file.read(_CHUNK)


def take_back(folder: str, kept: str) -> None:
    """What `find` gave as kept is in force from the next start on; the mark says so there, and to
    nobody before."""
    from wattseal.drivers import accepted  # imported late: seldom needed

    with open(folder + "/" + _name(kept, BAD), "wb") as mark:
        mark.flush()
    accepted.replace(kept, folder + _IN_FORCE)


def _name(path: str, suffix: str) -> str:
    return "config.%s%s" % (binascii.hexlify(digest(path)[:4]).decode(), suffix)
