"""Faults of a meter, and of a register that this device keeps for one; words only."""

ROWS = b"""\
unread|A meter does not answer, and no session can begin at its connector.
Check supply, wires A and B, unit and baud; `detect` searches for it.
meter_reset|A register went back; the session across it is not billed.
Compare its display with the last record; if it comes again, replace it.
meter_jump|A register went ahead by more than the connection can carry.
Check `p_max_w` and `meter` in the configuration, then the meter itself.
meter_changed|Another meter answers than before; the session across it is not billed.
Find out who exchanged it; where it was you, restart the device.
meter_total_lost|No saved total of an S0 meter is left: its register began again at 0.
Write down the meter's own display; earlier records stay as they are.
meter_total_older|An S0 meter's register came back from an older save and may be too low.
Compare it with the meter's own display; test the flash with `selftest`.
meter_stands|A meter tells of power for 2 kWh or more, and its register stands.
If nothing feeds in, turn wires or transformers round, or replace it.
meter_unsettled|Two readings of a register agreed neither with the last nor each other.
Check the line for noise and a second device with the same address.
meter_too_fast|More pulses came than the connection can carry energy for.
Check `imp_per_kwh` and `p_max_w`, then the S0 wire for noise.
meter_stuck|An S0 input was held for too long: pulses may be missing.
Check the S0 wire for a short circuit, and which way round it is.
meter_glitch|A reading was wrong once; reading again gave the right one.
Nothing; check the line for noise when it goes on counting.
meter_rollover|A register passed its last digit and began again.
Nothing; the session across it is not billed, and says why.
meter_gap|A restart lost the pulses since the last save of an S0 meter's total.
Nothing after a power cut; the session across it is not billed.
"""
