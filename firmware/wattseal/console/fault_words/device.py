"""Faults of the device itself, its memory and its firmware; words only."""

ROWS = b"""\
refused|A car waits, and its start is refused now.
Say `session`: it tells the reason.
not_configured|No configuration, or a refused one: the device cannot start.
Provision it, or put right what the console's line names.
contactor_stuck|Energy flowed for minutes while a contactor was to be open.
Switch the supply off; look for a welded contactor or a second load.
self_checks_failed|A record broke our own rules, and went out as not billable.
Read its reason; send it to whoever maintains the firmware.
tariff_no_room|There is no memory for the tariff: sessions have no price.
Take a smaller tariff, or a frozen image on an RP2040.
sealing_no_room|There is no memory to seal identities: nobody can open pseudonyms.
Take a frozen image, or a board with more memory.
audit_missed|There was no memory for an entry of the audit log.
Restart the device between sessions; see what ran at that time.
safe_mode|Three short starts in a row (30 at power cuts): it meters, sends nothing.
Wait 15 minutes for a normal start; read the console if it comes again.
stalled|A part of the firmware stands still; `stalled` in `status` names it.
Restart the device between sessions; keep the console's last lines.
audit_off|The audit log could not begin.
Read the console's line on it; `audit: off` would be said on purpose.
modules_rotten|Parts of the firmware in the flash are damaged, and fail when needed.
Deploy or update it anew; replace the board when it comes again.
statistics_off|Statistics could not begin.
Read the console's line on it; check `time_zone`.
statistics_no_room|There is no memory for statistics; none are made.
Take a frozen image or a larger board, or turn `statistics` off.
reviews_failed|What is too old could not be looked for; it stays for now.
Restart the device between sessions; free the file system if it is full.
audit_no_room|There is no memory for the audit log; none is kept.
Take a frozen image or a larger board where an auditor asks for it.
starts_refused|A start was refused since the last restart.
Read the console's lines on it; `refused` says when it is so now.
"""
