"""Faults between the device and its broker, receiver and commander; words only."""

ROWS = b"""\
full|The journal is full: new cars are refused, or charged without a record.
See why the receiver acknowledges nothing; it takes what waits first.
link_down|The device has no network; records wait in the journal.
Check Wi-Fi name and password, or the cable.
offline|There is a network, but no connection to the broker; records wait.
See `log` (level 1): gateway, `broker`, certificate, firewall, `ntp`.
commands_forged|Somebody sent a command with a signature that is not yours.
Find out who may publish at the broker; make a new command key.
config_taken_back|A new configuration had no broker, or no start; the one before is back.
Check its `broker` and `wifi`, then send it again.
acks_refused|The receiver acknowledged a record that was never made.
Check that no two devices have the same key.
messages_ignored|The receiver's words were malformed, retained or untrue.
Check the receiver's program, and who may publish to `ack`.
free_sessions|Cars were charged without a record, for the journal was full.
See why the receiver acknowledges nothing; nobody is billed for these.
statistics_dropped|Statistics had no room left, for nobody fetched them.
See why the receiver takes none; the records are not touched.
commands_retained|A command was kept by the broker, and was not done.
Send commands without the broker's `retain`.
commands_malformed|Something came as a command that is none.
Send commands with tools.command.
commands_foreign|A command was meant for another device.
Give --device this device's own id.
commands_replayed|A command came a second time, and was done once at most.
Nothing; keep the command key's file and its .counter together.
commands_expired|A command came too late.
Send it again; check the clock of the sender.
commands_refused|A command was understood and not done; its answer said why.
Read the answer, and send it again when its reason is gone.
commands_busy|A command came while another one waited.
Send it again after the answer to the first.
status_no_memory|A status had no memory for its counts.
Restart the device when no session runs; install our image instead.
commands_no_memory|There was no memory for a command.
Send it at rest; a Pico with a stock image has no room: install ours.
commands_failed|What judges commands could not be loaded.
Install the firmware again; replace the board if that fails.
"""
