"""Home Assistant's device discovery of one connector, as MQTT messages; tells no reading itself.

Each connector has a message of its own for the same device, so that none is long. Every value
comes from `live/<connector>`, where what was not read is null: it shows as unknown, never as an
old number or as 0. Source: Home Assistant, "MQTT discovery" (device discovery, since 2024.11).
"""

import json

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

PREFIX = "homeassistant"
_MISSED = const(3)  # so many values that do not come, and what is shown is unknown
_NONE = " | default(none) }}"
# (name, key of `live`, device class, state class, unit)
_SENSORS = (
    ("energy register", "register_wh", "energy", "total_increasing", "Wh"),
    ("power", "power_w", "power", "measurement", "W"),
    ("session energy", "session_wh", "energy", "total_increasing", "Wh"),
)
# `live`'s states, of core.session, in words
_STATES = {
    "idle": "idle", "B": "begun", "C": "charging", "P": "parking", "S": "suspended", "E": "ended",
}  # fmt: skip


def topic(device: str, connector: int) -> bytes:
    """Where the connector's configuration is retained."""
    return ("%s/device/%s/%d/config" % (PREFIX, device, connector)).encode()


def config(device: str, version: str, connector: int, live_ms: int, currency: str = "") -> bytes:
    """What is retained there, about 1.4 KB. `live_ms`: how often `live` comes. `currency`: "" for
    sessions without a price."""
    base = "wattseal/v1/%s/" % device
    name = "Charger " + device[-4:]
    found: dict[str, Any] = {
        "dev": {"ids": [device], "name": name, "mf": "Wattseal", "sw": version},
        "o": {"name": "Wattseal", "sw": version},
        "stat_t": base + "live/%d" % connector,
        "avty_t": base + "status",
        "avty_tpl": "{{ value_json.state }}",
        "cmps": _components(device, connector, _MISSED * live_ms // 1000 + 1),
    }  # fmt: skip
    if currency:
        found["cmps"]["cost%d" % connector] = _cost(device, connector, currency)
    return json.dumps(found).encode()


def _components(device: str, connector: int, expires_s: int) -> "dict[str, dict[str, object]]":
    found = {}
    for name, key, kind, state_class, unit in _SENSORS:
        found["%s%d" % (key, connector)] = {
            "p": "sensor", "uniq_id": "%s_%d_%s" % (device, connector, key),
            "name": "Connector %d %s" % (connector, name), "exp_aft": expires_s,
            "dev_cla": kind, "stat_cla": state_class, "unit_of_meas": unit,
            "val_tpl": "{{ value_json." + key + _NONE,
        }  # fmt: skip
    found["state%d" % connector] = {
        "p": "sensor", "uniq_id": "%s_%d_state" % (device, connector), "exp_aft": expires_s,
        "name": "Connector %d session" % connector, "dev_cla": "enum",
        "options": list(_STATES.values()),
        "val_tpl": "{{ " + str(_STATES) + "[value_json.state]" + _NONE,
    }  # fmt: skip
    return found


def _cost(device: str, connector: int, currency: str) -> "dict[str, object]":
    """It stands until the next session has ended, and so it never expires."""
    return {
        "p": "sensor", "uniq_id": "%s_%d_cost" % (device, connector),
        "name": "Connector %d cost of the last session" % connector, "dev_cla": "monetary",
        "unit_of_meas": currency, "sug_dsp_prc": 2, "val_tpl": "{{ value_json.cost" + _NONE,
    }  # fmt: skip
