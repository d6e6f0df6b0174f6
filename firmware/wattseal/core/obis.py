"""OBIS codes (IEC 62056-61) as OCMF writes them, A-B:C.D.E*F in hex; knows no code's meaning."""

_SEPARATORS = ("-", ":", ".", ".", ".*")


def groups(text: str) -> "list[int] | None":
    """The six groups A to F, those that are left out as 0; None for what is no code."""
    numbers = [0] * 6
    at = 0
    for c in text.strip().lower():
        if at < 5 and c in _SEPARATORS[at]:
            at += 1
        elif c in "0123456789abcdef":
            numbers[at] = numbers[at] * 16 + int(c, 16)
        else:
            return None
    return numbers
