"""Bills for people: what signed records cost, read and computed anew; changes no record."""

import tools.verify  # noqa: F401  # it lets the firmware's core be found
