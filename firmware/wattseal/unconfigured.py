"""Tells why a device cannot start, and makes the folders of a new one; writes no file.

Damage can take a folder of LittleFS back in time. Where the journal's folder is older than the
configuration, no such time shows a configuration without it: the device would begin a new journal,
and give numbers out again. So it is made at the first start, before anyone puts a configuration.
"""

import os

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.board_contract import BoardModule


def tell(board_module: "BoardModule", fault: Exception, key: bool) -> None:
    """`key`: a KeyFault, no ConfigError. Numbers are those of core.faults."""
    if not key and _is_back(board_module.DATA_DIR):
        board_module.start_again(0)
        return
    code = "[no_key, blinks 1-4]" if key else "[not_configured, blinks 1-7]"
    print("wattseal:", fault, code)
    prepare(board_module.DATA_DIR)
    board_module.show_fault(14 if key else 17)
    board_module.cannot_start()


def _is_back(folder: str) -> bool:
    """The configuration came from far, and the one before it is in force again."""
    try:
        if not any(name[-4:] == ".old" for name in os.listdir(folder)):
            return False
        from wattseal.commanding import config_rescue  # imported late: seldom needed

        return config_rescue.after_refused(folder, print)
    except (OSError, ImportError, MemoryError):
        return False  # a person is told what is wrong, as ever


def prepare(data_dir: str) -> None:
    """A folder that is there stays as it is. One that cannot be made is made by the journal."""
    for folder in (data_dir, data_dir + "/journal"):
        try:
            os.mkdir(folder)
        except OSError:
            pass  # it is there, or the medium fails: then what follows says so
