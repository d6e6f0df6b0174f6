"""Every reason for which the firmware refuses a tariff, one after another; changes no file.

The firmware stops at its first fault. What it named is taken out of a copy, and the firmware is
asked again: each reason is its own, and the first is the one that it gives for the file.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from tools.tariff import strict
from wattseal.core.pricing import json_text

_MOST = 200  # questions; more faults help nobody
_NO_JSON = "no JSON"  # its bytes are the copy's
_UNKNOWN = ": unknown key"
_PLACE = re.compile(r"(?:el\[(\d+)\])?\.?(?:pc\[(\d+)\])?\.?(min|max|re)?\.?(\w*)")
_GOOD = {"id": "x", "cur": "EUR", "tax": "incl", "tz": "UTC0", "inc": 100}
_ANY_DATE = {"d0": 0}  # restricts nothing, and yet no element with it covers another

Judge = Callable[[bytes], str]  # "" for what is taken


def reasons(text: bytes, judge: Judge) -> list[str]:
    """All that can be found, the firmware's first one first; [] when it takes the text."""
    first = judge(text)
    if not first:
        return []
    found = [first]
    try:
        values = json_text.read(text)
    except json_text.JsonError:
        values, strange = strict.loose(text)
        found += strange[1:]  # the first of them is the firmware's first
        if values is None:
            return found
    copy = _Copy(values)
    for _ in range(_MOST):
        said = judge(copy.text())
        if not said or said.startswith(_NO_JSON):
            break
        named = copy.named(said)
        if named not in found:
            found.append(named)
        if not copy.without(said):
            break
    return found


class _Copy:
    """A tariff that loses what is wrong, and remembers where in the file the rest stands."""

    def __init__(self, values: Any) -> None:
        self._values = values if isinstance(values, dict) else {}
        self._elements = list(range(len(self._list(self._values, "el"))))
        self._components = [
            list(range(len(self._list(element, "pc"))))
            for element in self._list(self._values, "el")
        ]

    def text(self) -> bytes:
        return json.dumps(self._values, separators=(",", ":")).encode()

    def named(self, said: str) -> str:
        """The reason with the numbers that the file has, not the copy."""
        match = _PLACE.match(said)
        if match is None or match[1] is None:
            return said
        number = int(match[1])
        place = f"el[{self._elements[number]}]"
        end = match.end(1) + 1
        if match[2] is not None:
            place += f".pc[{self._components[number][int(match[2])]}]"
            end = match.end(2) + 1
        return place + said[end:]

    def without(self, said: str) -> bool:
        """Takes out what the reason names; False when there is nothing more to ask about."""
        if said.endswith(_UNKNOWN):
            return self._forget(said.removesuffix(_UNKNOWN))
        match = _PLACE.match(said)
        if match is None:
            return False
        element, component, part, key = match.groups()
        if element is not None:
            return self._mend_element(int(element), component, part, key, said)
        if part is not None:
            return self._mend_part(self._values, part, key)
        if key in _GOOD:
            self._values[key] = _GOOD[key]
            return True
        return self._values.pop(key, None) is not None and key != "el"

    def _forget(self, place: str) -> bool:
        """A key that the firmware does not know; of a long one it says the beginning."""
        for where, owner in self._owners():
            for key in [key for key in owner if where + key[:20] == place]:
                del owner[key]
                if not owner and where.endswith("re."):  # empty is a fault of its own
                    owner.update(_ANY_DATE)
                elif not owner and where in ("min.", "max."):
                    del self._values[where[:-1]]
                return True
        return False

    def _owners(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every object, and how the firmware begins the names of its keys."""
        found: list[tuple[str, Any]] = [("", self._values)]
        found += [(f"{part}.", self._values.get(part)) for part in ("min", "max")]
        for number, element in enumerate(self._list(self._values, "el")):
            found.append((f"el[{number}].", element))
            if isinstance(element, dict):
                found.append((f"el[{number}].re.", element.get("re")))
            for at, component in enumerate(self._list(element, "pc")):
                found.append((f"el[{number}].pc[{at}].", component))
        return ((where, owner) for where, owner in found if isinstance(owner, dict))

    def _mend_element(
        self, number: int, component: str | None, part: str | None, key: str, said: str
    ) -> bool:
        elements = self._list(self._values, "el")
        element = elements[number]
        if not isinstance(element, dict) or key == "pc":
            self._drop(number, None)
        elif " cannot restrict " in said:
            letter = said[-1]
            for at, row in enumerate(element["pc"]):
                if row["d"] == letter:
                    self._drop(number, at)
                    break
        elif component is not None:
            self._mend_component(number, int(component), key)
        elif part == "re":
            return self._mend_part(element, part, key)
        else:
            element.pop(key, None)
        return bool(elements)

    def _mend_component(self, number: int, at: int, key: str) -> None:
        component = self._values["el"][number]["pc"][at]
        if key == "p" and isinstance(component, dict):
            component["p"] = 0
        elif key in ("", "d") or not isinstance(component, dict):
            self._drop(number, at)
        else:
            component.pop(key, None)

    def _mend_part(self, owner: dict[str, Any], part: str, key: str) -> bool:
        inside = owner.get(part)
        if not isinstance(inside, dict):
            inside = {}
        elif key in ("t0", "t1"):  # neither stands without the other
            inside.pop("t0", None)
            inside.pop("t1", None)
        elif key:
            inside.pop(key, None)
        elif "a0" in inside or "a1" in inside:  # a current, which no record tells
            inside.pop("a0", None)
            inside.pop("a1", None)
        else:
            inside = {}
        if inside:
            owner[part] = inside
        elif part == "re":
            owner[part] = dict(_ANY_DATE)
        else:
            owner.pop(part, None)
        return True

    def _drop(self, number: int, at: int | None) -> None:
        """A component, and its element with the last; or an element as it is."""
        element = self._values["el"][number]
        if at is not None:
            del element["pc"][at], self._components[number][at]
        if at is None or not element["pc"]:
            del self._values["el"][number], self._elements[number], self._components[number]

    def _list(self, owner: Any, key: str) -> list[Any]:
        inside = owner.get(key) if isinstance(owner, dict) else None
        return inside if isinstance(inside, list) else []
