"""Faults of the flash, and of what is kept there; words only."""

ROWS = b"""\
flash_fails|The flash fails at the start, which is tried again and again.
Free the file system; if it stays, replace the board.
lost|Records in the journal cannot be read, and nobody has them.
Tell the operator their numbers (`lost` in `status`); replace the board.
bad_frames|A record in the journal was damaged.
See whether `lost` names it; when it comes again, replace the board.
bad_regions|A piece of the journal could not be read as records.
See whether `lost` names some; when it comes again, replace the board.
checkpoints_lost|Notes of open sessions were lost; a session may end without energy.
Check the supply for dips; when it comes again, replace the board.
checkpoints_refused|The flash refused a note of an open session.
Test with `selftest`; replace the board when it goes on counting.
begins_unreadable|A session began, and a restart found nothing else of it.
See its record: it is not billable. Check the supply for dips.
meter_total_unsaved|The flash refused an S0 meter's total; a restart would lose pulses.
Do not switch off before `selftest` is good; else replace the board.
audit_damaged|The audit log has an entry that was damaged or taken out.
Have it sent by command (`audit`), verify it, find out who had access.
audit_unkept|Entries of the audit log could not be written yet; they wait.
Test with `selftest`; replace the board when it goes on counting.
boots_unkept|The flash refused to count a start: safe mode may come late, or not.
Test with `selftest`; replace the board when it fails.
cursor_errors|What was acknowledged could not be noted; records may be sent again.
Nothing for the records; replace the board when it goes on counting.
removal_errors|Old records could not be deleted; the journal fills up.
Watch `room` in `status`; replace the board before it is full.
areas_bad|A piece of the flash does not work any more and is left alone.
Order a new board; records are kept in the rest meanwhile.
reads_refused|A piece of the flash cannot be read; its records may be lost.
See whether `lost` names some; restart it, and else replace the board.
checkpoint_sectors_bad|A sector for notes of sessions does not work any more.
Order a new board; notes are kept in the rest meanwhile.
acks_unsaved|The flash refused to note what the receiver has; the next one covers it.
Nothing for the records; replace the board when it goes on counting.
settings_mended|Configuration, tariff or certificate had rotted; what was accepted is back.
If it was a change of yours, put it again; else replace the board.
audit_unpruned|An old file of the audit log could not be deleted.
Watch the free room of the flash; replace the board before it is full.
statistics_unsaved|The flash refused the statistics.
Nothing for the records; replace the board when it goes on counting.
time_unkept|The flash refused the time; after a restart it may be unknown for longer.
Nothing for the records; replace the board when it goes on counting.
settings_unkept|Configuration, tariff or certificate is not kept a second time.
Watch the free room of the flash; replace the board when it stays.
torn_tails|A power cut came while something was written; the rest was taken off.
Nothing: what was promised is there.
cursor_unknown|What the receiver has was not known at the start; all is sent again.
Nothing: a receiver drops what it has.
statistics_unreadable|Saved statistics could not be read, and were begun anew.
Nothing for the records; the month's histogram is short.
"""
