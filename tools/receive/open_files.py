"""How many devices a receiver may serve at once, for each has an open file; opens none."""

import resource

_WANTED = 5000
_OTHERS = 64  # files: the broker's connection, the one that is written beside the records


def most_devices() -> int:
    """After the process was allowed as many files as the system grants it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED + _OTHERS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return _WANTED if soft == resource.RLIM_INFINITY else min(_WANTED, soft - _OTHERS)
