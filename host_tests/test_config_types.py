"""What type checkers believe of a configuration's sections is what the tables set."""

import ast

import interpreters
import pytest

from wattseal.core import config

SOURCE = interpreters.ROOT / "firmware/wattseal/core/settings.py"
CLASSES = {node.name: node for node in ast.walk(ast.parse(SOURCE.read_text()))
           if isinstance(node, ast.ClassDef)}  # fmt: skip
TYPES = {
    "int": "int",
    "str": "str",
    "word": "str",
    "field": "str",
    "key": "str",
    "host": "str",
    "address": "str",
}
PARTS = ["buses", "connectors", "broker", "wifi", "ntp"]


@pytest.mark.parametrize(
    ("name", "table", "others"),
    [
        ("Bus", config.BUS, []),
        ("Connector", config.CONNECTOR, []),
        ("Broker", config.BROKER, []),
        ("Wifi", config.WIFI, []),
        ("Ntp", config.NTP, []),
        ("Config", config.TOP, PARTS),
    ],
)
def test_a_section_is_typed_as_its_table_fills_it(name, table, others):
    typed = {
        node.target.id: ast.unparse(node.annotation)
        for node in CLASSES[name].body
        if isinstance(node, ast.AnnAssign)
    }
    assert [key for key in typed if key in others] == others
    assert {k: v for k, v in typed.items() if k not in others} == {
        row[0]: TYPES[row[1]] for row in table
    }
