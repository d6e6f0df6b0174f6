"""Faults of the clock and of who tells it the time; words only."""

ROWS = b"""\
time_unknown|The device does not know the time; records say so (`U`).
Set `ntp`, or say `time UTC_SECONDS` at level 2, or `time` by command.
time_failed|The time server gave no answer that is one.
Check `ntp` in the configuration, and the firewall for UDP 123.
time_refused|The time server named a time that cannot be, or two that differ.
Take a time server that you trust; see how far the clock is off.
time_steps|The clock was set by more than it drifts.
Nothing after a start; else see the log for how far it was off.
time_lowered|Somebody set the clock to before what had been taken for past.
See in the audit log who; nothing if it was you.
statistics_untimed|A stay is in no statistics, for the time was not known.
Set `ntp`; the records are not touched.
"""
