"""What each fault means and what to do, for people: a module for each place, loaded when asked.

Each holds ROWS: a line of code|meaning, a line of what to do, in ASCII; bytes, for a name in a
str would stay in the heap for good. A meaning has 76 characters at the most and a remedy 72, so
that a terminal of 80 columns takes each on one line. The README's table is made from these.
"""

PLACES = ("meter", "line", "flash", "keys", "network", "clock", "device")
CLASSES = (
    "only counted",
    "a driver cannot charge now",
    "records, prices or keys are at risk",
    "a person is needed soon",
)
