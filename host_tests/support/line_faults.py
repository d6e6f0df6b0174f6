"""What may come over a line in place of a good reply; asks nothing and judges nothing.

Each function gives, for a golden exchange, [(ms after the request, bytes), ...] of every case.
"""

from scripted_line import frame

NEAR_MS = 9  # an answer in good time
GAP_MS = 5  # between two frames, as at 9600 baud
GAPS_MS = (1, 45, 60, 200, 700)  # between two parts of a reply; 50 ms of silence end a frame
NOISE = bytes([(i * 167 + 91) & 0xFF for i in range(300)])


def flipped_bits(golden):
    for bit in range(8 * len(golden.reply)):
        data = bytearray(golden.answer())
        data[bit >> 3] ^= 1 << (bit & 7)
        yield [(NEAR_MS, data)]


def truncations(golden):
    for size in range(len(golden.reply)):
        yield [(NEAR_MS, golden.answer()[:size])]


def halves(golden):
    reply = golden.answer()
    for cut in range(1, len(reply)):
        for gap_ms in GAPS_MS:
            yield [(NEAR_MS, reply[:cut]), (NEAR_MS + gap_ms, reply[cut:])]


def wrong_units(golden):
    for unit in range(256):
        if unit != golden.unit:
            yield [(NEAR_MS, frame(unit, *golden.answer()[1:-2]))]


def wrong_functions(golden):
    for function in range(256):
        if function != golden.reply[1]:
            yield [(NEAR_MS, frame(golden.unit, function, *golden.answer()[2:-2]))]


def wrong_lengths(golden):
    body = golden.answer()[:-2]
    for size in range(1, len(body)):
        yield [(NEAR_MS, frame(*body[:size]))]
    for more in range(1, 256 - len(body)):
        yield [(NEAR_MS, frame(*body, *NOISE[:more]))]
    if not golden.reads:
        return
    for count in range(256):
        if count != body[2]:  # says one length and has another, or has the one it says
            yield [(NEAR_MS, frame(*body[:2], count, *body[3:]))]
            yield [(NEAR_MS, frame(*body[:2], count, *NOISE[:count]))]


def two_at_once(golden):
    reply, another = golden.answer(), golden.answer(7)
    others = (
        reply, another, frame(golden.unit + 1, *another[1:-2]),
        frame(golden.unit, golden.function ^ 1, *another[2:-2]),
        frame(golden.unit, golden.function | 0x80, 4),
    )  # fmt: skip
    for other in others:
        yield [(NEAR_MS, reply + other)]
        yield [(NEAR_MS, other + reply)]
        for gap_ms in range(1, GAP_MS + 1):  # what comes later is another fault: no RTU frame says
            yield [(NEAR_MS, reply), (NEAR_MS + gap_ms, other)]  # which question it answers


def damaged_echoes(golden):
    for bit in range(8 * len(golden.request)):
        data = bytearray(golden.request)
        data[bit >> 3] ^= 1 << (bit & 7)
        yield [(2, data + golden.answer())]
        yield [(2, data), (2 + NEAR_MS, golden.answer())]
    yield [(2, golden.request)]
    yield [(2, golden.request * 2 + golden.answer())]


def noise(golden):
    reply = golden.answer()
    for size in range(1, 17):
        for at in range(0, 160, 16):
            part = NOISE[at : at + size]
            yield [(NEAR_MS, part + reply)]
            yield [(NEAR_MS, reply + part)]
            yield [(NEAR_MS - 5, part), (NEAR_MS, reply)]
    for size in range(1, len(NOISE)):
        yield [(NEAR_MS, NOISE[:size])]


def echoes(golden):
    """A transceiver that hears itself, in any two pieces: costs nothing.

    Only the good reply to a write of one register is an echo itself, and may cost the first one.
    """
    data = golden.request + golden.answer()
    for cut in range(1, len(data)):
        yield [(2, data[:cut]), (4, data[cut:])]


# Nothing of these may be taken.
WRONG = {
    "bit flips": flipped_bits, "truncations": truncations, "wrong unit": wrong_units,
    "wrong function": wrong_functions, "wrong length": wrong_lengths,
}  # fmt: skip
# Here a good reply is among what comes, and may be taken.
MIXED = {
    "halves": halves, "two at once": two_at_once, "damaged echo": damaged_echoes, "noise": noise,
}  # fmt: skip
