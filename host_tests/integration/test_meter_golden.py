"""The golden vectors are what pymodbus' server answers, and mean what pymodbus decodes."""

import asyncio

import golden
import pytest

from tools.sim_meter import MODELS


@pytest.mark.parametrize("model", MODELS)
def test_a_vector_is_what_the_independent_server_says(model):
    written = golden.load(model)
    recorded = golden.load(model)
    for case in recorded["cases"]:
        for made in ("frames", "energy_mwh", "power_w"):
            case.pop(made, None)
    del recorded["identity"]["frames"]
    asyncio.run(golden.record(recorded))
    assert recorded == written
    assert (golden.sim_map.FOLDER / (model + ".json")).read_text() == golden.text(recorded)


@pytest.mark.parametrize("model", MODELS)
def test_a_vector_has_good_cases_and_refused_ones(model):
    cases = golden.load(model)["cases"]
    refused = [case for case in cases if "st" in case]
    assert refused and len(cases) - len(refused) >= 5
    assert len({case["what"] for case in cases}) == len(cases)
