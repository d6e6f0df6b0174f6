"""The receiver of a soak run: tells the host what came, and keeps none of it."""

import json

from virtual_broker import VirtualReceiver


class StreamingReceiver(VirtualReceiver):
    """`lose`: a pagination that it acknowledges but does not tell, as a planted loss; or 0."""

    def __init__(self, lose=0):
        super().__init__()
        self._lose = lose

    def take(self, payload):
        pagination = json.loads(payload)["pg"]
        if pagination <= self.upto or pagination in self.stored:
            self.repeats += 1
        else:
            self.stored[pagination] = True
        if pagination != self._lose:
            print("R", str(payload, "utf-8"))

    def reach(self):
        upto = self.upto
        super().reach()
        for pagination in range(upto + 1, self.upto + 1):
            self.stored.pop(pagination, None)
            self.declared.discard(pagination)
        return self.upto
