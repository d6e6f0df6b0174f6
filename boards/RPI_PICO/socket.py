"""What is imported for `socket` on a board without a network; opens none, and says so."""

import errno

SOCK_STREAM = 1


def getaddrinfo(*_: "object") -> list:
    raise OSError(errno.EHOSTUNREACH)
