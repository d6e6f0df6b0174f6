"""Messages that a receiver keeps as they came, for whoever reads them judges them; bounds them."""

_MOST_BYTES, _MOST = 4096, 1_000_000  # of one; how many


class Unjudged:
    """Of one device, since the start."""

    def __init__(self) -> None:
        self._count = 0

    def text(self, payload: bytes) -> str:
        """ValueError for one too many, or too long, or with more than ASCII."""
        if len(payload) > _MOST_BYTES or self._count >= _MOST:
            raise ValueError
        self._count += 1
        return payload.decode("ascii")
