"""What an emulated run comes to: its figures and whether each keeps its limit; prints nothing.

The energy of each record is compared with the registers that the emulated meter had at the
contactor's edges, which the firmware has never seen but over Modbus.
"""

from tools.emulate import audit_rows, board_rows, command_rows, identity_rows, price_rows
from tools.emulate.row import Row, exactly, told
from tools.emulate.run import Played
from tools.emulate.scene import Scene, device_key
from tools.emulator.meter_profile import served_mwh
from tools.run_summary import energy_wh, registers_wh

Groups = dict[str, list[Row]]


def groups(scene: Scene, played: Played) -> Groups:
    """The table's rows by the heading they stand under."""
    found = {"Sessions and records": records(scene, played)}
    if scene.tariff:
        found["Prices"] = price_rows.rows(played, scene.tariff)
    if scene.back_end:
        found["Identities"] = identity_rows.rows(played, scene.back_end.private, scene.cars.cards)
    if played.commander:
        found["Commands"] = command_rows.rows(scene.wanted, played.commander, played.outcome)
        found["Audit"] = audit_rows.rows(played, device_key())
    return {**found, **board_rows.groups(scene, played.outcome)}


def faults(found: Groups) -> list[str]:
    """A sentence for each limit that was missed."""
    return [row.fault for rows in found.values() for row in rows if row.fault]


def flat(found: Groups) -> dict:
    """For summary.json; `ok` decides the exit code."""
    rows = {row.key: row.value for rows in found.values() for row in rows}
    missed = faults(found)
    return {**rows, "faults": missed, "ok": not missed}


def records(scene: Scene, played: Played) -> list[Row]:
    """Each session closed once, delivered and verified; every pagination there, none altered."""
    receiver = played.receiver
    came = [receiver.records[n] for n in sorted(receiver.records)]
    begins = [r for r in came if r.kind == "begin" and r.ok]
    ends = [r for r in came if r.kind == "session" and r.ok]
    begun, closed = {r.session for r in begins}, {r.session for r in ends}
    flows = _flows(played)
    charged = _charged(scene, flows)
    exact = sum(registers_wh(r) in charged or not energy_wh(r) for r in ends)
    whole = sum(end - begin in scene.energies_mwh for _, begin, end in flows)
    newest = max([receiver.status.get("next", 1) - 1, *receiver.records])
    lost = {*receiver.missing(), *receiver.status.get("lost", ())}
    gaps = set(range(1, newest + 1)) - receiver.records.keys()
    return [
        exactly("cars", "cars that came and left", scene.cars.left, scene.wanted),
        told("sessions", "sessions begun", len(begun)),
        exactly("begin_verified", "begin records verified", len(begins), len(begun)),
        exactly("end_verified", "session records verified", len(ends), len(begun)),
        exactly("closed_once", "sessions closed once", len(begun & closed), len(begun)),
        exactly("energy_exact", "energies exact to the Wh", exact, len(begun)),
        told("energy_whole", "  a real session's whole energy", whole),
        exactly("not_verified", "records refused", len(came) - len(begins) - len(ends), 0),
        exactly("lost", "records lost", len(lost), 0),
        exactly("altered", "records altered", len(receiver.alarms), 0),
        exactly("pagination_gaps", "gaps in the pagination", len(gaps), 0),
        exactly("identities_seen", "identities in clear", _leaks(scene, played), 0),
    ]


def _flows(played: Played) -> list[tuple[int, int, int]]:
    """(unit, mWh at the contactor's closing, at its opening) of each time energy could flow."""
    flows, closings = [], {}
    for event in played.outcome.of("contactor"):
        for register in event["registers"]:
            unit, energy_mwh = register["unit"], register["energy_mwh"]
            if event["closed"]:
                closings[unit] = energy_mwh
            elif unit in closings:
                flows.append((unit, closings.pop(unit), energy_mwh))
    return flows


def _charged(scene: Scene, flows: list[tuple[int, int, int]]) -> set[tuple[int, int]]:
    """The same in Wh, as the meter's registers said it."""
    models = {meter.unit: meter.model for meter in scene.meters.values()}

    def wh(unit: int, energy_mwh: int) -> int:
        return served_mwh(models[unit], energy_mwh) // 1000

    return {(wh(unit, begin), wh(unit, end)) for unit, begin, end in flows}


def _leaks(scene: Scene, played: Played) -> int:
    on_console = sum(card in played.outcome.console for card in scene.cars.cards)
    return played.receiver.leaks + on_console
