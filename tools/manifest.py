"""Evaluates a board's manifest.py into (device path, source file) pairs; copies nothing.

The format is MicroPython's (docs/reference/manifest.rst); of it what the boards here use:
`include`, `module` and `package`. An include from MicroPython's own tree, `$(...)`, is skipped:
its modules are in the image that the device runs already.
"""

from pathlib import Path


class ManifestFault(Exception):
    """The manifest cannot be followed; the argument is one sentence."""


class Manifest:
    """`files`: {path on the device: source file}, in the order of the manifest."""

    def __init__(self, path: Path) -> None:
        self.files: dict[str, Path] = {}
        self._folder = path.parent
        self._include(path)

    def _include(self, path: Path) -> None:
        outer, self._folder = self._folder, path.parent
        words = {"include": self.include, "module": self.module, "package": self.package}
        exec(compile(path.read_text(), str(path), "exec"), words)
        self._folder = outer

    def include(self, target: str) -> None:
        """Follow another manifest: a file, or the manifest.py of a folder."""
        if target.startswith("$("):
            return
        path = (self._folder / target).resolve()
        self._include(path / "manifest.py" if path.is_dir() else path)

    def module(self, name: str, base_path: str = ".") -> None:
        """One file, `name` relative to `base_path` on the host and to the root on the device."""
        source = (self._folder / base_path / name).resolve()
        if not source.is_file():
            raise ManifestFault(f"{source} is missing; make setup makes what is under build/")
        self.files[name] = source

    def package(
        self, name: str, files: "tuple[str, ...] | None" = None, base_path: str = "."
    ) -> None:
        """The named files of a package, or every .py file below it."""
        base = (self._folder / base_path).resolve()
        if files is None:
            found = sorted((base / name).rglob("*.py"))
            files = tuple(path.relative_to(base / name).as_posix() for path in found)
            if not files:
                raise ManifestFault(f"{base / name} holds no module; make setup fills build/lib")
        for file in files:
            self.module(f"{name}/{file}", base_path)
