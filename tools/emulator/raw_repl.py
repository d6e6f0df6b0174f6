"""A script run through MicroPython's raw REPL, as mpremote runs it; knows no port."""

_READY = "raw REPL; CTRL-B to exit\r\n>"
_INTERRUPT, _RAW, _EXECUTE, _FRIENDLY = "\x03", "\x01", "\x04", "\x02"
_SETTLE_S = 0.05
DONE = "\x04>"  # the scenario's `until` for a run that ends with its script


class ScriptFault(Exception):
    """The script raised; the argument is the board's traceback."""


def steps(source: str, leave: bool = False) -> list[dict]:
    """Console steps of a scenario: interrupt what runs, then run `source`."""
    done = [
        {"wait_s": _SETTLE_S, "send": "\r" + 2 * _INTERRUPT + _RAW},
        {"after": _READY, "send": source + _EXECUTE},
    ]
    return [*done, {"after": DONE, "send": _FRIENDLY}] if leave else done


def fresh_steps(source: str) -> list[dict]:
    """Like `steps`, on an empty heap: a soft reset out of the raw REPL starts no main.py."""
    interrupt, execute = steps(source)
    return [interrupt, {"after": _READY, "send": _EXECUTE}, execute]


def printed(console: str) -> str:
    """What the script printed, out of all that the console has shown. ScriptFault."""
    _, ready, after = console.rpartition(_READY.replace("\r\n", "\n"))
    if not ready:
        return ""
    output, _, rest = after.removeprefix("OK").partition("\x04")
    error = rest.partition("\x04")[0]
    if error:
        raise ScriptFault(error.strip())
    return output
