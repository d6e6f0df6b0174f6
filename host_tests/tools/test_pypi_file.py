"""What comes from PyPI beside pip: each way in which it does not come is one sentence."""

import types

import pypi_simple
import pytest
import requests

from tools import fetch, pypi_file
from tools.pypi_file import FetchFault


class Index:
    """A PyPISimple whose answer is `packages`, or is raised; `broken` is the download."""

    packages: "list | Exception" = []
    broken: "Exception | None" = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def get_project_page(self, project):
        if isinstance(self.packages, Exception):
            raise self.packages
        return types.SimpleNamespace(packages=self.packages)

    def download_package(self, package, path, verify):
        if self.broken:
            raise self.broken
        path.write_bytes(b"content")


def package(version="1.0", kind="sdist"):
    return types.SimpleNamespace(version=version, package_type=kind)


@pytest.fixture
def index(monkeypatch):
    made = type("Made", (Index,), {})
    monkeypatch.setattr(pypi_simple, "PyPISimple", made)
    return made


def test_the_file_of_that_version_and_kind_comes(index):
    index.packages = [package("0.9"), package(kind="wheel"), package()]
    assert pypi_file.get("a", "1.0") == b"content"


@pytest.mark.parametrize(
    ("packages", "broken", "words"),
    [
        (requests.ConnectionError(), None, r"\(ConnectionError\); is this machine online\?"),
        ([package()], requests.Timeout(), r"\(Timeout\); is this machine online\?"),
        (pypi_simple.NoSuchProjectError("a", "url"), None, "the index does not know it"),
        ([package("2.0"), package(kind="wheel")], None, "the index has no sdist of it"),
        (
            [package()],
            OSError(28, "No space left on device"),
            "No space left on device; make room",
        ),
    ],
)
def test_what_does_not_come_is_told(index, packages, broken, words):
    index.packages, index.broken = packages, broken
    with pytest.raises(FetchFault, match="a 1.0 cannot be got.*" + words):
        pypi_file.get("a", "1.0")


def test_fetch_ends_with_that_sentence(index, monkeypatch, capsys):
    index.packages = requests.ConnectionError()
    monkeypatch.setattr("sys.argv", ["fetch", "libraries"])
    with pytest.raises(SystemExit) as ended:
        fetch.main()
    said = capsys.readouterr().err
    assert ended.value.code == 2 and said.startswith("fetch: micropython-umqtt.simple")
    assert said.count("\n") == 1
