"""A device with a tariff for power cuts, errors, a full heap; and what its records must say."""

import read_records
import virtual_power
from cut_scenarios import Scenario, begun, ended
from four_elements import TEXT

CONFIG = virtual_power.CONFIG.replace('"version":1,', '"version":1,"tariff":"t.json",')
WITHOUT = (["tariff_gone"], ["not_priced"])  # flags of a record that has no price
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
        world.pause()
        await world.seconds(_PARKED_S)
        await ended(world)
        await begun(world, 40)

    for _ in range(3):
        power.on(script)


def unpriced(stored):
    """[what is wrong] with the prices of the receiver's records."""
    wrong, begun_with = [], {}
    for pagination, payload in sorted(stored.items()):
        record, signed = read_records.envelope(payload), read_records.signed(payload)
        if record["kind"] == "begin":
            begun_with[record["session"]] = signed.get("TT")
        elif signed.get("TT") != begun_with.get(record["session"]):
            wrong.append("unpriced: T%d has another tariff than its begin" % pagination)
        elif "TT" in signed and record["kind"] == "session" and not _is_priced(signed):
            wrong.append("unpriced: T%d has %s" % (pagination, signed.get("XC")))
    return wrong


def _is_priced(signed):
    """All of its energy has a price, or it says why none has."""
    cost, readings = signed.get("XC", {"flags": []}), signed["RD"]
    if "lines" not in cost:
        return cost["flags"] in WITHOUT
    gained_mwh = 1000 * (readings[-1]["RV"] - readings[0]["RV"])
    return sum([line[2] for line in cost["lines"] if line[1] == "E"]) == gained_mwh


SCENARIO = Scenario(prices, lambda power: provision(power.world.data_dir))
