"""Every name that the firmware's sources can put into `status`'s counts; reads them, runs nothing.

A count is written as a key of something called counts, counters or doubted, or given to
`_count`, `_break` or `_fail`. A key is a text, a constant of its module, or one of two; what is
made up while the firmware runs stands in MADE_UP with the closed set that it comes from, and
nothing else may be.
"""

import ast
import re

import interpreters

from wattseal.core import gate, modbus

FOLDER = interpreters.ROOT / "firmware/wattseal"
STORES = {"counts", "counters", "_counts", "_counters", "doubted"}
CALLS = {"_count": 0, "_break": 0, "_fail": 1}  # which argument is a name
# What is told beside the counts: there `told` is of `status`, and this is no fault in it.
TOLD = {"app/boots.py", "app/health.py", "app/safe_mode.py", "app/reserve.py", "trouble.py"}
NO_FAULTS = {
    "boots",
    "resets_unexpected",
    "last_reset",
    "healthy_utc_s",
    "fault",
    "room",
    "new_cars",
}
# What a device that cannot start prints, and in which files.
START = re.compile(r"\[([a-z_]+), blinks (\d)-(\d)\]")
STARTING = {"assembly.py", "unconfigured.py"}
COMMAND = re.compile(r"commands_[a-z_]+")
# Counters of a journal of its own, which nobody puts into `status`.
APART = {"drivers/telemetry.py"}
# A report line of a tool, no count.
NO_COUNTS = {"core/pricing/tariff_text.py", "core/histogram.py"}
GATE = {gate.GLITCH, gate.ROLLOVER, gate.RESET, gate.JUMP, gate.SWAP, gate.UNSETTLED}
MADE_UP = {  # (file, key as it stands there): the names, or () where each is found otherwise
    ("app/sampler.py", "cause"): GATE,
    ("drivers/modbus_bus.py", "modbus.VERDICTS + _OUTCOMES"): {
        *modbus.VERDICTS, "timeout", "line", "echo", "stray", "babble", "split",
    },
    ("drivers/modbus_bus.py", "reason"): (),  # of its dict.fromkeys
    ("drivers/pulse_meter.py", "cause"): (),  # of the calls of _break and _fail
    ("commanding/listener.py", "name"): (),  # the texts commands_*
    ("app/statistics.py", "name"): (),
    ("app/statistics_sender.py", "name"): (),
    ("trouble.py", "'bus_' + name"): (),  # the buses' own
    ("trouble.py", "'meter_' + cause"): (),  # the points' own
}  # fmt: skip


class Unknown(Exception):
    """A key that cannot be told from the source; one sentence."""


def sources():
    """[(file, source)] of the firmware."""
    paths = sorted(FOLDER.rglob("*.py"))
    return [(path.relative_to(FOLDER).as_posix(), path.read_text()) for path in paths]


def raised(files):
    """{name: [file:line]} of all that `files` can raise. Unknown."""
    found = {}
    for file, source in files:
        if file not in APART | NO_COUNTS:
            for name, line in _Names(file, ast.parse(source)).all():
                if name not in NO_FAULTS:
                    found.setdefault(prefix(file) + name, []).append("%s:%d" % (file, line))
    for name, _, line in starts(files):
        found.setdefault(name, []).append(line)
    found.pop("bus_ok", None)  # the one that is no fault, as trouble.py says
    return found


def starts(files):
    """[(code, number, file)] of what keeps a device from starting."""
    texts = [(file, source) for file, source in files if file in STARTING]
    return [
        (code, int(kind + place), file)
        for file, source in texts
        for code, kind, place in START.findall(source)
    ]


def prefix(file):
    if file.startswith(("drivers/modbus_", "drivers/detect_")):
        return "bus_"
    return "meter_" if file in ("app/sampler.py", "drivers/pulse_meter.py") else ""


def merged(source):
    """What trouble.py takes over whole: the attributes' last names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "found.update":
            yield ast.unparse(node.args[0]).rpartition(".")[2]


class _Names:
    def __init__(self, file, module):
        self._file, self._module = file, module
        self._constants = {}
        for node in module.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                self._constants[ast.unparse(node.targets[0])] = node.value.value

    def all(self):
        """(name, line)"""
        for node in ast.walk(self._module):
            for key in self._keys(node):
                yield from ((name, node.lineno) for name in self._resolved(key, node.lineno))
        if self._file.startswith(("commanding/", "app/command")):
            for node in ast.walk(self._module):
                if isinstance(node, ast.Constant) and COMMAND.fullmatch(str(node.value)):
                    yield node.value, node.lineno

    def _keys(self, node):
        """Expressions that are names of counts."""
        if isinstance(node, ast.AugAssign):
            yield from self._of_target(node.target)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from self._of_target(target)
                if self._is_store(target):
                    yield from _of_dict(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            word = node.func.attr
            if word in ("update", "setdefault") and self._is_store(node.func.value):
                yield from _of_dict(node.args[0]) if word == "update" else node.args[:1]
            elif word in CALLS and ast.unparse(node.func.value) == "self":
                yield node.args[CALLS[word]]
            elif word == "append" and self._file == "console/signs/present.py":
                yield node.args[0]

    def _of_target(self, target):
        if isinstance(target, ast.Subscript) and self._is_store(target.value):
            yield target.slice

    def _is_store(self, node):
        name = ast.unparse(node).rpartition(".")[2]
        if name == "told" and self._file in TOLD:
            return True
        return name in STORES or (self._file == "trouble.py" and name == "found")

    def _resolved(self, key, line):
        if isinstance(key, ast.Constant):
            return [key.value]
        if isinstance(key, ast.IfExp):
            return self._resolved(key.body, line) + self._resolved(key.orelse, line)
        text = ast.unparse(key)
        if text in self._constants:
            return [self._constants[text]]
        if (self._file, text) in MADE_UP:
            return list(MADE_UP[self._file, text])
        raise Unknown(
            "%s:%d counts under %s, which is made up while it runs; give MADE_UP of"
            " host_tests/support/raised_counts.py the closed set it is from"
            % (self._file, line, text)
        )


def _of_dict(value):
    if isinstance(value, ast.Dict):
        return value.keys
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "dict.fromkeys":
        return value.args[:1]
    return ()
