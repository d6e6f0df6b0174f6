"""Which faults matter to people, and how each blinks; holds no sentence, for a small heap's sake.

The whole catalogue is in wattseal.console.fault_words. What is not here is only counted. A code is
the name that `status` or `live` has for the fault, or the line of a device that cannot start.
Tens: the class, 1 a driver cannot charge now, 2 records, prices or keys are at risk, 3 a person is
needed soon. Ones: the place, where to look: 1 meter, 2 meter line, 3 flash, 4 keys, 5 network, 6
clock, 7 the device itself.
"""

# Scanned where it lies: a frozen image leaves it in flash. From files it takes 1.3 KB with what
# scans it, a dict of the same 2.2 KB.
ROWS = (
    b" unread=11 flash_fails=13 key_refused=14 no_key=14 full=15 refused=17"
    b" not_configured=17"
    b" meter_stands=21"
    b" meter_reset=21 meter_jump=21 meter_changed=21 meter_total_lost=21 meter_total_older=21"
    b" lost=23 bad_frames=23 bad_regions=23 checkpoints_lost=23 checkpoints_refused=23"
    b" begins_unreadable=23 meter_total_unsaved=23 audit_damaged=23 audit_unkept=23"
    b" key_unrestored=24 key_slots_bad=24 key_erasures_failed=24 sealing_faults=24"
    b" contactor_stuck=27"
    b" self_checks_failed=27 tariff_no_room=27 sealing_no_room=27 audit_missed=27"
    b" modules_rotten=27"
    b" meter_unsettled=31 meter_too_fast=31 meter_stuck=31"
    b" bus_babble=32"
    b" boots_unkept=33 cursor_errors=33 removal_errors=33 areas_bad=33 reads_refused=33"
    b" checkpoint_sectors_bad=33 settings_mended=33"
    b" acks_unsaved=33 audit_unpruned=33 statistics_unsaved=33 time_unkept=33"
    b" key_slots_full=34"
    b" link_down=35 offline=35 commands_forged=35 config_taken_back=35"
    b" time_unknown=36"
    b" safe_mode=37 stalled=37 audit_off=37 statistics_off=37 statistics_no_room=37"
    b" reviews_failed=37 "
)
WELL = 0


def number(code: str) -> int:
    """10 * class + place, 0 for what is only counted. The lower, the worse."""
    name = b" %s=" % code.encode()
    at = ROWS.find(name)
    return WELL if at < 0 else int(ROWS[at + len(name) : at + len(name) + 2])


def worst(codes: "list[str]") -> str:
    """The one to be told of, "" where all are only counted; of equals the first."""
    found, lowest = "", 100
    for code in codes:
        this = number(code)
        if WELL < this < lowest:
            found, lowest = code, this
    return found
