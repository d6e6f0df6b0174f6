"""What every board's folder brings, and its `build()` returns; holds no code that runs.

Imported under TYPE_CHECKING only.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, Coroutine, Iterator, Mapping, Protocol, Sequence

    from wattseal.clock_contract import SettableClock
    from wattseal.contracts import (
        Contactor,
        Controls,
        Inputs,
        Lamp,
        Lines,
        Link,
        MeterSerial,
        PulseCounter,
        RawFlash,
        Uplink,
        Watchdog,
    )  # fmt: skip
    from wattseal.core.settings import Config

    class Board(Protocol):
        """Everything the firmware touches the world with."""

        data_dir: str
        reset: "Callable[[], None]"

        @property
        def serials(self) -> "Sequence[MeterSerial]": ...  # one for each bus without a host
        @property
        def clock(self) -> SettableClock: ...
        @property
        def inputs(self) -> Inputs: ...
        @property
        def contactor(self) -> Contactor: ...
        @property
        def link(self) -> Link: ...
        @property
        def uplink(self) -> "Uplink | None": ...  # to a gateway, where the board has no sockets
        @property
        def console(self) -> "Lines | None": ...  # a local controller's
        @property
        def controls(self) -> "Controls | None": ...  # what it may ask for
        @property
        def pulses(self) -> "Mapping[int, PulseCounter]": ...  # of the connectors with an S0 meter
        @property
        def flash(self) -> "RawFlash | None": ...  # for the journal; None: in files of data_dir
        @property
        def watchdog(self) -> Watchdog: ...
        @property
        def lamp(self) -> "Callable[[], Lamp] | None": ...  # makes it, once the readings run

        @property
        def collect(self) -> "Callable[[], object] | None": ...  # the heap; None: that takes long

        @property
        def image(self) -> "Callable[[], Iterator[bytes | bytearray]] | None": ...  # of the flash

        def tasks(self) -> "Sequence[Coroutine[Any, Any, None]]":
            """What the board itself needs to run."""
            ...

        async def ready(self) -> None:
            """Return once the inputs can be believed."""
            ...

    class BoardModule(Protocol):
        """boards/<NAME>/board.py, on the device `board`."""

        @property
        def DATA_DIR(self) -> str: ...

        def begin(self) -> None:
            """The firmware starts: where a watchdog runs, whatever hangs now is reset."""
            ...

        def reset_cause(self) -> str:
            """Why the board started, in words: they begin with "power" where that was it."""
            ...

        def flash(self) -> "RawFlash | None":
            """What the board, once built, has for the journal."""
            ...

        def build(self, config: Config) -> Board:
            """Raises ConfigError."""
            ...

        def cannot_start(self) -> None:
            """What to do when a person must put something right first."""
            ...

        def show_fault(self, number: int) -> None:
            """Show it on the lamp, as app.blinker does, while nothing of the firmware runs."""
            ...

        def start_again(self, read_ms: int) -> None:
            """Reset, once a person has had the time to read why."""
            ...
