"""From the volumes of exact_prices to the amount payable, in exact fractions; asks no firmware."""

from fractions import Fraction
from math import floor

UNITS = {"E": 1000000, "T": 3600, "P": 3600, "F": 1}


def nearest(amount):
    """Half away from zero."""
    return floor(amount + Fraction(1, 2)) if amount >= 0 else -floor(-amount + Fraction(1, 2))


def totals(session):
    """Everything that core.pricing.cost.Cost has, as a dict."""
    first = session.tariffs[0]
    lines, rates = [], {}
    for place, volume in stepped(session).items():
        price = component(session, place)
        amount = nearest(Fraction(volume * price["p"], UNITS[price["d"]]))
        amount = min(amount, price.get("cap", amount))
        number = [place[0]] if place[0] else []
        lines.append([place[1], price["d"], volume, price["p"], amount, *number])
        if "v" in price:
            rates[price["v"]] = rates.get(price["v"], 0) + amount
    whole = 100000 if first["tax"] == "excl" else 0
    vat = {rate: nearest(Fraction(rates[rate] * rate, whole or 100000 + rate)) for rate in rates}
    charged, taxes = sum(line[4] for line in lines), sum(vat.values())
    net, gross = (
        (charged - taxes, charged) if first["tax"] == "incl" else (charged, charged + taxes)
    )
    limit, exact = "", unrounded(charged, rates, first["tax"])
    for which, choose in (("min", max), ("max", min)):
        if which in first:
            was = net, gross
            net, gross, exact = limited(first[which], choose, net, gross, exact)
            if (net, gross) != was:
                limit = which
                shares = share_out([(str(r), exact[2][r]) for r in vat], gross - net, 1)
                vat = dict(zip(vat, shares)) if sum(exact[2].values()) else dict.fromkeys(vat, 0)
    payable = nearest(Fraction(gross, first["inc"])) * first["inc"]
    parts = share_out(
        [("net", net)] + [(str(rate), amount) for rate, amount in vat.items()],
        payable,
        first["inc"],
    )
    return {
        "lines": lines, "net": net, "gross": gross, "limit": limit, "payable": payable,
        "vat": sorted([rate, amount] for rate, amount in vat.items()),
        "payable_net": parts[0], "flags": session.flags,
        "payable_vat": sorted([rate, amount] for rate, amount in zip(vat, parts[1:])),
    }  # fmt: skip


def component(session, place):
    return session.tariffs[place[0]]["el"][place[1]]["pc"][place[2]]


def stepped(session):
    """The volumes as they are billed."""
    billed = dict(session.volumes)
    groups = {"E": [], "T": [], "P": [], "R": []}
    for place in billed:
        letter = component(session, place)["d"]
        element = session.tariffs[place[0]]["el"][place[1]]
        if letter != "F":
            groups["R" if "rsv" in element.get("re", {}) else letter].append(place)
    if groups["P"]:
        groups["T"] = []
    for kind, places in groups.items():
        if places:
            newest = session.newest[kind]
            step = component(session, newest).get("s", 1) * (1000 if kind == "E" else 1)
            used = sum(billed[place] for place in places)
            blocks = -floor(Fraction(-used, step)) if step else 0
            billed[newest] += blocks * step - used if step else 0
    return billed


def unrounded(charged, rates, tax):
    """(net, gross, {rate: VAT}) of the lines, before anything else is rounded; what is below zero
    leaves nothing."""
    if min([charged - sum(rates.values()), *rates.values()]) < 0:
        return Fraction(0), Fraction(0), dict.fromkeys(rates, Fraction(0))
    whole = {rate: Fraction(rate, 100000) for rate in rates}
    if tax == "incl":
        vat = {rate: rates[rate] * part / (1 + part) for rate, part in whole.items()}
        return charged - sum(vat.values()), Fraction(charged), vat
    vat = {rate: rates[rate] * part for rate, part in whole.items()}
    return Fraction(charged), charged + sum(vat.values()), vat


def limited(limit, choose, net, gross, exact):
    """The new net and gross, and what a further limit moves along by."""
    new_net = choose(net, limit["net"]) if "net" in limit else net
    new_gross = choose(gross, limit["gross"]) if "gross" in limit else gross
    if (new_net, new_gross) == (net, gross):
        return net, gross, exact
    own_net, own_gross, vat = exact
    if not own_net or not own_gross:
        own_net, own_gross = Fraction(1), 1 + Fraction(limit.get("v", 0), 100000)
    if "gross" not in limit:
        new_gross = choose(gross, nearest(new_net * own_gross / own_net))
    if "net" not in limit:
        new_net = choose(net, nearest(new_gross * own_net / own_gross))
    return new_net, new_gross, (own_net, own_gross, vat)


def share_out(parts, total, unit):
    """Largest remainder, of equal ones the lower name; of a sum below zero as of one above."""
    if total < 0:
        return [-share for share in share_out(parts, -total, unit)]
    whole = sum(amount for _, amount in parts)
    if not whole:
        return [0 for _ in parts]
    exact = [Fraction(amount * total, whole * unit) for _, amount in parts]
    low = [floor(share) for share in exact]
    names = [name for name, _ in parts]
    by_rest = sorted(range(len(parts)), key=lambda i: (low[i] - exact[i], names[i]))
    for i in by_rest[: total // unit - sum(low)]:
        low[i] += 1
    return [share * unit for share in low]
