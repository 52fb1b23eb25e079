from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("fhir_kernel", "terminology", "conformance", "fhir_server", "registry", "plumbline")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 10
UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK)\b")


def _functions(path: Path) -> list[tuple[str, int]]:
    nodes = ast.walk(ast.parse(path.read_bytes()))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1) for node in functions]


def _is_table(path: Path) -> bool:
    """Whether most lines of a file are one literal."""
    text = path.read_bytes()
    values = [
        node.value for node in ast.parse(text).body if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
    ]
    longest = max(((value.end_lineno or 0) - value.lineno for value in values), default=0)
    return longest > len(text.splitlines()) * 0.6


def test_no_file_is_too_long_to_read():
    long = [path for path in SOURCES if len(path.read_bytes().splitlines()) > LONGEST_FILE]
    assert not [str(path.relative_to(ROOT)) for path in long if not _is_table(path)]


def test_no_function_is_too_long_to_grasp():
    functions = [each for path in SOURCES for each in _functions(path)]
    assert not [each for each in functions if each[1] > LONGEST_FUNCTION]
    assert statistics.median(length for _, length in functions) < MEDIAN_FUNCTION


def test_every_module_says_what_it_is_for():
    assert not [str(path.relative_to(ROOT)) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_bytes()))]


def test_nothing_is_left_unfinished():
    files = [path for path in SOURCES if UNFINISHED.search(path.read_text(encoding="utf-8"))]
    assert not [str(path.relative_to(ROOT)) for path in files]


def test_test_folders_are_no_packages():
    assert not list((ROOT / "tests").rglob("__init__.py"))
