"""When a tariff's prices may change next; must not be late, and may be early."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.pricing.tariff import Tariff

_DAY_S = const(86400)


def next_boundary(
    tariff: "Tariff", utc_s: int, session_start_s: int, idle_since_s: "int | None"
) -> "int | None":
    """The UTC second after `utc_s` at which another element may match; None: not by time.

    A change of the clock counts when an element asks for local time. What is kept until then need
    not be computed again, unless an idle period begins.
    """
    second = (utc_s + tariff.zone.offset_s(utc_s)) % _DAY_S
    midnight_s = utc_s - second
    soonest_s = None
    local = False
    for element in tariff.elements:
        for key, value in element.get("re", {}).items():
            letter = key[0]
            if letter == "t":
                at_s = midnight_s + 60 * value + (_DAY_S if 60 * value <= second else 0)
            elif letter == "d":
                at_s = midnight_s + _DAY_S
            elif letter == "s":
                at_s = session_start_s + value
            elif letter == "i" and idle_since_s is not None:
                at_s = idle_since_s + value
            else:
                continue
            local = local or letter in "td"
            if utc_s < at_s and (soonest_s is None or at_s < soonest_s):
                soonest_s = at_s
    if local and soonest_s is not None:
        return tariff.zone.next_change(utc_s, soonest_s)
    return soonest_s
