"""What a meter is read at, by whichever server serves it; tests of meters share it."""

MOST_MWH = 999_999_999_999_000  # nine digits of kWh
SERIAL = "20264711"  # digits of any form


def energies_mwh(meter):
    """Beyond what a small float and a signed 32-bit number hold, and the last ones of all."""
    known = meter._map
    if known.rolls_at_wh:
        end_mwh = known.rolls_at_wh * 1000
        last = [end_mwh - 1000, end_mwh, end_mwh + 7_000]
    else:
        first = known.energy[0]
        bits = 63 if first.kind[0] in "ft" else int(first.kind[1:]) - first.signed
        # all ones stand for "no value" with some
        last = [min(int(((1 << bits) - 2) * first.step * 1000), MOST_MWH)]
    return [999_999_500, 0, (1000 << 24) + 1_000, (1000 << 31) + 5_000, 99_999_990_000, *last]


def names(meter):
    """What the meter tells of itself."""
    known = meter._map
    serial = meter.serial if meter.tells_serial else ""
    return [serial, "3" if known.firmware[1] else "", known.told_code.strip()]


def settings(meter):
    """Sets the meter to one case after the other; gives the energy, to name it by."""
    for number, energy_mwh in enumerate(energies_mwh(meter)):
        if meter._map.exponent is not None:
            meter.exponent = 1 if energy_mwh >= 1000 << 31 else 0
        meter.energy_mwh = energy_mwh
        meter.power_w = -1500 if number % 2 and meter.feeds_in else 7360
        yield energy_mwh
