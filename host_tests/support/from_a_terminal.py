"""A child as a terminal starts it, whatever started the tests; starts none itself.

A shell's background job ignores SIGINT, nohup's SIGHUP as well, and children inherit that: what
ends a tool by a key would not end it here, and who waits for that waits for ever.
"""

import signal

_KEYS = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)


def from_a_terminal():
    """Popen's `preexec_fn`."""
    for number in _KEYS:
        signal.signal(number, signal.SIG_DFL)
