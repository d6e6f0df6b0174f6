"""What a technician asks for, on the shipped assembly: true answers, and nothing of it stays."""

import sys
import unittest

from board_case import ON_MICROPYTHON, FolderCase

from wattseal.app import newest_lines

if ON_MICROPYTHON:
    import gc

    import canary
    import virtual_power
    from console_asking import Said, unlocked

    WORDS = ("help", "session", "journal", "time", "meter", "mqtt", "log", "audit", "selftest")
    LEVEL_1 = ("meter", "mqtt", "log", "audit", "selftest")
    LEFT_BYTES = 256  # by a word that has been asked for before; measured: 64


class ConsoleWordsTest(FolderCase):
    def play(self, script):
        newest_lines.kept[:] = bytes(len(newest_lines.kept))  # of the test before
        newest_lines.kept_at = 0
        virtual_power.Power(self.world, virtual_power.PlainSigner, stays=False).on(script)

    def test_each_word_tells_what_is_so(self):
        async def script(world):
            said = Said(world)
            await world.seconds(5)
            world.plug_in(card=canary.CARD)
            assert await world.until(lambda: 1 in world.contactor.closed, 60), "no start"
            await world.seconds(600)
            told = await said.lines("session")
            assert told[0].startswith("connector 1: meter good, active, "), told
            assert told[-1] == "sessions running 1 of 1", told
            world.unplug()
            await world.seconds(60)
            told = await said.lines("journal")
            journal = world.firmware.journal
            assert told[0].startswith("oldest %d, next %d, " % (journal.oldest, journal.next)), (
                told
            )
            assert journal.next == 3 and told[-1] == "lost 0 records", told
            told = await said.lines("time")
            assert told[0][:2] == "20" and " UTC, state " in told[0], told
            await unlocked(said, world.firmware.signer, 1)
            told = await said.lines("meter")
            assert told[0].startswith("connector 1: ") and " kWh, " in told[0], told
            assert "last fault" not in told[0], told
            counters = world.firmware.buses[0].counters
            asked = sum(counters.values())
            assert told[1].startswith("bus 0: requests %d, good %d" % (asked, counters["ok"])), (
                told
            )
            told = await said.lines("mqtt")
            assert told[0].startswith("connected for "), told
            assert told[1].startswith("last fault none, "), told
            told = await said.lines("log")
            assert told[-1].startswith("log lines %d; now it is " % (len(told) - 1)), told
            told = await said.lines("audit")
            assert told[-1].startswith("self-audit: "), told
            said.end()

        self.play(script)

    def test_selftest_writes_to_the_flash_and_leaves_nothing(self):
        async def script(world):
            said = Said(world)
            await world.seconds(5)
            await unlocked(said, world.firmware.signer, 1)
            kept, saved = world.firmware.checkpoints, []
            save, load = kept.save, kept.load

            def noted(name, blob):
                saved.append(name)
                save(name, blob)

            def refuses(name, blob):
                raise OSError(28)

            good = "key good; flash good; meters read 1 of 1; records lost 0"
            kept.save = noted
            assert await said.lines("selftest") == [good], said.all
            assert saved == ["selftest"] and kept.load("selftest") is None, saved
            kept.save = refuses
            assert await said.lines("selftest") == [good.replace("sh good", "sh fails")], said.all
            kept.save, kept.load = save, lambda name: b"another"
            assert await said.lines("selftest") == [good.replace("sh good", "sh fails")], said.all
            kept.load = load
            assert kept.load("selftest") is None
            save("selftest", b"of a power cut")
            assert await said.lines("selftest") == [good], said.all
            said.end()

        self.play(script)

    def test_what_fails_is_told_with_its_age(self):
        async def script(world):
            said = Said(world)
            await world.seconds(5)
            await unlocked(said, world.firmware.signer, 1)
            point = world.firmware.points[0]
            point.fault, point.faults_in_row = "T", 1
            for word in ("session", "show"):
                assert "connector 1: meter no answer, idle" in "".join(await said.lines(word))
            shown = await said.ask("show")  # not all that `faults` tells is counted
            assert "; counts " in shown and "faults" not in shown, shown
            point.fault, point.faults_in_row = "", 0
            point.failed, point.failed_at = "T", point.samples - 7
            world.firmware.buses[0].counters["timeout"] += 2
            told = await said.lines("meter")
            assert told[0].endswith("; last fault no answer, 7 s ago"), told
            assert ", timeouts 2, " in told[1], told
            newest_lines.log("broker: no answer")
            newest_lines.log("broker: the line is cut")
            await world.seconds(9)
            told = await said.lines("mqtt")
            assert told[1] == "last fault 9 s ago: the line is cut", told
            said.end()

        self.play(script)

    def test_a_level_that_is_too_low_and_words_behind_are_refused_in_one_sentence(self):
        async def script(world):
            said = Said(world)
            await world.seconds(3)
            for word in LEVEL_1:
                assert await said.lines(word) == ["refused: it needs level 1"], word
            for word in WORDS:
                if word not in LEVEL_1 and word != "time":
                    told = await said.lines(word + " x")
                    assert told == ["refused: say %s with nothing behind it" % word], told
            assert await said.lines("time x") == ["refused: it needs level 2"]
            shown = "\n".join(await said.lines("help"))
            assert "\njournal " in shown and "\nmeter " not in shown, shown
            await unlocked(said, world.firmware.signer, 2)
            shown = "\n".join(await said.lines("help"))
            assert "\nmeter " in shown and "\ntime UTC_S " in shown and "level 2 of 3" in shown
            said.end()

        self.play(script)

    def test_level_3_names_report_and_erase_with_what_they_take(self):
        async def script(world):
            said = Said(world)
            await world.seconds(3)
            await unlocked(said, world.firmware.signer, 3)
            shown = "\n".join(await said.lines("help"))
            for word in ("report", "erase"):
                assert "\n%s SESSION " % word in shown and word + " person IT ID" in shown, shown
                told = await said.lines(word + " 0123456789abcdef")
                assert told == [
                    "refused: no keys of sessions are kept; that needs `id_mode: slots`"
                ]
            said.end()

        self.play(script)

    def test_nothing_stays_loaded_and_the_heap_is_flat(self):
        async def script(world):
            said = Said(world)
            await world.seconds(5)
            await unlocked(said, world.firmware.signer, 1)
            for word in WORDS:
                await said.lines(word)
            said.all.clear()
            gc.collect()
            before = gc.mem_free()
            for _ in range(3):
                for word in WORDS:
                    await said.lines(word)
                said.all.clear()
            gc.collect()
            left = before - gc.mem_free()
            assert left < 24 * LEFT_BYTES, left
            loaded = [name for name in sys.modules if ".console.words" in name]
            assert loaded == [], loaded
            said.end()

        self.play(script)

    def test_the_log_has_no_session_in_it_and_the_newest_lines_alone(self):
        async def script(world):
            said = Said(world)
            await world.seconds(3)
            await unlocked(said, world.firmware.signer, 1)
            for n in range(40):
                newest_lines.log("test: line number %d of these" % n)
            newest_lines.log("connector 1: session 0123456789abcdef begun, T5")
            for word in ("charged free, without a record", "start refused: by law"):
                newest_lines.log("connector 1: " + word)
            told = await said.lines("log")
            assert told[-2].endswith("test: line number 39 of these"), told
            assert 5 < len(told) < 40 and "0123456789abcdef" not in "".join(told), told
            assert all(" s: test: line number " in line for line in told[:-1]), told
            said.end()

        self.play(script)


if __name__ == "__main__":
    unittest.main()
