"""What is imported is found by the parameters that the store adds, those that come with the import too."""

from __future__ import annotations

import asyncio
import json

import pytest

from fhir_kernel.store.values import TokenValue
from fhir_server.search.backlog import jobs
from fhir_server.search.upkeep import COLLECTION, REINDEX
from tests.plumbline.importing_world import World

NICK = {
    "resourceType": "SearchParameter",
    "id": "nick",
    "url": "http://example.org/sp/nick",
    "name": "Nick",
    "description": "The nickname",
    "status": "active",
    "code": "nick",
    "base": ["Patient"],
    "type": "token",
    "expression": "Patient.name.where(use='nickname').text",
}
PATIENTS = [
    {"resourceType": "Patient", "id": f"p{each}", "name": [{"use": "nickname", "text": f"n{each}"}]}
    for each in range(1_200)
]


def written(path, *resources):
    path.write_text("".join(json.dumps(each) + "\n" for each in resources))
    return path


def nicknames(world):
    return [each.code for each in asyncio.run(world.store.tokens("Patient", "nick")) if isinstance(each, TokenValue)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_parameter_of_an_earlier_import_is_indexed_by(tmp_path, workers):
    world = World()
    world.imported(written(tmp_path / "parameters.ndjson", NICK))
    world.imported(written(tmp_path / "patients.ndjson", *PATIENTS[:50]), jobs=workers)
    assert len(nicknames(world)) == 50


def test_a_parameter_in_the_midst_of_an_import_is_indexed_by_from_there_and_the_rest_is_noted(tmp_path):
    world = World()
    world.imported(written(tmp_path / "all.ndjson", *PATIENTS[:600], NICK, *PATIENTS[600:]))
    assert len(nicknames(world)) >= 200
    ((only,),) = [jobs(asyncio.run(world.store.load(COLLECTION, REINDEX)))]
    assert (only.type, only.codes) == ("Patient", ("nick",))


def test_a_parameter_that_could_not_be_searched_by_is_refused_alone(tmp_path):
    world = World()
    done = world.imported(written(tmp_path / "all.ndjson", {**NICK, "code": "name"}, PATIENTS[0]))
    assert [(each.created, each.refused) for each in done.after] == [(1, 1)]


OTHER = {**NICK, "id": "other", "url": "http://example.org/sp/other", "expression": "Patient.language"}
COLLIDES = "is searched by 'nick' already, as SearchParameter/nick"


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("between", [0, 600])
def test_of_two_parameters_for_one_code_the_second_alone_is_refused(tmp_path, workers, between):
    world = World()
    file = written(tmp_path / "all.ndjson", NICK, *PATIENTS[:between], OTHER, PATIENTS[700])
    refused = tmp_path / "refused.ndjson"
    done = world.imported(file, jobs=workers, refused=refused)
    assert [(each.created, each.refused) for each in done.after] == [(between + 2, 1)]
    (line,) = map(json.loads, refused.read_text().splitlines())
    assert line["resource"]["id"] == "other"
    assert COLLIDES in line["outcome"]["issue"][0]["details"]["text"]
    assert (world.version("SearchParameter/nick"), world.version("SearchParameter/other")) == (1, None)


def test_of_a_transaction_with_two_parameters_for_one_code_nothing_is_written(tmp_path):
    world = World()
    entries = [
        {"resource": each, "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"}}
        for each in (NICK, OTHER, PATIENTS[0])
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    done = world.imported(written(tmp_path / "all.ndjson", bundle, {**OTHER, "id": "late"}))
    assert [(each.created, each.refused) for each in done.after] == [(1, 3)]
    assert world.version("SearchParameter/late") == 1


def test_a_parameter_that_replaces_itself_goes_together_with_itself(tmp_path):
    world = World()
    world.imported(written(tmp_path / "first.ndjson", NICK))
    done = world.imported(written(tmp_path / "second.ndjson", {**NICK, "expression": "Patient.language"}, PATIENTS[0]))
    assert [each.refused for each in done.after] == [0]
    assert world.version("SearchParameter/nick") == 2
