"""Takes a configuration that came from far back, where no start comes to anything with it.

While it is on trial the one before lies beside it (drivers.config_kept). What watches a trial runs
in the firmware (commanding.config_trial), which is never made there. Loaded by such a start alone.
"""

from micropython import const

from wattseal import storage
from wattseal.core import boot_ledger
from wattseal.core.settings import ConfigError
from wattseal.drivers import config_file, config_kept

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.board_contract import BoardModule

    Log = Callable[[str], None]

_LEDGER = "boots"


def after_failed(board_module: "BoardModule", log: "Log") -> None:
    """A start has raised what is no refusal, and no fault of the flash. After three in a row it
    goes back. OSError: also where nobody can tell how many."""
    folder = board_module.DATA_DIR
    kept = config_kept.find(folder, config_kept.OLD)
    if kept:
        checkpoints = storage.of(board_module.flash(), folder)[1]
        ledger, _ = boot_ledger.begin(checkpoints.load(_LEDGER), False)  # as the next start will
        if boot_ledger.is_safe(ledger):
            _back(folder, kept, log)


def after_refused(folder: str, log: "Log") -> bool:
    """Whether it has gone back: this start has refused it, the schema or the board, and takes the
    one before as far as that is known. OSError."""
    kept = config_kept.find(folder, config_kept.OLD)
    if not kept or _is_refused(folder, kept):
        return False
    _back(folder, kept, log)
    return True


def _back(folder: str, kept: str, log: "Log") -> None:
    """The next start counts it, and says so on `rsp`. OSError."""
    config_kept.take_back(folder, kept)
    log("config: no start comes to anything with it; starting again with the one before")


def _is_refused(folder: str, path: str) -> bool:
    """With the files that it names. OSError."""
    try:
        config = config_file.load(path)
        config_file.tls_context(folder, config.broker)
        if config.tariff:
            from wattseal.drivers import tariff_file  # imported late: few have one

            tariff_file.load(folder, config.tariff)
    except ConfigError:
        return True
    return False
