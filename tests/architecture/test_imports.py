from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("fhir_kernel", "terminology", "conformance", "fhir_server", "registry", "plumbline")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

ALLOWED = {
    "argon2": ("fhir_server/identity/",),
    "bson": ("fhir_kernel/store/mongo/",),
    "click": ("plumbline/cli/",),
    "cryptography": ("registry/publication/signing.py",),
    "filelock": (
        "fhir_kernel/packages/",
        "fhir_kernel/definitions/index_build.py",
        "terminology/tables/index_build.py",
    ),
    "httpx": ("fhir_kernel/packages/", "terminology/remote"),
    "jinja2": ("plumbline/reports/", "registry/html.py"),
    "joserfc": ("fhir_server/identity/",),
    "lxml": ("fhir_kernel/codec/",),
    "matplotlib": ("registry/scores/exports/charts/",),
    "multiprocessing": ("plumbline/pool.py", "plumbline/score_pool.py"),
    "openpyxl": ("registry/tables/xlsx.py", "terminology/importers/"),
    "prometheus_client": ("fhir_server/metrics.py", "plumbline/"),
    "pymongo": ("fhir_kernel/store/mongo/",),
    "pypinyin": ("terminology/importers/",),
    "regex": ("fhir_kernel/fhirpath/", "terminology/engine/filters.py"),
    "rich": ("plumbline/",),
    "sqlite3": ("fhir_kernel/store/sqlite/", "terminology/tables/"),
    "starlette": ("fhir_server/", "registry/", "plumbline/"),
    "tarfile": ("fhir_kernel/packages/", "plumbline/inputs.py"),
    "uvicorn": ("plumbline/",),
    "xml": (
        "fhir_kernel/codec/",
        "fhir_kernel/fhirpath/html.py",
        "plumbline/reports/junit.py",
        "registry/packages/feed.py",
        "terminology/importers/xlsx_source.py",
    ),
}
"""Where a library may be imported; it stays behind that door."""

DISTRIBUTIONS = {
    "argon2": "argon2-cffi",
    "bson": "pymongo",
    "prometheus_client": "prometheus-client",
}
"""By module, the distribution that brings it, where its name is another."""

LOADED_BY_NAME = {"uvloop", "httptools"}
"""Libraries that uvicorn loads where they are installed."""

COMES_WITH = {"bson": "pymongo"}
"""Libraries that are installed by a distribution of another name."""

DEVELOPMENT_ONLY = (
    "fhir",
    "fhirclient",
    "fhirpathpy",
    "fhirpy",
    "hypothesis",
    "openapi_spec_validator",
    "pytest",
    "requests",
    "respx",
    "schemathesis",
)


@cache
def _imports(path: Path) -> frozenset[str]:
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


def test_every_library_that_is_imported_is_a_declared_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^\w.-]", each, maxsplit=1)[0] for each in project["dependencies"]}
    modules = {name for path in SOURCES for name in _imports(path)} - set(PACKAGES) - sys.stdlib_module_names
    imported = {DISTRIBUTIONS.get(name, name) for name in modules}
    assert imported - {""} == declared - LOADED_BY_NAME


def test_packages_import_in_one_direction():
    lint = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("library", ALLOWED)
def test_a_library_is_imported_only_behind_its_door(library):
    users = [path.relative_to(ROOT).as_posix() for path in SOURCES if library in _imports(path)]
    assert not [path for path in users if not path.startswith(ALLOWED[library])]


def test_the_product_needs_no_development_library():
    users = {path: _imports(path) & set(DEVELOPMENT_ONLY) for path in SOURCES}
    assert not {path.name: found for path, found in users.items() if found}
