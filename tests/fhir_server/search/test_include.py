from __future__ import annotations

import asyncio

import pytest

from fhir_server.outcomes import RequestRefused
from fhir_server.search.context import SearchLimits
from fhir_server.search.include import included
from tests.fhir_server.search.world import index, observation, parsed, patient, store_of


def to(name):
    return {"reference": name}


def organization(name, **more):
    return {"resourceType": "Organization", "id": name, **more}


WORLD = [
    observation("o1", subject=to("Patient/p"), encounter=to("Encounter/e")),
    observation("o2", subject=to("Patient/p"), hasMember=[to("Observation/o1")]),
    observation("o3", subject=to("Group/g")),
    patient("p", managingOrganization=to("Organization/a")),
    organization("a", partOf=to("Organization/b")),
    organization("b", partOf=to("Organization/c")),
    organization("c"),
    {"resourceType": "Encounter", "id": "e", "status": "planned"},
    {"resourceType": "Group", "id": "g"},
    {"resourceType": "Provenance", "id": "v", "target": [to("Patient/p"), to("Observation/o3")]},
]


def along(query, types="Observation", limits=None):
    async def run():
        store = await store_of(*WORLD)
        limit = limits or SearchLimits()
        asked = parsed(query, types)
        page = list((await store.read_many((await store.search(asked.query)).keys)).values())
        more = await included(page, asked.includes, asked.revincludes, index(), store, limit)
        return sorted(str(each.key) for each in more)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("_include=Observation:subject", ["Group/g", "Patient/p"]),
        ("_include=Observation:subject:Patient", ["Patient/p"]),
        ("_id=o2&_include=Observation:has-member", ["Observation/o1"]),
        ("_include=Observation:has-member", []),
        ("_id=o1&_include=Observation:*", ["Encounter/e", "Patient/p"]),
        ("_id=o1&_include=*", ["Encounter/e", "Patient/p"]),
        ("_id=o1&_include=Observation:subject&_include:iterate=Patient:organization", ["Organization/a", "Patient/p"]),
        (
            "_id=o1&_include=Observation:subject&_include:iterate=Patient:organization&_include:iterate=Organization:partof",
            ["Organization/a", "Organization/b", "Organization/c", "Patient/p"],
        ),
        ("_id=o3&_revinclude=Provenance:target", ["Provenance/v"]),
        ("_id=o1&_revinclude=Observation:has-member", ["Observation/o2"]),
        ("_id=o3&_revinclude=*", ["Provenance/v"]),
        ("_id=o1&_include=Observation:subject&_revinclude:iterate=Provenance:target", ["Patient/p", "Provenance/v"]),
    ],
)
def test_what_is_asked_for_comes_along_once(query, expected):
    assert along(query) == expected


def test_a_page_of_organizations_may_climb_to_the_top():
    assert along("_id=a&_include:iterate=Organization:partof", "Organization") == ["Organization/b", "Organization/c"]


@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ("_include=Observation:subject", SearchLimits(included=1)),
        ("_id=o1,o2,o3&_revinclude=*", SearchLimits(included=0)),
        ("_id=a&_include:iterate=Organization:partof", SearchLimits(include_rounds=1)),
    ],
)
def test_too_much_is_refused(query, limits):
    with pytest.raises(RequestRefused) as refusal:
        along(query, "Organization" if "Organization" in query else "Observation", limits)
    assert refusal.value.issues[0]["code"] == "too-costly"
