"""The power cuts, errors and heap levels find a bill that is wrong: it is made so on purpose."""

import sys

from cut_test import CutCase, counted, exceeds

_STEP, _STEP_ENDS = 199, 397

if sys.implementation.name == "micropython":
    import virtual_time

    virtual_time.install()

    import wattseal.core.ocmf_rules  # noqa: F401 - early, as in virtual_power
    from wattseal.app.left_open import LeftOpen
    from wattseal.app.recorder import Recorder
    from wattseal.core import bill, ocmf
    from wattseal.core.session import Session


def resumed(change):
    """What a boot takes for open is another session: `change` is given it, and gives it back."""

    def broken(sound):
        async def find(one, connector, quiet):
            found = await sound(one, connector, quiet)
            return found and change(*found)

        return find

    return broken


def ended(change):
    """`change(session, tx)` comes behind each end."""

    def broken(sound):
        def end(session, reading, tx):
            sound(session, reading, tx)
            change(session, tx)

        return end

    return broken


def charged_less(session, tx):
    """A power cut's end is billed with the value that it began with: 0 Wh."""
    if tx == "P":
        session.entries[-1].energy_wh = session.begin_wh
        session._segments = type(session._segments)(session.begin_wh)
        session._segments.close(session.begin_wh)


def charged_more(session, tx):
    if tx != "P":
        session.entries[-1].energy_wh += 5000
        offset_s, wh, state = session._segments._row(session._segments._count - 1)
        session._segments._put(session._segments._count - 1, offset_s, wh + 5000, state)


class SessionTest(CutCase):
    def finds(self, kind, scenario, owner, name, broken, step=_STEP):
        found = self.found_while_broken(scenario, owner, name, broken, step=step, enough={kind: 0})
        self.assertTrue(exceeds(found, {kind: 0}), found)

    def resumes(self, change):
        self.needs_micropython()
        self.finds("begun", "boot", LeftOpen, "find", resumed(change))

    def ends(self, kind, scenario, change, step=_STEP):
        self.needs_micropython()
        self.finds(kind, scenario, Session, "end", ended(change), step)

    def test_a_first_reading_that_is_too_low_after_a_reset(self):
        def lower(session, head, who):
            session.entries[0].energy_wh -= 30
            session._segments.from_wh -= 30
            return session, head, who

        self.resumes(lower)

    def test_another_driver_after_a_reset(self):
        def other(session, head, who):
            return (
                session,
                head,
                ocmf.Identification(who.present, who.level, who.flags, who.id_type, "DEAD"),
            )

        self.resumes(other)

    def test_an_end_that_does_not_say_that_the_power_failed(self):
        def silent(session, tx):
            session.entries[-1].ef = ""

        self.ends("begun", "boot", silent)

    def test_an_end_a_month_late(self):
        def late(session, tx):
            session.entries[-1].utc_ms += 30 * 86400000

        self.ends("time", "boot", late)

    def test_an_end_that_the_meter_never_had(self):
        self.ends("energy", "stop", charged_more, _STEP_ENDS)

    def test_nothing_billed_where_an_error_came(self):
        self.needs_micropython()
        from exception_points import Accident

        end = Session.end
        Session.end = ended(charged_less)(end)
        try:
            _, wrong = Accident(0, None, "nothing", False).play()
        finally:
            Session.end = end
        self.assertTrue(counted(wrong).get("energy"), wrong)

    def test_no_session_billable_where_no_error_came(self):
        self.needs_micropython()
        from exception_points import Accident

        record = Recorder.record

        async def unbilled(recorder, session, head, who, kind, *why):
            if kind == bill.SESSION:
                kind, why = bill.NOT_BILLABLE, ("x",)
            return await record(recorder, session, head, who, kind, *why)

        Recorder.record = unbilled
        try:
            _, wrong = Accident(0, None, "nothing", False).play()
        finally:
            Recorder.record = record
        self.assertTrue(counted(wrong).get("energy"), wrong)


class PriceTest(CutCase):
    def finds(self, change):
        """`change(XC)` takes the place of each price."""
        self.needs_micropython()

        def broken(sound):
            async def extras(recorder, session, head, kind):
                found = await sound(recorder, session, head, kind)
                return [(key, change(value) if key == "XC" else value) for key, value in found]

            return extras

        found = self.found_while_broken(
            "prices", Recorder, "_extras", broken, step=_STEP, enough={"unpriced": 0}
        )
        self.assertTrue(exceeds(found, {"unpriced": 0}), found)

    def test_a_session_for_nothing(self):
        self.finds(lambda cost: {"flags": ["not_priced"]})

    def test_twice_the_amount(self):
        self.finds(lambda cost: dict(cost, pay=2 * cost["pay"]))

    def test_another_tax(self):
        def more(cost):
            ((rate, tax),) = cost["vat"]
            return dict(cost, vat=[[rate, tax + 1000]], net=cost["net"] - 1000)

        self.finds(more)

    def test_a_minute_too_much(self):
        def longer(cost):
            lines = [
                [place, kind, volume + 60, price, amount + 1000] if kind == "P" else line
                for line in cost["lines"]
                for place, kind, volume, price, amount in [line]
            ]
            more = 1000 * len([line for line in lines if line[1] == "P"])
            return dict(cost, lines=lines, gross=cost["gross"] + more, pay=cost["pay"] + more)

        self.finds(longer)
