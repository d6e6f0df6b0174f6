"""A list without memory, for what is put together when the heap is full."""


class FailingList(list):
    """The first thing that is put into it finds no memory."""

    failed = False

    def append(self, one):
        if not self.failed:
            self.failed = True
            raise MemoryError
        super().append(one)
