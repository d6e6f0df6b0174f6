"""What the marked copy of the firmware calls before each line (tools/faults/marking)."""

from failing_files import Faults


class Lines(Faults):
    """Raises at the line that is `fail_at`-th to be reached. `noted`: the lines, or None."""

    noted = None

    def at(self, where):
        if self.noted is not None:
            self.noted.append(where)
        if self.strikes():
            raise self.error


LINES = Lines()
at = LINES.at
