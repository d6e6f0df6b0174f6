"""The receiver that stays: it goes on with what the one before it stored in its folder.

A record under a number that is here with another content shows another journal, which `Life`
looks out for: of that nothing is acknowledged. While nobody is sure which journal speaks, nothing
new is stored among the old ones, for later nobody could tell them apart.

`tools.privacy erase` takes capsules from what is stored here. Such a record may come once more
with its capsule: that is a repeat, and the capsule does not come back.
"""

from tools import capsule_cut, gone_file, taken_up
from tools.journal_life import Life
from tools.receiver import Receiver
from tools.records_file import RecordsFile
from tools.stored import Stored
from tools.versions import Versions


class KeepingReceiver(Receiver):
    """`kept_out`: the newest record that came in doubt and was not stored; 0: none.

    FolderInUse, OSError."""

    def __post_init__(self) -> None:
        self.life = Life()
        self.kept_out = 0
        self._bare = Versions()  # the begin records that lay here without a capsule
        super().__post_init__()
        try:
            self._take_up()
        except OSError:
            self.close()  # its lock would keep out the next try
            raise

    def connected(self) -> None:
        """After each connect of ours: what was said before it, nobody has heard."""
        self.life.doubt()
        self.kept_out = 0
        self.acknowledge()

    def lost(self) -> list[int]:
        """In all, what an operator said too."""
        return sorted({n for n in self._counting.gone if n not in self.records}
                      | set(super().lost()))  # fmt: skip

    def gaps_to_declare(self) -> list[tuple[int, int]]:
        """Those that the device was asked for in vain: what lies behind, it may have."""
        if not (self.life.is_sure and self._asking.is_in_vain):
            return []
        first, last = self._asking.range
        return [(max(a, first), min(b, last)) for a, b in self.gaps() if a <= last and b >= first]

    def declare_gone(self, numbers: set[int]) -> None:
        """By an operator's word. ValueError in one clause, of a number that is not missing: one
        that is yet to come would be let go unheard. OSError."""
        newest = max(self.records, default=0)
        above = min((number for number in numbers if number > newest), default=0)
        if above:
            raise ValueError(f"T{above}, but the newest record here is T{newest}")
        stored = min((n for n in numbers if not self._counting.is_missing(n)), default=0)
        if stored:
            raise ValueError(f"T{stored}, which is not missing here")
        gone_file.add(self.folder, numbers, gone_file.OPERATOR)
        self._counting.gone |= numbers
        self._gone_kept = len(self._counting.gone)

    def _open(self) -> RecordsFile:
        return RecordsFile(self.folder, self.device)

    def _take_up(self) -> None:
        """The key and the records that an earlier receiver left here."""
        self.public_key = taken_up.key(self.folder)
        found = taken_up.records(self._file, self.device, self.public_key, self.alarms)
        for record, payload in found:
            self._remember(record, payload)
            self._note_bare(record.pagination, payload)
            record.ocmf = ""  # on the disk; so many of them would fill the memory
        for number, payload in taken_up.conflicts(self._file):
            self._versions.add(number, payload)
            self._note_bare(number, payload)
        self._counting.gone |= gone_file.read(self.folder)
        self._gone_kept = len(self._counting.gone)
        self.life.doubt()

    def _note_bare(self, number: int, payload: bytes) -> None:
        if b'"kind":"begin"' in payload and b'"capsule"' not in payload:
            self._bare.add(number, payload)

    def _hear(self, status: dict) -> None:
        self.life.hear(self.status, status)
        super()._hear(status)

    def _acknowledge(self, upto: int) -> None:
        if self.life.is_sure:
            self._keep_gone()
            super()._acknowledge(upto)

    def _keep_gone(self) -> None:
        """What the device declared lost, which it tells until it is acknowledged."""
        if len(self._counting.gone) > self._gone_kept:
            gone_file.add(self.folder, self._counting.gone, gone_file.DEVICE)
            self._gone_kept = len(self._counting.gone)

    def _wanted(self) -> tuple[int, int] | None:
        if self.life.is_sure:
            return super()._wanted()
        return self.life.due(self.now_s())

    def _remember(self, record: Stored, payload: bytes) -> None:
        self.life.store(record.pagination, record.ocmf)
        super()._remember(record, payload)

    def _take_new(self, record: Stored, topic: str, payload: bytes) -> None:
        if self.life.is_sure:
            if self._is_erased(record.pagination, payload):  # it lies beside, in a copy put back
                payload = capsule_cut.cut(payload.decode()).encode()
            super()._take_new(record, topic, payload)
        else:  # the device keeps it, for it gets no acknowledgement
            self.kept_out = max(self.kept_out, record.pagination)

    def _take_again(self, record: Stored, topic: str, payload: bytes) -> None:
        number = record.pagination
        if self.life.compare(number, record.ocmf):
            if self._is_erased(number, payload):
                self.repeats += 1
            else:
                super()._take_again(record, topic, payload)
        elif not self._versions.has(number, payload):
            self._keep_beside(number, topic, payload)  # one alarm tells of the journal

    def _is_erased(self, number: int, payload: bytes) -> bool:
        """It lies here to the byte, but for its capsule."""
        try:
            return self._bare.has(number, capsule_cut.cut(payload.decode()).encode())
        except (ValueError, RecursionError):  # it has none
            return False
