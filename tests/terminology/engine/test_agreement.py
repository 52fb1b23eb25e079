"""One engine stands behind all answers, so they cannot disagree, whatever the content."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from fhir_kernel.definitions.catalog import Catalog
from terminology.checks import CodeQuery, Verdict
from terminology.local import LocalCodes
from tests.terminology.engine.random_content import CODES, code_systems, value_sets
from tests.terminology.engine.world import (
    IN_CODE_SYSTEM,
    IN_VALUE_SET,
    entries,
    expand,
    judged,
    run,
    service,
    stated,
)

Row = dict[str, Any]
_ASKED = [(f"http://example.org/{system}", code) for system in ("plain", "versioned") for code in CODES]


def _content(data: DataObject) -> tuple[list[Row], list[Row]]:
    systems = data.draw(code_systems())
    return systems, data.draw(value_sets(systems))


def _members(expansion: Row) -> set[tuple[str, str]]:
    return {(each["system"], each["code"]) for each in entries(expansion)}


@pytest.mark.parametrize("more", [{}, {"activeOnly": True}], ids=["all", "active only"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_is_expanded_is_what_is_valid(more: Row, data: DataObject) -> None:
    systems, sets = _content(data)
    asked, url = service(*systems, *sets), sets[-1]["url"]
    members = _members(expand(asked, url, **more))
    for system, code in _ASKED:
        coding = {"system": system, "code": code}
        forms: list[Row] = [coding, {"coding": coding}, {"codeableConcept": {"coding": [coding]}}]
        for form in forms:
            found = judged(run(asked, IN_VALUE_SET, url=url, **form, **more))
            assert found == ((system, code) in members), (form, sets)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_coding_with_a_version_is_valid_if_that_version_is_expanded(data: DataObject) -> None:
    systems, sets = _content(data)
    asked, url = service(*systems, *sets), sets[-1]["url"]
    expansion = expand(asked, url)
    for each in entries(expansion):
        if "version" in each:
            coding = {key: each[key] for key in ("system", "version", "code")}
            assert judged(run(asked, IN_VALUE_SET, url=url, coding=coding)), (coding, sets)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_code_system_says_the_same_as_the_value_set_of_all_its_codes(data: DataObject) -> None:
    systems = data.draw(code_systems())
    asked = service(*systems)
    for url in {each["url"] for each in systems}:
        members = _members(expand(asked, f"{url}/vs"))
        for code in CODES:
            coding = {"system": url, "code": code}
            forms: list[Row] = [{"url": url, "code": code}, {"coding": coding}]
            forms.append({"codeableConcept": {"coding": [coding]}})
            assert {judged(run(asked, IN_CODE_SYSTEM, **each)) for each in forms} == {(url, code) in members}


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_validator_never_contradicts_an_expansion(data: DataObject) -> None:
    systems, sets = _content(data)
    url = sets[-1]["url"]
    members = _members(expand(service(*systems, *sets), url))
    codes = LocalCodes(Catalog([*systems, *sets]))
    for system, code in _ASKED:
        answer = codes.check([CodeQuery(code, system, value_set=url)])[0]
        is_member = (system, code) in members
        if answer.in_value_set is Verdict.OUT:
            assert not is_member, (system, code, sets)
        if answer.in_system is Verdict.IN and answer.in_value_set is Verdict.IN:
            assert is_member, (system, code, sets)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), size=st.integers(1, 4))
def test_pages_make_the_whole(data: DataObject, size: int) -> None:
    systems, sets = _content(data)
    asked, url = service(*systems, *sets), sets[-1]["url"]
    whole = expand(asked, url, excludeNested=True)
    rows = whole.get("contains", [])
    assert stated(whole, "offset") == []
    assert whole.get("total", len(rows)) == len(rows)
    paged: list[Row] = []
    for offset in range(0, len(rows) + size, size):
        page = expand(asked, url, excludeNested=True, offset=offset, count=size)
        assert page.get("total", len(rows)) == len(rows)
        paged += page.get("contains", [])
    assert paged == rows


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_code_is_listed_twice(data: DataObject) -> None:
    systems, sets = _content(data)
    expansion = expand(service(*systems, *sets), sets[-1]["url"])
    listed = Counter((each["system"], each.get("version"), each["code"]) for each in entries(expansion))
    assert set(listed.values()) <= {1}, sets


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_nested_and_flat_expansions_hold_the_same(data: DataObject) -> None:
    systems, sets = _content(data)
    asked, url = service(*systems, *sets), sets[-1]["url"]
    nested, flat = expand(asked, url), expand(asked, url, excludeNested=True)
    assert _members(nested) == _members(flat)
    assert all("contains" not in each for each in flat.get("contains", ()))
