"""A tariff with a day and a night price, a blocking fee, a start fee and VAT, for sessions."""

import json

ZONE = "CET-1CEST,M3.5.0,M10.5.0/3"
DAY = {"t0": 360, "t1": 1320}
VALUES = {
    "id": "four", "ver": 3, "cur": "EUR", "tax": "incl", "tz": ZONE, "inc": 100,
    "el": [
        {"pc": [{"d": "E", "p": 5900, "v": 19000}], "re": DAY},
        {"pc": [{"d": "E", "p": 3900, "v": 19000}]},
        {"pc": [{"d": "P", "p": 60000, "v": 19000}], "re": {"i0": 900}},
        {"pc": [{"d": "F", "p": 5000, "v": 19000}]},
    ],
}  # fmt: skip
TEXT = json.dumps(VALUES).encode()
