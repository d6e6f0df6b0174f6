"""A copy of the firmware that tells each source line of some modules before it runs it.

The call that tells (host_tests/support/line_marks) may raise; else the copy does what the firmware
does. Only lines in functions are told: what a module does when it is imported is done once.
"""

import ast
import shutil
from pathlib import Path

FIRMWARE = "firmware"
RECORD_PATH = (
    "app/acks", "app/auditor", "app/boots", "app/connector", "app/demand", "app/identity",
    "app/keeping", "app/left_open", "app/open_sessions", "app/prices", "app/publisher",
    "app/recorder", "app/register", "app/reserve",
    "core/audit_chain", "core/bill", "core/entry", "core/gate", "core/idle", "core/journal_cursor",
    "core/journal_frame", "core/journal_gaps", "core/ocmf", "core/ocmf_rules", "core/resuming",
    "core/segments",
    "core/pricing/boundary", "core/pricing/cheapest", "core/pricing/cost", "core/pricing/matching",
    "core/pricing/priced_session", "core/pricing/record_cost", "core/pricing/rounding",
    "core/pricing/session_price", "core/pricing/tariff", "core/pricing/zone",
    "core/session",
    "drivers/audit_log", "drivers/checkpoint", "drivers/checkpoint_sector", "drivers/durable",
    "drivers/file_journal",
    "drivers/journal_marks", "drivers/journal_recovery", "drivers/key_file", "drivers/readable",
    "drivers/ring_area",
    "drivers/ring_checkpoints", "drivers/ring_region", "drivers/ring_segments",
    "drivers/segment_table", "drivers/segment_writer", "drivers/segments",
    "privacy/audit_beginning", "privacy/audit_room", "privacy/audit_watch",
)  # fmt: skip
_NAMES = {"core/segments": "session_segments"}  # a medium's errors come out of the drivers' alone
_CALL = "_line_at"
_IMPORT = ast.parse(f"from line_marks import at as {_CALL}").body[0]


def copied(root: Path, folder: Path, modules: tuple[str, ...] = RECORD_PATH) -> Path:
    """The firmware below `root`, copied into `folder`, with these modules marked."""
    target = folder / FIRMWARE
    shutil.copytree(root / FIRMWARE, target, ignore=shutil.ignore_patterns("__pycache__"))
    for module in modules:
        path = target / "wattseal" / f"{module}.py"
        path.write_text(marked(path.read_text(), _NAMES.get(module, path.stem)) + "\n")
    return target


def marked(text: str, name: str) -> str:
    """A module's text with a call before each statement in a function."""
    tree = Marks(name).visit(ast.parse(text))
    head = 1 if ast.get_docstring(tree) is not None else 0
    tree.body.insert(head, _IMPORT)
    return ast.unparse(ast.fix_missing_locations(tree))


class Marks(ast.NodeTransformer):
    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0  # of functions round the statement

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if self._depth:
            for block in ("body", "orelse", "finalbody"):
                statements = getattr(node, block, None)
                if isinstance(statements, list):
                    setattr(node, block, self._told(statements))
        return node

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        return node

    def _told(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        told: list[ast.stmt] = []
        for number, statement in enumerate(statements):
            if number or not _is_docstring(statement):
                told.append(self._call(statement.lineno))
            told.append(statement)
        return told

    def _call(self, line: int) -> ast.stmt:
        return ast.parse(f"{_CALL}({f'{self._name}:{line}'!r})").body[0]


def _is_docstring(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
