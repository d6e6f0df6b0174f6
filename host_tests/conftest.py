"""Collects every shared unittest file once for CPython and once for each MicroPython found."""

import gc
import os

import cut_sample
import interpreters
import kept_bytecode
import pytest
import session_weight
import suite_shares

SHARED = ("core", "app", "assembly")  # folders of plain unittest files that run everywhere
# Long enumerations of faults run on CPython and on the interpreter most like a board; with FULL=1,
# or an interpreter that was named, on each.
ONCE = ("power_cut", "exceptions", "hangs", "damaged_store", "retention_board")
ROOMY = "48M"  # heap for `assembly`: the whole firmware compiled from source, and a world round it


class MicroPythonFailure(Exception):
    pass


class MicroPythonItem(pytest.Item):
    def __init__(self, *, interpreter, heap, **keywords):
        super().__init__(**keywords)
        self.interpreter = interpreter
        self.heap = heap

    def runtest(self):
        ok, count, output = interpreters.run_tests(self.interpreter, self.path, self.heap)
        self.add_report_section("call", "count", "%d tests" % count)
        self.user_properties.append(("power cuts", cut_sample.told(output)))
        if not ok:
            raise MicroPythonFailure(output)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, MicroPythonFailure):
            lines = str(excinfo.value).splitlines()  # what was found comes first, if it is ours
            return "\n".join(lines if len(lines) <= 61 else lines[:1] + lines[-60:])
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, "%s on %s" % (self.path.name, self.name)


class MicroPythonFile(pytest.File):
    def collect(self):
        found = interpreters.found()
        everywhere = os.environ.get("WATTSEAL_FULL") or os.environ.get("WATTSEAL_MICROPYTHON")
        if not everywhere and any(word in self.path.stem for word in ONCE):
            found = found[-1:]
        for label, path, heap in found:
            heap = ROOMY if self.path.parent.name == "assembly" else heap
            yield MicroPythonItem.from_parent(
                self, name="micropython-" + label, interpreter=path, heap=heap
            )


class SharedFile(pytest.Module):
    """The file as CPython sees it, with one more item for each MicroPython."""

    def collect(self):
        yield from super().collect()
        yield from MicroPythonFile.from_parent(self.parent, path=self.path).collect()


def pytest_pycollect_makemodule(module_path, parent):
    if module_path.parent.name in SHARED and module_path.parent.parent.name == "host_tests":
        return SharedFile.from_parent(parent, path=module_path)
    return None


def pytest_report_header():
    lines = ["MicroPython %s: %s" % (label, path) for label, path, _ in interpreters.found()]
    if not interpreters.unix32():
        lines.append("MicroPython unix32: not built (make micropython32)")
    return lines


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    return suite_shares.workers()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Shares take the place of `-n`'s default; a `--dist` that was asked for stays."""
    return suite_shares.Shares(config, log) if config.getvalue("dist") == "load" else None


def pytest_collection_finish():
    """Thousands of tests are there to stay: no gc.collect() need go over them each time."""
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def _earlier_files_are_left_alone():
    """Nor over what they have left: with it the ring's exceptions took 210 s, no longer 4."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def _shared_files_run_in_their_own_folder(request):
    """As on MicroPython: files with a name alone are the test's, and are gone at its end."""
    if not isinstance(request.node, SharedFile):
        yield
        return
    before = os.getcwd()
    with interpreters.own_folder() as folder:
        os.chdir(folder)
        yield
        os.chdir(before)
        left = interpreters.left_in(folder)
        assert not left, left


def in_ci():
    return bool(os.environ.get("WATTSEAL_CI"))


_weight = session_weight.SessionWeight()


def pytest_unconfigure(config):
    _weight.restore()
    if not hasattr(config, "workerinput"):
        kept_bytecode.forget_temporary()


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        suite_shares.give_way(config.workerinput["workerid"])
    else:
        _weight.lower()
        whole = config.args_source is config.ArgsSource.TESTPATHS and not config.option.keyword
        config.pluginmanager.register(cut_sample.CutSample(whole and interpreters.unix32()))
    for name in ("MICROPYTHON", "UMQTT"):
        named = os.environ.get("WATTSEAL_" + name)
        if named and not os.path.exists(named):
            raise pytest.UsageError("%s=%s is not there; name another path" % (name, named))
    if in_ci() and len(interpreters.found()) < 2:
        raise pytest.UsageError(
            "CI needs both MicroPython interpreters, the 64-bit and the 32-bit one"
        )


# What another interpreter in the same run does instead, and what is an extra wherever it is.
SKIPPED_FOR_GOOD = ("CPython has no ", "CPython does not say ", "../shared is not here")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """In CI a test that was skipped for want of something is a failure, told as one."""
    report = yield
    if in_ci() and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        if not reason.startswith(SKIPPED_FOR_GOOD):
            report.outcome = "failed"
            report.longrepr = "CI does not accept this skip: " + reason
    return report


def pytest_terminal_summary(terminalreporter):
    for report in terminalreporter.getreports("passed"):
        for name, figures in report.user_properties:
            if name == "board":
                terminalreporter.write_line("on the emulated board: " + figures)
