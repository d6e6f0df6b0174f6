"""Bills for people: what signed records cost, read and computed anew; changes no record."""

import tools.verify  # noqa: F401 - the firmware's core runs here too: it says where that is
