from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fhir_kernel.definitions.catalog import Catalog, open_core
from fhir_server.outcomes import RequestRefused
from fhir_server.search.codes import TerminologyCodes
from fhir_server.search.context import SearchLimits
from terminology.engine.installed import Installed
from terminology.limits import Limits
from terminology.service import TerminologyService
from tests.fhir_server.search.world import found, observation

SYSTEM = "http://example.org/animals"
ANIMALS = {
    "resourceType": "CodeSystem",
    "id": "animals",
    "url": SYSTEM,
    "status": "active",
    "content": "complete",
    "hierarchyMeaning": "is-a",
    "concept": [
        {"code": "mammal", "concept": [{"code": "cat", "concept": [{"code": "lion"}]}, {"code": "dog"}]},
        {"code": "bird"},
    ],
}
CATS = {
    "resourceType": "ValueSet",
    "id": "cats",
    "url": "http://example.org/vs/cats",
    "status": "active",
    "compose": {"include": [{"system": SYSTEM, "filter": [{"property": "concept", "op": "is-a", "value": "cat"}]}]},
}


def codes(**limits):
    content = Installed(Catalog([ANIMALS, CATS]))
    service = TerminologyService(
        content, open_core().model, clock=lambda: datetime(2024, 1, 1, tzinfo=UTC), new_id=lambda: "1", limits=Limits()
    )
    return TerminologyCodes(service, SearchLimits(**limits))


WORLD = [
    observation(name, code={"coding": [{"system": SYSTEM, "code": name}]})
    for name in ("bird", "cat", "dog", "lion", "mammal")
] + [observation("other", code={"coding": [{"system": "http://other", "code": "cat"}]}), observation("text")]


@pytest.mark.parametrize("listed", [1_000, 0])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("code:in=http://example.org/vs/cats", ["cat", "lion"]),
        ("code:in=ValueSet/cats", ["cat", "lion"]),
        ("code:not-in=http://example.org/vs/cats", ["bird", "dog", "mammal", "other", "text"]),
        (f"code:below={SYSTEM}|mammal", ["cat", "dog", "lion", "mammal"]),
        (f"code:above={SYSTEM}|cat", ["cat", "mammal"]),
        ("_filter=code in http://example.org/vs/cats", ["cat", "lion"]),
        (f"_filter=code ss {SYSTEM}|cat", ["cat", "lion"]),
    ],
)
def test_a_set_of_codes_is_found_as_a_list_or_by_what_the_store_has(query, expected, listed):
    assert found(WORLD, f"{query}&_sort=_id", "Observation", codes(listed_codes=listed)) == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("code:in=http://example.org/vs/none", "none"),
        ("code:in=ValueSet/none", "no value set"),
        ("code:below=cat", "expected system|code"),
    ],
)
def test_a_set_that_terminology_does_not_know_is_refused(query, message):
    with pytest.raises(RequestRefused) as refusal:
        found(WORLD, query, "Observation", codes())
    assert message in str(refusal.value)
    assert refusal.value.status == 400
