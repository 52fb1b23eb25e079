"""What becomes of an import."""

from __future__ import annotations

import pytest

from terminology.importers.fhir import import_resource
from terminology.importers.imported import Import, ImportRefused
from terminology.importers.install import State, install_import
from terminology.tables.installed import InstalledTables

GOOD = {"url": "https://example.org/t", "version": "1", "concept": [{"code": "a", "display": "A"}]}
BAD = {**GOOD, "concept": [{"code": "a", "display": "A"}, {"code": "a", "display": "B"}]}


@pytest.fixture
def install(tmp_path):
    def run(resource, **options):
        return install_import(import_resource(resource), tmp_path, InstalledTables(tmp_path).headers(), **options)

    return run


def held(tmp_path):
    return [
        (url, version, len(tables.open(url, version)))
        for tables in [InstalledTables(tmp_path)]
        for url, version in tables
    ]


def test_an_import_is_installed(install, tmp_path):
    outcome = install(GOOD)
    assert (outcome.state, outcome.concepts) == (State.IMPORTED, 1)
    assert held(tmp_path) == [("https://example.org/t", "1", 1)]


def test_the_same_content_again_changes_nothing(install):
    install(GOOD)
    assert install(GOOD).state is State.UNCHANGED


def test_other_content_of_the_same_version_takes_its_place(install, tmp_path):
    install(GOOD)
    assert install({**GOOD, "concept": [{"code": "b"}, {"code": "c"}]}).state is State.IMPORTED
    assert held(tmp_path)[0][2] == 2


def test_errors_refuse_an_import_and_leave_what_was_there(install, tmp_path):
    install(GOOD)
    assert install(BAD).state is State.REFUSED
    assert held(tmp_path) == [("https://example.org/t", "1", 1)]


def test_errors_can_be_accepted(install):
    assert install(BAD, accept_findings=True).state is State.IMPORTED


def test_a_dry_run_writes_nothing(install, tmp_path):
    outcome = install(BAD, dry_run=True)
    assert (outcome.state, outcome.concepts) == (State.CHECKED, 1)
    assert not list(tmp_path.iterdir())


def test_a_source_that_breaks_off_leaves_what_was_there(install, tmp_path):
    install(GOOD)
    imported = import_resource({**GOOD, "concept": [{"code": "x", "display": "X"}]})

    def broken():
        yield from imported.rows
        raise ImportRefused("cut short")

    with pytest.raises(ImportRefused):
        install_import(Import(imported.header, broken(), imported.findings), tmp_path)
    assert held(tmp_path) == [("https://example.org/t", "1", 1)]
