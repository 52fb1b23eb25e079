from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fhir_kernel.store.criteria import (
    All,
    Chain,
    DateTest,
    Has,
    Match,
    Missing,
    Not,
    Query,
    SortKey,
    StringTest,
    TokenTest,
)
from fhir_kernel.store.values import DateValue, ReferenceValue
from tests.contract.world import DAY, change, code, put, text

pytestmark = pytest.mark.anyio

SECRET = "zhaoliu"
FEMALE = Match("gender", (TokenTest(None, "female"),))
NAMED = Match("name", (StringTest("starts", "wang"),))

SEARCHES = {
    "all": Query(("Patient",), All()),
    "by a code": Query(("Patient",), FEMALE),
    "by two": Query(("Patient",), All((FEMALE, NAMED))),
    "by a date": Query(("Patient",), Match("date", (DateTest("ge", DAY, 2 * DAY),))),
    "not": Query(("Patient",), Not(FEMALE)),
    "missing": Query(("Patient",), Missing("name")),
    "chained": Query(("Observation",), Chain("subject", ("Patient",), NAMED)),
    "reverse chained": Query(("Patient",), Has("Observation", "subject", Match("code", (TokenTest(None, "x"),)))),
    "several types": Query(("Observation", "Patient"), All()),
    "counted": Query(("Patient",), FEMALE, total=True),
    "by name": Query(("Patient",), sort=(SortKey("name"),)),
    "by code": Query(("Patient",), sort=(SortKey("gender"),)),
    "by date": Query(("Patient",), sort=(SortKey("date", descending=True),)),
    "by name and date": Query(("Patient",), sort=(SortKey("name"), SortKey("date"))),
    "by update": Query(("Patient",), NAMED, sort=(SortKey("_lastUpdated", descending=True),)),
}


@pytest.fixture
async def filled(store):
    for at in range(12):
        await put(
            store,
            change(
                f"Patient/p{at}",
                name=text(f"{SECRET}{at}"),
                gender=code(("female", "male", SECRET)[at % 3]),
                date=DateValue(at * DAY, (at + 1) * DAY),
            ),
            change(f"Observation/o{at}", code=code("x"), subject=ReferenceValue("Patient", f"p{at}")),
        )
    return store


@pytest.mark.parametrize("search", SEARCHES)
async def test_each_question_has_a_plan_and_nothing_of_a_record(filled, request, search):
    questions = await filled.explain(replace(SEARCHES[search], count=2))
    assert bool(questions) != (request.node.callspec.params["store"] == "memory")
    for each in questions:
        assert each.plan
        told = f"{each.text} {json.dumps(each.values)} {each.plan}"
        assert SECRET not in told
        assert "p1" not in told


async def test_where_a_page_begins_is_not_told(filled):
    name = Match("name", (StringTest("contains", SECRET),))
    query = Query(("Patient",), name, (SortKey("name"),), count=2)
    page = await filled.search(query)
    questions = await filled.explain(replace(query, after=page.last))
    told = json.dumps([(each.text, each.values) for each in questions])
    assert f"{SECRET}1" not in told


async def test_what_is_explained_is_what_is_asked(filled, request):
    store = request.node.callspec.params["store"]
    found = await filled.explain(SEARCHES["by a code"])
    if store.startswith("sqlite"):
        assert any("resource_key" in line or "token" in line for each in found for line in each.plan)
        assert any(each.text.startswith("SELECT") and each.text.count("?") == len(each.values) for each in found)
    if store.startswith("mongodb"):
        assert any("IXSCAN by_key" in line for each in found for line in each.plan)
        assert any("documents examined" in each.plan[-1] for each in found)
