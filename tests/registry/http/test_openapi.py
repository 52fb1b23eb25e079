from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate

from registry.api.assembly import ROUTES as REGISTRY
from registry.http.openapi import document
from registry.people.routes import ROUTES
from tests.registry.http.desk import TABLE, routes

pytestmark = pytest.mark.anyio
TABLES = {"people": ROUTES, "registry": REGISTRY, "desk": TABLE}
TRIES = settings(
    max_examples=25, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@pytest.fixture(params=TABLES)
def table(request):
    return TABLES[request.param]


async def test_the_document_is_served_and_keeps_to_openapi(client):
    answer = await client.send("GET", "openapi.json")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.1"
    validate(answer.json())
    assert answer.json() == document(routes(), "Desk", "1")


def test_every_table_keeps_to_openapi(table):
    described = document(table, "Plumbline", "1")
    validate(described)
    for name in set(re.findall(r"#/components/schemas/(\w+)", str(described))):
        assert described["components"]["schemas"][name]


def test_every_route_is_described_in_both_languages_under_an_id_of_its_own(table):
    described = document(table, "Plumbline", "1")["paths"]
    operations = [each for item in described.values() for each in item.values()]
    assert len(operations) == len(table) == len({each["operationId"] for each in operations})
    assert all(re.search(r"[a-z].* · .*[\u4e00-\u9fff]", each["summary"]) for each in operations)


def test_what_a_route_takes_and_gives_is_described_by_the_shapes_that_check_it():
    described = document(TABLE, "Desk", "1")
    roster = described["components"]["schemas"]["Roster"]
    assert roster["required"] == ["members", "day"]
    assert roster["properties"]["members"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Member"},
        "minItems": 1,
        "maxItems": 3,
    }
    assert roster["additionalProperties"] is False
    standard = described["paths"]["/standards/{number}"]["get"]
    assert [each["name"] for each in standard["parameters"]] == ["number"]
    file = described["paths"]["/files"]["put"]
    assert set(file["requestBody"]["content"]) == set(file["responses"]["200"]["content"])


def test_whatever_the_document_allows_is_answered_and_whatever_it_forbids_is_refused(api):
    async def at_api(scope, receive, send):
        await api({**scope, "root_path": "/api"}, receive, send)

    described = schemathesis.openapi.from_dict(document(TABLE, "Desk", "1"))
    described.app = at_api
    described.config.base_url = "http://localhost/api"
    chosen = described.include(operation_id=["addRoster", "lookFor"])
    operations = [each.ok() for each in chosen.get_all_operations()]
    assert len(operations) == 2
    for operation in operations:
        settings(parent=TRIES)(given(case=operation.as_strategy())(_is_answered))()


def _is_answered(case):
    answer = case.call()
    assert answer.status_code in (200, 201, 422, 429), answer.text
    assert answer.headers["content-type"][0] == (
        "application/json" if answer.status_code < 400 else "application/problem+json"
    )
