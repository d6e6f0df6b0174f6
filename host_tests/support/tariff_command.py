"""Runs `tools.tariff` as a person does, and makes tariffs for it; CPython only."""

import copy
import json
import sys

import interpreters

SHIPPED = interpreters.ROOT / "tools/tariffs"
FOUR = SHIPPED / "four_elements.json"


def main(capsys, monkeypatch, *arguments):
    """(exit status, stdout, stderr)."""
    from tools.tariff import __main__ as command

    monkeypatch.setattr(sys, "argv", ["tariff", *map(str, arguments)])
    try:
        command.main()
    except SystemExit as done:
        out, err = capsys.readouterr()
        return done.code, out, err
    raise AssertionError("main never returns")


def four(**changes):
    """The shipped tariff of four elements, with other values at its top."""
    values = copy.deepcopy(json.loads(FOUR.read_text()))
    values.update(changes)
    return values


def element(letter, price=4900, **restrictions):
    found = {"pc": [{"d": letter, "p": price, "v": 19000}]}
    return {**found, "re": restrictions} if restrictions else found


def written(folder, values):
    path = folder / "tariff.json"
    path.write_bytes(values if isinstance(values, bytes) else json.dumps(values).encode())
    return path
