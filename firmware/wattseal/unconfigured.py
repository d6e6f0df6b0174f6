"""Makes the folders of a device that has no configuration yet; writes no file.

Damage can take a folder of LittleFS back in time. Where the journal's folder is older than the
configuration, no such time shows a configuration without it: the device would begin a new journal,
and give numbers out again. So it is made at the first start, before anyone puts a configuration.
"""

import os


def prepare(data_dir: str) -> None:
    """A folder that is there stays as it is. One that cannot be made is made by the journal."""
    for folder in (data_dir, data_dir + "/journal"):
        try:
            os.mkdir(folder)
        except OSError:
            pass  # it is there, or the medium fails: then what follows says so
