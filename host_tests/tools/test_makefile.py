"""The Makefile drops nothing that it is given for a target that does as another one."""

import re

import interpreters

TEXT = (interpreters.ROOT / "Makefile").read_text()


def taken(target):
    """The variables that its recipe passes on."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", TEXT, re.MULTILINE)[1]
    return set(re.findall(r"\$\(if \$\((\w+)\),--", recipe))


def test_bills_takes_what_run_takes():
    assert {"BROKER", "CA", "STATISTICS"} <= taken("run") <= taken("bills")
