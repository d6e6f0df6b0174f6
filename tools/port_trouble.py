"""Why a serial port could not be opened, in words for a person; opens nothing."""

import os
import stat


def told(port: str) -> str:
    """One sentence, with what to do. A URL of pyserial's is a port as well."""
    return f"cannot open {port}: {_why(port)}"


def _why(port: str) -> str:
    if port == "unix":  # as `make provision` has it
        return (
            "that device runs only while `make provision PORT=unix` tries it; "
            "name a board's port, such as /dev/ttyACM0"
        )
    try:
        mode = os.stat(port).st_mode
    except OSError:
        return "there is none; plug the device in, and name its port, such as /dev/ttyACM0"
    if not stat.S_ISCHR(mode):
        return "it is no serial port; name the device's, such as /dev/ttyACM0"
    if not os.access(port, os.R_OK | os.W_OK):
        return "this user may not; join the group that owns it (dialout, mostly), and log in anew"
    return "another program uses it, or it is no serial port; close that program, or name another"
