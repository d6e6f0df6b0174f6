"""What a closing record must have of its session's begin record; runs everywhere."""

_SAME = ("GS", "MS", "IT", "ID", "IL", "CI")  # who was charged, and by what
_TIME_CHARS = 23  # of TM, before its offset: all devices of the tests write the same one


def wrong(begin, end):
    """[what is wrong] with the signed payload `end` of a session that began with `begin`."""
    readings = end["RD"]
    found = ["another %s" % name for name in _SAME if begin.get(name) != end.get(name)]
    if readings[0] != begin["RD"][0]:
        found.append("another first reading")
    times = [reading["TM"][:_TIME_CHARS] for reading in readings]
    if times != sorted(times):
        found.append("a time that runs back")
    registers = [reading["RV"] for reading in readings if "RV" in reading]
    if registers != sorted(registers):
        found.append("a register that runs back")
    if readings[-1]["TX"] == "P" and "t" not in readings[-1]["EF"]:
        found.append("a power cut without EF t")
    return found
