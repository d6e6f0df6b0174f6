"""How a chip's main.py begins: whose firmware runs, and what follows when it ends."""

import os
import sys
import types

import interpreters
import pytest

SOURCE = (interpreters.ROOT / "firmware/stock/main.py").read_text()
DEPLOYED, SLOT, TRIAL = 0, 1, 2


class Again(Exception):
    """The chip was reset, and the loader starts anew, which counts."""


def started(monkeypatch, state, ends=None, mounted=None):
    """What was mounted, imported and, in ms, watched; `ends`: what the slot's main raises. `state`
    None: nothing was updated."""
    mounted = [] if mounted is None else mounted
    loader = types.ModuleType("slot_loader")
    loader.DEPLOYED, loader.SLOT, loader.TRIAL = DEPLOYED, SLOT, TRIAL
    importer = types.ModuleType("module_vfs")
    importer.begin = lambda path, base=0: mounted.append(path)

    def start(folder, mount):
        if state != DEPLOYED:
            mount(folder + "/a", 154)
        return state

    def again():
        mounted.append("again")
        raise SystemExit(1)

    def reset():
        raise Again

    def stat(path):
        if state is None:
            raise OSError(2)

    class Main:
        """In the place of the slot's main."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == "main":
                mounted.append("main")
                if ends:
                    raise ends
                monkeypatch.setitem(sys.modules, "main", types.ModuleType("main"))
                return types.ModuleType("main").__spec__
            return None

    loader.start, loader.again = start, again
    monkeypatch.setitem(sys.modules, "slot_loader", loader)
    chip = types.ModuleType("machine")
    chip.WDT, chip.reset = lambda timeout: mounted.append(timeout), reset
    monkeypatch.setitem(sys.modules, "machine", chip)
    monkeypatch.setitem(sys.modules, "module_vfs", importer)
    monkeypatch.delitem(sys.modules, "main", raising=False)
    if not ends:
        monkeypatch.setitem(sys.modules, "main", types.ModuleType("main"))
    monkeypatch.setattr(sys, "meta_path", [Main, *sys.meta_path])
    monkeypatch.setattr(os, "stat", stat)
    try:
        exec(compile(SOURCE, "main.py", "exec"), {"__name__": "__main__"})
    finally:
        monkeypatch.undo()
    return mounted


@pytest.mark.parametrize("state", [None, DEPLOYED])
def test_without_a_slot_the_archive_beside_it_is_imported(monkeypatch, state):
    assert started(monkeypatch, state) == ["/modules.archive"]


@pytest.mark.parametrize("state", [SLOT, TRIAL])
def test_a_person_who_stops_a_slot_gets_the_prompt(monkeypatch, state):
    with pytest.raises(KeyboardInterrupt):
        started(monkeypatch, state, KeyboardInterrupt())


@pytest.mark.parametrize("ends", [None, ValueError("broken")])
def test_a_trial_that_ends_is_started_again_and_counted(monkeypatch, ends):
    seen = []
    with pytest.raises(Again):
        started(monkeypatch, TRIAL, ends, seen)
    assert seen[-1] == "again"


def test_a_trial_that_hangs_before_its_watchdog_runs_is_reset(monkeypatch):
    for state, watched in ((TRIAL, [120000]), (SLOT, [])):
        seen = []
        with pytest.raises(KeyboardInterrupt):
            started(monkeypatch, state, KeyboardInterrupt(), seen)
        assert seen == ["/data/update/a", *watched, "main"]


def test_what_was_deployed_does_not_run_behind_a_slot(monkeypatch):
    with pytest.raises(RuntimeError, match="the slot's firmware has ended"):
        started(monkeypatch, SLOT)
    with pytest.raises(ValueError, match="broken"):
        started(monkeypatch, SLOT, ValueError("broken"))
