"""Index, rows, vectors and simulated meters name the same models."""

import interpreters

from tools.sim_meter import MODELS as SIMULATED
from wattseal.core.models import MODELS

FOLDER = interpreters.ROOT / "firmware/wattseal/core/models"
VECTORS = interpreters.ROOT / "host_tests/vectors/meters"
NO_VENDOR = ("__init__", "serial_lines", "together")


def test_the_index_names_each_row_of_each_vendor_once():
    listed = []
    for path in FOLDER.glob("*.py"):
        if path.stem not in NO_VENDOR:
            module = __import__("wattseal.core.models." + path.stem, fromlist=["rows"])
            keys = [row.key for row in module.rows()]
            assert keys, path.name
            listed += keys
    assert sorted(listed) == sorted(MODELS)


def test_every_row_has_its_vector_and_is_simulated():
    assert sorted(path.stem for path in VECTORS.glob("*.json")) == sorted(MODELS)
    assert list(SIMULATED) == sorted(MODELS)
