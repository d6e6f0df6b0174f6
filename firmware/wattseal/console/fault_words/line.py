"""Faults of the line to the meters, counted by what came of a request; words only."""

ROWS = b"""\
bus_babble|A device on the line does not stop sending.
Unplug the meters one by one to find which it is, and replace that one.
bus_timeout|A meter gave no answer in time.
A few are harmless; check unit, baud, wires and termination if it grows.
bus_bad_crc|A meter's answer was spoiled on its way.
Check the line's termination, its shield and what lies beside it.
bus_short|A meter's answer broke off.
Check the line's termination, its shield and what lies beside it.
bus_wrong_length|A meter's answer had another length than was asked for.
Check `meter` in the configuration, and the line for noise.
bus_wrong_unit|An answer came with another meter's address.
Give each meter on the line an address of its own.
bus_wrong_function|An answer was to another kind of request.
Check the line for noise and for a second device that asks.
bus_wrong_echo|A meter confirmed another request than the one it got.
Check the line for noise and for a second device that asks.
bus_wrong_header|An answer over Modbus TCP had no header of the protocol.
Check `host` and `port`: something else may listen there.
bus_exception|A meter refused a request.
Check `meter` in the configuration: the model may be another one.
bus_late|An answer came after its time was over, and was thrown away.
Check whether a gateway on the line is slow, or serves another master.
bus_line|The line itself failed: no serial port, or no connection to its host.
Check wiring and the transceiver; with `host` the network to the meter.
bus_echo|The transceiver gave back what was sent, which was taken out.
Nothing; the transceiver may be wired to listen while it sends.
bus_stray|Something was heard on the line that nobody had asked for.
Make sure that no second master asks on this line.
bus_split|A meter refused a long read, and is asked in two.
Nothing; its firmware may be older than its document.
"""
