from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fhir_kernel.packages.archive import ArchiveLimits, read_archive
from registry.drafting.package.compile import catalog_of
from registry.drafting.package.draft import Draft
from registry.drafting.package.release import ReleaseAs, release_archive
from tests.registry.drafting.making import BENCH, HOME, code_system, draft, element, profile, value_set

BOUND = profile(
    element(
        "Patient.maritalStatus",
        binding={"strength": "required", "valueSet": f"{HOME}/ValueSet/colours|2026.0.0-draft.1"},
    )
)
EXAMPLE = {"resourceType": "Patient", "id": "e", "meta": {"profile": [f"{BOUND['url']}|2026.0.0-draft.1"]}}
RELEASED = ReleaseAs("2026.0.0", "2026-11-25")


def released(one: Draft, how: ReleaseAs | None = RELEASED) -> bytes:
    return release_archive(one, catalog_of(one, BENCH), how)


def files(folder: Path, content: bytes) -> dict[str, Any]:
    path = folder / "a.tgz"
    path.write_bytes(content)
    return {each.name: json.loads(each.data) for each in read_archive(path, ArchiveLimits())}


def test_the_same_draft_gives_the_same_bytes() -> None:
    parts = (BOUND, code_system("red", "blue"), value_set("red"))
    assert released(draft(*parts)) == released(draft(*parts))
    assert released(draft(*parts)) != released(draft(*parts), ReleaseAs("2026.1.0", "2026-11-25"))


def test_profiles_have_snapshots_and_code_systems_their_codes(tmp_path: Path) -> None:
    found = files(tmp_path, released(draft(BOUND, code_system("red", "blue"), examples=[EXAMPLE])))
    assert len(found["package/StructureDefinition-p.json"]["snapshot"]["element"]) > 40
    assert [each["code"] for each in found["package/CodeSystem-colours.json"]["concept"]] == ["red", "blue"]
    assert "package/example/Patient-e.json" in found


def test_version_status_and_date_are_those_of_the_release_and_canonicals_follow(tmp_path: Path) -> None:
    found = files(tmp_path, released(draft(BOUND, code_system("red"), value_set("red"), examples=[EXAMPLE])))
    structure = found["package/StructureDefinition-p.json"]
    assert (structure["version"], structure["status"], structure["date"]) == ("2026.0.0", "active", "2026-11-25")
    assert found["package/package.json"]["version"] == "2026.0.0"
    rows = [each for each in structure["snapshot"]["element"] if each["id"] == "Patient.maritalStatus"]
    assert rows[0]["binding"]["valueSet"] == f"{HOME}/ValueSet/colours|2026.0.0"
    assert found["package/example/Patient-e.json"]["meta"]["profile"] == [f"{BOUND['url']}|2026.0.0"]


def test_the_index_lists_every_artefact(tmp_path: Path) -> None:
    found = files(tmp_path, released(draft(BOUND, code_system("red"))))
    assert found["package/.index.json"]["index-version"] == 2
    rows = {each["filename"]: each for each in found["package/.index.json"]["files"]}
    assert rows.keys() == {"StructureDefinition-p.json", "CodeSystem-colours.json"}
    assert rows["StructureDefinition-p.json"] == {
        "filename": "StructureDefinition-p.json",
        "resourceType": "StructureDefinition",
        "id": "p",
        "url": BOUND["url"],
        "version": "2026.0.0",
        "kind": "resource",
        "type": "Patient",
        "derivation": "constraint",
    }


def test_ids_that_are_no_names_of_files_do_no_harm(tmp_path: Path) -> None:
    odd = [{**code_system("a"), "id": "../x"}, {**value_set("a"), "id": 3}, {**value_set("b"), "id": None}]
    names = set(files(tmp_path, released(draft(*odd))))
    assert {"package/CodeSystem-without-id.json", "package/ValueSet-without-id-2.json"} <= names


def test_a_draft_can_be_packed_as_it_stands(tmp_path: Path) -> None:
    found = files(tmp_path, released(draft(BOUND), None))
    assert found["package/StructureDefinition-p.json"]["status"] == "draft"
    assert found["package/package.json"]["version"] == "2026.0.0-draft.1"
