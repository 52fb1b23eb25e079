"""An import leaves what scores need, as writes over HTTP do, whichever process judged."""

from __future__ import annotations

import asyncio
import json

import pytest

from conformance.scoring.rules.digests import content_digest, patient_digest
from fhir_kernel.codec.json_codec import parse_json
from registry.scores.lists import all_lists
from tests.plumbline.importing_world import World

OBSERVED = "http://hl7.org/fhir/StructureDefinition/vitalsigns|4.0.1"
RESULT = {"resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "x"}}


@pytest.fixture
def world(tmp_path, monkeypatch):
    rule = f'[[rules]]\nprofile = "{OBSERVED}"\ntype = "Observation"\nmode = "warn"\n'
    file = tmp_path / "policy.toml"
    file.write_text(rule)
    monkeypatch.setenv("PLUMBLINE_ENFORCEMENT_FILE", str(file))
    return World()


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_record_is_scored_by_lists_that_are_in_the_store(world, save, jobs):
    rows = [{**RESULT, "id": f"o{number}"} for number in range(3)]
    world.imported(save("a.ndjson", "\n".join(map(json.dumps, rows)).encode()), jobs=jobs)
    scored = [entry["scored"] for entry in world.evidence()]
    assert len(scored) == 3
    assert len({each["identity"] for each in scored}) == 3
    assert len({each["content"] for each in scored}) == 1
    kept = asyncio.run(all_lists(world.store))
    assert {row[0] for each in scored for row in each["lists"]} == set(kept)


def test_what_is_said_is_what_is_written_once_its_references_are_found(world, save):
    patient = {"resourceType": "Patient", "id": "p1", "identifier": [{"system": "urn:n", "value": "7"}]}
    result = {**RESULT, "subject": {"reference": "Patient?identifier=urn:n|7"}}
    world.imported(save("a.ndjson", f"{json.dumps(result)}\n{json.dumps(patient)}".encode()))
    (scored,) = (entry["scored"] for entry in world.evidence() if entry["type"] == "Observation")
    assert scored["content"] == content_digest(parse_json(world.body("Observation/o1")))
    assert scored["patient"] == patient_digest("Patient/p1")
