"""What came of a Modbus request that has no good reply; raises nothing by itself."""

from wattseal.core import modbus


class BusFault(Exception):
    """No good reply. `timeout` tells a silent meter from a wrong answer, also when a gateway is
    the one that waited; `code`: the Modbus exception's, else 0; `cut`: the reply ended early."""

    def __init__(self, reason: str, code: int = 0, cut: bool = False) -> None:
        self.reason = reason
        self.code = code
        self.cut = cut
        self.timeout = reason == "timeout" or code == modbus.NO_ANSWER
        super().__init__(reason)
