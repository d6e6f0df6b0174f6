"""One file of PyPI's, by project and version, for what pip does not install; checks no hash."""

import tempfile
from pathlib import Path


class FetchFault(Exception):
    """It cannot be got; the argument is one sentence."""


def get(project: str, version: str, kind: str = "sdist") -> bytes:
    """Its bytes; who pins their hash compares it. FetchFault."""
    import requests  # late, and the other: what needs no network needs neither
    from pypi_simple import NoSuchProjectError, PyPISimple

    said = f"{project} {version} cannot be got"
    try:
        with PyPISimple() as index, tempfile.TemporaryDirectory() as folder:
            packages = index.get_project_page(project).packages
            wanted = [p for p in packages if p.version == version and p.package_type == kind]
            if not wanted:
                raise FetchFault(f"{said}: the index has no {kind} of it; name another index")
            path = Path(folder) / "file"
            index.download_package(wanted[0], path, verify=False)
            return path.read_bytes()
    except NoSuchProjectError:
        raise FetchFault(f"{said}: the index does not know it; name another index") from None
    except requests.RequestException as fault:
        why = type(fault).__name__
        raise FetchFault(f"{said} ({why}); is this machine online?") from None
    except OSError as fault:
        raise FetchFault(f"{said}: {fault.strerror or fault}; make room, and again") from None
