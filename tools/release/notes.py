"""A release's notes: what the CHANGELOG says of its version, word for word; writes none itself."""

import re
from pathlib import Path

from tools.release.commit import ReleaseFault

CHANGELOG = "CHANGELOG.md"
_HEADING = re.compile(r"^## +\[?([^\]\s]+)\]?.*$", re.M)


def of(root: Path, version: str) -> tuple[str, str]:
    """(the notes in Markdown, of which heading): the version's, else what is unreleased.
    ReleaseFault."""
    try:
        text = (root / CHANGELOG).read_text()
    except OSError as fault:
        raise ReleaseFault(f"{CHANGELOG} cannot be read ({fault.strerror})") from fault
    headings = list(_HEADING.finditer(text))
    sections = {
        one[1]: text[one.end() : after.start() if after else len(text)].strip()
        for one, after in zip(headings, [*headings[1:], None], strict=True)
    }
    for name in (version, "Unreleased"):
        if sections.get(name):
            return f"# Wattseal {version}\n\n{sections[name]}\n", name
    raise ReleaseFault(
        f"{CHANGELOG} says nothing of {version}; put it under a heading: ## {version}"
    )
