from __future__ import annotations

import json

import pytest

from plumbline.sample import changes, clauses, editions, package_folder, text_file
from plumbline.wiring import assemble_validator, build_catalog
from registry.drafting.diff.difference import Compared, differences
from registry.drafting.package.bench import Bench
from registry.drafting.package.compile import catalog_of
from registry.drafting.package.draft import read_draft
from registry.drafting.package.limits import PackageLimits

FOLLOWS = ("targetProfile", "profile", "binding.valueSet", "sourceUri", "valueSet", "version", "date")
"""What changes because every definition names the others in its own edition."""
WORDS = ("short", "definition")


@pytest.fixture(scope="module")
def difference():
    bench = Bench(lambda load: build_catalog(load=load), assemble_validator)

    def compared(edition):
        draft = read_draft(package_folder(edition), lambda: bench.catalog(()).model, PackageLimits())
        return Compared(draft, catalog_of(draft, bench))

    return differences(*map(compared, editions()))


def told(change):
    return change.artefact.partition("|")[0], change.element, change.facet, change.kind, change.effect


def test_the_difference_of_the_editions_has_every_change_of_the_table(difference):
    assert {told(change) for change in changes()} <= {told(change) for change in difference.changes}
    assert difference.step == "major"


def test_the_table_has_every_change_that_does_not_follow_from_the_version(difference):
    listed = {told(change) for change in changes()}
    for change in difference.changes:
        if change.facet.partition(" ")[0] not in (*FOLLOWS, *WORDS) and told(change) not in listed:
            # a code of the code system is one of the value set, too
            assert change.element.endswith("#assistant"), change


def test_there_are_breaking_changes_and_others():
    effects = [change.effect for change in changes()]
    assert set(effects) == {"breaking", "non-breaking", "informative"}
    assert effects == sorted(effects, key=["breaking", "non-breaking", "informative"].index)


def test_each_change_names_a_clause_of_the_second_edition_and_stands_in_its_annex():
    second = editions()[1]
    text = text_file(second).read_text("utf-8")
    numbers = {clause.number for clause in clauses(second)}
    for change in changes():
        assert change.clause in numbers
        assert f"| {change.clause} | {change.sentence.zh} |" in text


def test_both_editions_have_the_same_addresses_but_for_what_is_new():
    first, second = (
        {json.loads(path.read_text("utf-8"))["url"] for path in package_folder(edition).glob("*-*.json")}
        for edition in editions()
    )
    assert first < second
    assert {change.artefact for change in changes() if change.facet == "artefact"} == second - first
