from __future__ import annotations

import pytest

from fhir_server.search.acceptance import problems
from tests.fhir_server.search.world import index

NICK = {
    "resourceType": "SearchParameter",
    "url": "http://example.org/sp/nick",
    "code": "nick",
    "base": ["Patient"],
    "type": "token",
    "status": "active",
    "expression": "Patient.name.where(use='nickname').text",
}
FHIRS = "http://hl7.org/fhir/SearchParameter/"
WELL = (
    {},
    {"expression": "Patient.extension.where(url='http://example.org/x').value"},
    {"type": "string", "expression": "Patient.name.select(given.first() & family)"},
    {"code": "sex", "base": ["Patient", "Practitioner"], "expression": "Patient.gender | Practitioner.gender"},
    {"code": "origin", "type": "uri", "base": ["Resource"], "expression": "Resource.meta.source"},
    {"code": "name", "type": "string", "expression": "Patient.name"},
    {"code": "_tag", "base": ["Resource"], "expression": "Resource.meta.tag"},
)
WRONG = (
    ({"expression": "Patient.name.where("}, "searching.expression", "SearchParameter.expression"),
    ({"expression": "Patient.nickname"}, "searching.leads-nowhere", "SearchParameter.base[0]"),
    ({"expression": "Patient.name"}, "searching.leads-nowhere", "SearchParameter.base[0]"),
    ({"expression": "Patient.nickname.select(a & b)"}, "searching.leads-nowhere", "SearchParameter.base[0]"),
    ({"base": ["Patient", "Device"]}, "searching.leads-nowhere", "SearchParameter.base[1]"),
    ({"base": ["Pet"]}, "searching.base", "SearchParameter.base[0]"),
    ({"type": "special"}, "searching.type", "SearchParameter.type"),
    ({"type": "colour"}, "searching.type", "SearchParameter.type"),
    ({"code": "nick.name"}, "searching.code", "SearchParameter.code"),
    ({"code": "_sort"}, "searching.code", "SearchParameter.code"),
    ({"expression": ""}, "searching.no-expression", "SearchParameter"),
    ({"code": "name"}, "searching.collision", "SearchParameter.base[0]"),
    ({"code": "gender"}, "searching.collision", "SearchParameter.base[0]"),
    (
        {"base": ["Resource"], "code": "name", "expression": "Resource.id"},
        "searching.collision",
        "SearchParameter.base[0]",
    ),
    ({"type": "composite"}, "searching.component", "SearchParameter"),
    (
        {"type": "composite", "component": [{"definition": f"{FHIRS}Patient-pet", "expression": "text"}]},
        "searching.component",
        "SearchParameter.component[0].definition",
    ),
)


@pytest.mark.parametrize("change", WELL, ids=str)
def test_what_can_be_searched_by_is_accepted(change):
    assert problems(index(), "x", {**NICK, **change}) == []


@pytest.mark.parametrize(("change", "issue_id", "path"), WRONG, ids=str)
def test_what_could_not_be_searched_by_is_told(change, issue_id, path):
    found = problems(index(), "x", {**NICK, **change})
    assert [(each.id, each.path) for each in found] == [(issue_id, path)]


def test_a_collision_names_who_has_the_code_already():
    (found,) = problems(index(), "x", {**NICK, "code": "name"})
    assert found.text() == (
        f"Patient is searched by 'name' already, as {FHIRS}Patient-name defines it, and that is not the same; "
        "choose another code"
    )


def test_a_parameter_of_the_store_may_replace_itself_alone():
    own = index().trial({"one": NICK})
    assert problems(own, "one", {**NICK, "expression": "Patient.language"}) == []
    assert [each.id for each in problems(own, "two", NICK)] == ["searching.same-url"]
    other = {**NICK, "url": "http://example.org/sp/other", "expression": "Patient.language"}
    (found,) = problems(own, "two", other)
    assert "as SearchParameter/one defines it" in found.text()


def test_a_composite_may_be_made_of_parts_that_the_store_has():
    own = index().trial({"one": NICK})
    parts = [
        {"definition": NICK["url"], "expression": "text"},
        {"definition": f"{FHIRS}individual-family", "expression": "family"},
    ]
    both = {**NICK, "url": "http://example.org/sp/both", "code": "both", "type": "composite", "component": parts}
    assert problems(own, "both", {**both, "expression": "Patient.name"}) == []
