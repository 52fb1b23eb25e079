from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.fhir_server.records_world import Records, judge, search_index
from tests.fhir_server.world import told

ANSWERS = {
    "read": ("GET", "{type}/none"),
    "vread": ("GET", "{type}/none/_history/1"),
    "update": ("PUT", "{type}/none"),
    "patch": ("PATCH", "{type}/none"),
    "delete": ("DELETE", "{type}/none"),
    "history-instance": ("GET", "{type}/none/_history"),
    "history-type": ("GET", "{type}/_history"),
    "create": ("POST", "{type}"),
    "search-type": ("GET", "{type}"),
}
OF_THE_SYSTEM = {
    "transaction": ("POST", ""),
    "batch": ("POST", ""),
    "search-system": ("GET", "?_count=1"),
    "history-system": ("GET", "_history"),
}
SLOW = frozenset(("compare",))
VALUES = {
    "number": "1",
    "date": "2024",
    "string": "a",
    "token": "a",
    "reference": "Patient/1",
    "composite": "a$1",
    "quantity": "1",
    "uri": "http://example.org",
    "special": "1|1|1|km",
}


@pytest.fixture(scope="module")
def told_of():
    records = Records(judging=True)
    return records, records.get("metadata").json()


def test_what_the_server_says_of_itself_is_valid(told_of):
    examined = judge().judge(told_of[1], method="POST", now=told_of[0].time())
    assert not [each.text() for each in examined.issues if each.is_error]


def test_everything_claimed_can_be_called(told_of):
    records, statement = told_of
    rest = statement["rest"][0]
    asked = [OF_THE_SYSTEM[each["code"]] for each in rest["interaction"]]
    for row in rest["resource"]:
        asked += [(method, path.format(type=row["type"])) for method, path in _claims(row)]
        asked += [("POST", f"{row['type']}/${each['name']}") for each in row["operation"] if each["name"] not in SLOW]
        asked += [("POST", f"{row['type']}/none/${each['name']}") for each in row["operation"]]
    headers = {"content-type": "application/fhir+json"}
    answers = asyncio.run(records.send_all([(method, path, {"headers": headers}) for method, path in asked]))
    assert len(asked) > 2_000
    assert not [(each.request.method, each.url.path) for each in answers if not _is_there(each)]


def test_every_search_parameter_claimed_can_be_searched_by(told_of):
    records, statement = told_of
    asked = [
        ("GET", f"{row['type']}?{each['name']}={_value(row['type'], each)}&_count=0", {})
        for row in statement["rest"][0]["resource"]
        for each in row["searchParam"]
    ]
    answers = asyncio.run(records.send_all(asked))
    assert len(asked) > 1_400
    assert not [told(each) for each in answers if each.status_code != 200]


def test_the_statement_says_how_versions_and_conditions_are_kept(told_of):
    row = next(each for each in told_of[1]["rest"][0]["resource"] if each["type"] == "Patient")
    assert (row["versioning"], row["readHistory"], row["updateCreate"]) == ("versioned", True, True)
    assert row["conditionalDelete"] == "multiple"
    assert "application/json-patch+json" in told_of[1]["patchFormat"]
    assert "http://hl7.org/fhir/CompartmentDefinition/patient" in told_of[1]["rest"][0]["compartment"]
    assert told_of[0].get("Patient/none/Observation").status_code == 200
    names = {each["name"] for each in row["searchParam"]}
    assert {"_id", "_lastUpdated", "_tag", "name", "birthdate"} <= names
    assert "Observation:subject" in next(
        each["searchInclude"] for each in told_of[1]["rest"][0]["resource"] if each["type"] == "Observation"
    )


def _claims(row):
    return [ANSWERS[each["code"]] for each in row["interaction"]]


def _is_there(answer: httpx.Response) -> bool:
    """Whether the route answered, whatever it said of an empty request."""
    return answer.status_code < 500 and answer.status_code != 405 and "There is nothing at" not in answer.text


def _value(resource_type: str, parameter) -> str:
    definition = search_index().parameters(resource_type).get(parameter["name"])
    if definition is None or definition.type != "composite":
        return VALUES[parameter["type"]] if parameter["name"] != "_filter" else "_id eq a"
    return "$".join(VALUES[each.definition.type] for each in definition.components)
