"""Amounts, energies, times and flags of a bill in words; computes and rounds nothing."""

# ISO 4217, where it is not two
_PLACES = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0,
    "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0,
    "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
_E4 = 4  # amounts are in 1/10000

FLAGS = {
    "boundary_missed": (
        "No reading was taken when the price changed, so the energy between the readings before "
        "and after it costs the lower price."
    ),
    "clock_untrusted": (
        "The charger's clock was not synchronised, so the energy costs the cheapest price of the "
        "week."
    ),
    "time_not_billable": "The time of this session cannot be proven, so no time is billed.",
    "tariff_gone": "The tariff that the session began with was gone at its end: it costs nothing.",
    "tariff_not_valid": "The session began when the tariff was not valid: it costs nothing.",
    "not_priced": "The charger could not compute a price: the session costs nothing.",
}


def flag(name: str) -> str:
    """One sentence."""
    return FLAGS.get(name, f"The charger says {name}.")


def places(currency: str) -> int:
    """Decimals of its smallest unit."""
    return _PLACES.get(currency, 2)


def number(e4: int, places: int = 2) -> str:
    """A decimal of at least so many places, and of as many as are not zero."""
    whole, part = divmod(abs(e4), 10**_E4)
    digits = f"{part:0{_E4}}".rstrip("0").ljust(min(places, _E4), "0")
    return f"{'-' if e4 < 0 else ''}{whole}{'.' if digits else ''}{digits}"


def amount(e4: int, currency: str) -> str:
    """With the places that the currency has, and more where they are not zero."""
    return f"{number(e4, places(currency))} {currency}"


def kwh(mwh: int) -> str:
    """Three places, and as many more as are not zero."""
    whole, part = divmod(abs(mwh), 10**6)
    digits = f"{part:06}".rstrip("0").ljust(3, "0")
    return f"{'-' if mwh < 0 else ''}{whole}.{digits} kWh"


def duration(seconds: int) -> str:
    """1 h 05 min 00 s; without hours below one hour."""
    hours, rest = divmod(abs(seconds), 3600)
    text = (
        f"{rest // 60:02} min {rest % 60:02} s" if hours else f"{rest // 60} min {rest % 60:02} s"
    )
    return ("-" if seconds < 0 else "") + (f"{hours} h " if hours else "") + text


def percent(milli: int) -> str:
    """A rate of VAT, in 1/1000 %: 19 %, 8.875 %."""
    whole, part = divmod(milli, 1000)
    digits = f"{part:03}".rstrip("0")
    return f"{whole}{'.' + digits if digits else ''} %"
