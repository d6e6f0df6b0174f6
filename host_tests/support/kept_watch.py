"""Notes what the audit log and the key slots have promised; changes nothing of what they do.

`install` once, then `tell` whom to tell: ENTRY with number and mac once an entry is durable, PUT
with key and label once a key is, ASKED with a key before it is erased and GONE when it is.
"""

ENTRY, PUT, ASKED, GONE = "entry", "put", "asked", "gone"
_state = {}


def tell(whom):
    """None: nobody, while a boot is judged that none watches."""
    _state["tell"] = whom


def install():
    """The firmware's classes are watched from now on: its modules must stay loaded."""
    if "installed" in _state:
        return
    _state["installed"] = True
    from wattseal.drivers.audit_log import AuditLog
    from wattseal.drivers.key_slots import KeySlots

    _watch_log(AuditLog)
    _watch_slots(KeySlots)


def _told(*row):
    if _state.get("tell"):
        _state["tell"](*row)


def _watch_log(owner):
    append = owner.append

    def appended(log, entries):
        append(log, entries)
        _told(ENTRY, log.number, log.mac)

    owner.append = appended


def _watch_slots(owner):
    put, erase_steps = owner.put, owner.erase_steps

    def kept(slots, key, label, number, began_s=0):
        slot = put(slots, key, label, number, began_s)
        _told(PUT, key, label)
        return slot

    def erased(slots, slot):
        held = slots.get(slot)
        if held:
            _told(ASKED, held.key)
        yield from erase_steps(slots, slot)
        if held:
            _told(GONE, held.key)

    owner.put, owner.erase_steps = kept, erased
