"""A device with a tariff for power cuts, errors, a full heap; and what its records must say."""

import read_records
import virtual_power
from cut_scenarios import Scenario, begun, ended
from four_elements import DAY, TEXT, VALUES

from wattseal.core import ocmf

CONFIG = virtual_power.CONFIG.replace('"version":1,', '"version":1,"tariff":"t.json",')
WITHOUT = (["tariff_gone"], ["not_priced"])  # flags of a record that has no price
_FREE_S = VALUES["el"][2]["re"]["i0"]
_VAT = VALUES["el"][0]["pc"][0]["v"]  # in 1/1000 %, of all of them
_UNITS = {"E": 1000000, "P": 3600, "F": 1}  # of volume, that a price is for
_PARKED_S = 1300  # over the fee's begin


def provision(folder):
    virtual_power.provision(folder)
    virtual_power.configure(folder, CONFIG)
    with open(folder + "/t.json", "wb") as file:
        file.write(TEXT)


def prices(power):
    """Sessions with a boundary, and one that each cut finds open."""

    async def script(world):
        assert await world.until(lambda: world.firmware.connectors[0].idle, 60), "no end"
        await begun(world, 5)
        world.advance()
        world.inputs.show(1, pilot=False)  # the car asks for nothing: it is parked
        await world.seconds(_PARKED_S)
        await ended(world)
        await begun(world, 40)

    for _ in range(3):
        power.on(script)


def unpriced(stored, without=()):
    """[what is wrong] with the prices of the receiver's records. `without`: flags that a record
    may have in a price's place."""
    wrong, begun_with = [], {}
    for pagination, payload in sorted(stored.items()):
        record, signed = read_records.envelope(payload), read_records.signed(payload)
        if record["kind"] == "begin":
            begun_with[record["session"]] = signed.get("TT")
        elif record["kind"] == "correction":
            pass  # it has the numbers of the bill that it takes back
        elif signed.get("TT") != begun_with.get(record["session"]):
            wrong.append("unpriced: T%d has another tariff than its begin" % pagination)
        elif "TT" in signed and record["kind"] == "session":
            wrong += [
                "unpriced: T%d has %s" % (pagination, found) for found in of_cost(signed, without)
            ]
    return wrong


def of_cost(signed, without):
    """[what is wrong] with XC, by the numbers of the tariff and none of the firmware's pricing."""
    cost = signed.get("XC", {"flags": []})
    if "lines" not in cost:
        return [] if cost["flags"] in without else ["no price: %s" % cost["flags"]]
    volumes, gross = {"E": 0, "P": 0, "F": 0}, 0
    places, wrong = _energy_places(signed), []
    for place, kind, volume, price, amount in cost["lines"]:
        component = VALUES["el"][place]["pc"][0]
        if (kind, price) != (component["d"], component["p"]) or (
            kind == "E" and place not in places
        ):
            wrong.append("the price %s of element %d" % (price, place))
        if amount != _nearest(volume * price, _UNITS[kind]):
            wrong.append("the amount %d for %d at %d" % (amount, volume, price))
        volumes[kind] += volume
        gross += amount
    if volumes != _volumes(signed):
        wrong.append("the volumes %s" % volumes)
    if (cost["gross"], cost["net"] + cost["vat"][0][1]) != (gross, gross):
        wrong.append("gross %d, net %d of %d" % (cost["gross"], cost["net"], gross))
    rate, vat = cost["vat"][0]
    if (rate, vat) != (_VAT, _nearest(gross * _VAT, 100000 + _VAT)):
        wrong.append("VAT %d of %d" % (vat, gross))
    if cost["pay"] != VALUES["inc"] * _nearest(gross, VALUES["inc"]):
        wrong.append("%d to pay of %d" % (cost["pay"], gross))
    return wrong


def _volumes(signed):
    """What is to be paid: mWh, seconds parked beyond the free ones, one start."""
    readings, rows = signed["RD"], signed["XS"]
    begin_ms, end_ms = [ocmf.parse_time(row["TM"])[0] for row in (readings[0], readings[-1])]
    end_s = (end_ms - begin_ms + 500) // 1000
    parked_s = idle_s = 0
    for number, (offset_s, _, state) in enumerate(rows):
        until_s = rows[number + 1][0] if number + 1 < len(rows) else max(end_s, offset_s)
        idle_s = idle_s + until_s - offset_s if state == "P" else 0
        parked_s += min(max(0, idle_s - _FREE_S), until_s - offset_s)
    if "t" in readings[-1]["EF"]:
        parked_s = 0
    return {"E": 1000 * (readings[-1]["RV"] - readings[0]["RV"]), "P": parked_s, "F": 1}


def _energy_places(signed):
    """Elements by day and by night at begin and end, in winter: no session here is longer."""
    minutes = [ocmf.parse_time(signed["RD"][at]["TM"])[0] // 60000 + 60 for at in (0, -1)]
    return [0 if DAY["t0"] <= minute % 1440 < DAY["t1"] else 1 for minute in minutes]


def _nearest(amount, unit):
    return (2 * amount + unit) // (2 * unit)


SCENARIO = Scenario(prices, lambda power: provision(power.world.data_dir))
