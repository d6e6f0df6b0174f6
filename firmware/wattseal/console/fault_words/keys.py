"""Faults of the device's key, and of the keys that guard identities; words only."""

ROWS = b"""\
key_refused|The key file holds no key pair: nothing can be signed.
Put back the copy of device.key; a new key makes this another device.
no_key|No key file can be used: the device cannot start.
Put back this board's copy of device.key; a new board gets a new key.
key_unrestored|One copy of the device's key is bad, and could not be mended.
Copy device.key off this board; replace it by one with a new key.
key_slots_bad|A place for a session's key does not work any more.
Order a new board; keys are kept in the rest meanwhile.
key_erasures_failed|A key that was to be destroyed may be there still.
Erase it again, also after a restart; if it stays, destroy the board.
sealing_faults|A driver's identity could not be sealed; nobody can open that pseudonym.
Check `sealing_key`; a bill for that session needs the driver's word.
key_slots_full|Keys of old sessions were destroyed to make room for new ones.
See that bills are made sooner; what was sealed with them is gone.
key_restored|One copy of the device's key was bad and was mended from the other.
Nothing; replace the board when it comes again.
"""
