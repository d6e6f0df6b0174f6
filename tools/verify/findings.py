"""What each finding means, one plain sentence each; finds nothing."""

_STATUSES = {
    "N": "not present", "T": "timeout", "D": "disconnected", "R": "removed",
    "M": "manipulated", "X": "exchanged", "I": "incompatible", "O": "out of range",
    "S": "substitute value", "E": "other error", "F": "read error",
}  # fmt: skip
# The name of a finding is what a device gives as the reason of a record that it does not bill.
SENTENCES = {
    # what cannot be read
    "not_ocmf": "This is not OCMF|payload|signature.",
    "not_text": "The record holds half a character, so nobody knows which bytes were signed.",
    "json": "A section is no JSON that verifiers read, or a field has the wrong type.",
    "duplicate_key": "A key stands twice in the JSON, so readers can disagree about its value.",
    "value": "A meter value is no number.",
    # the signature
    "no_public_key": "Without a public key the signature says nothing.",
    "public_key": "The public key is none that this record could be checked with.",
    "signature": "The signature does not fit: the record was changed, or another key signed it.",
    "signature_algorithm": "SA names no ECDSA algorithm in OCMF's form.",
    "signature_encoding": "SD is missing, or is not in the encoding that SE names.",
    "signature_der": "SD is not the DER encoding of an ECDSA signature.",
    "curve_not_supported": "The record is signed on a curve that this program does not know.",
    # the payload
    "format_version": "This rule set does not take the record's format version (FV).",
    "pagination": "The pagination (PG) is not T or F and a number without leading zeros.",
    "identification_level": "The driver's identification failed (IL), so nobody may be billed.",
    "readings_missing": "The record has no list of readings (RD).",
    "readings": "A reading lacks a field, or a field has a value that OCMF or our form forbids.",
    # the course of a session
    "begin_and_end": "The record does not hold exactly one begin, first, and exactly one end.",
    "begin_only": "A begin record holds one begin reading and nothing else.",
    "end_not_last": "A reading follows the end of the session.",
    "begin_missing": "No begin reading of a register that counts for billing.",
    "end_missing": "No end reading of a register that counts for billing.",
    "begin_twice": "Two begin readings count, so the energy is ambiguous.",
    "end_twice": "Two end readings count, so the energy is ambiguous.",
    "begin_record_has_end": "The begin record holds an end reading too.",
    "end_record_has_begin": "The end record holds a begin reading too.",
    "value_missing": "The begin or the end has no meter value (the reference program crashes).",
    "unit_missing": "The first reading that counts has no unit (RU).",
    "status_missing": "The first reading that counts has no meter status (ST).",
    "status": "The meter was not in order (ST) at the begin or the end.",
    "energy_negative": "The meter ran backwards.",
    "energy_error": "The energy is flagged as unusable (EF holds E).",
    "time_error": "The time is flagged as unusable (EF is t), which this release refuses.",
    "time_backwards": "A reading is older than the one before it.",
    "time_form": "A time is not in OCMF's one form, or its state is none of U, I, R, S.",
    "time_state": "The begin has no time state, or a relative begin has an end that is not.",
    "error_flag_dropped": "An error flag (EF) was set and is missing from a later reading.",
    "error_flag_missing": "An error event (TX is X) without an error flag (EF).",
    "event_counter": "The meter's event counter moved during the session.",
    # how our records are written
    "too_long": "The record is longer than 6,144 bytes.",
    "not_plain_ascii": "The record holds escapes, pipes or letters beyond ASCII, which may break.",
    "not_compact": "The payload holds spaces between its fields.",
    "signature_form": "The signature section is not exactly SA and SD in minimal upper-case hex.",
    "device_id": "The record does not name the device that signed it (GS).",
    "meter_serial": "The record does not name the meter (MS).",
    "charge_point": "The record does not name the charge point (CT, CI).",
    "identification": "The record does not say how the driver was identified (IL, IT).",
    "identification_flags": "IS is no yes or no, or IF is no list.",
    "field_too_long": "A text is longer than OCMF allows (TT, ID, CF).",
    # two records of one session, and the messages they came in
    "pair_head": "The begin and the end record name different devices, meters, places or drivers.",
    "pair_pagination": "The end record's pagination is not after the begin record's.",
    "pair_begin": "The begin reading differs between the begin and the session record.",
    "envelope_pagination": "The message's pagination (pg) is not the one that was signed (PG).",
    "envelope_device": "The message's device is not the one that was signed (GS).",
    "envelope_kind": "The message calls the record something that it is not.",
    "envelope_connector": "The message's connector is not the one that was signed (CI).",
    "differs": "This pagination came with different bytes before.",
    # what a session costs
    "bill_form": "What the record says of segments, price or correction is not of our form.",
    "segments_energy": "The segments (XS) do not add up to the energy between begin and end.",
    "price_missing": "The session has a tariff (TT) and no price (XC).",
    "price_form": "The price (XC) lacks a part, has one too many, or one is no whole number.",
    "price_impossible": "The segments (XS) or the readings are none that can have a price.",
    "price_cur": "The currency is not the tariff's.",
    "price_flags": "What the price says of faults in the session is not so.",
    "price_gross": "The sum with VAT is not what the segments and the tariff come to.",
    "price_lim": "A minimum or maximum was applied that should not be, or was left out.",
    "price_lines": "A line of the bill was removed, added or changed.",
    "price_net": "The sum without VAT is not what the segments and the tariff come to.",
    "price_pay": "The amount payable is not what the segments and the tariff come to.",
    "price_th": "The hash in the price is not the tariff's.",
    "price_vat": "The VAT is not what the segments and the tariff come to.",
    "price_bytes": "The price says the same as computed anew, but is written in another form.",
    "tariff_other": "The tariff that was given is not the one that the price was made by.",
    "tariff_swapped": "Kept under this price's hash is another tariff, swapped or changed.",
    "tariff_text": "The words on the tariff (TT) are not those of the tariff.",
    "correction_kind": "A correction must say what it takes back (UR), and nothing else may.",
    "correction_of_none": "The correction takes back a record that is no session's.",
    "correction_differs": "The correction is not exactly what it takes back, negated.",
    "corrected_twice": "The same record was taken back before.",
    "register_back": "The register begins below where the session before on this meter ended.",
    "never_closed": "A session began and has no closing record, though the connector went on.",
}


def sentence(name: str) -> str:
    """One sentence for a finding's name."""
    if name.startswith("status_") and name[7:] in _STATUSES:
        return (
            f"The meter's status at the begin or the end: {_STATUSES[name[7:]]} (ST {name[7:]})."
        )
    return SENTENCES.get(name, f"The rules call this {name}.")


def rows(names: list[str]) -> list[dict[str, str]]:
    """For a program: name and sentence of each finding."""
    return [{"name": name, "sentence": sentence(name)} for name in names]
