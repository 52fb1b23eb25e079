"""The catalog over the real R4 core package, where it is installed."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from fhir_kernel.definitions.catalog import Catalog, open_catalog
from fhir_kernel.errors import PackageError
from fhir_kernel.packages.cache import PackageCache
from fhir_kernel.packages.manifest import PackageId
from fhir_kernel.settings import Settings, load_settings

pytestmark = pytest.mark.skipif(
    PackageCache(load_settings().package_folder).find(PackageId("hl7.fhir.r4.core", "4.0.1")) is None,
    reason="the R4 core package is not installed",
)


@pytest.fixture(scope="module")
def offline() -> Settings:
    return dataclasses.replace(load_settings(), offline=True)


@pytest.fixture(scope="module")
def core(offline: Settings) -> Catalog:
    return open_catalog(offline)


def test_the_core_package_is_there_as_published(core: Catalog) -> None:
    counts: dict[str, int] = {}
    for entry in core.entries():
        counts[entry.resource_type] = counts.get(entry.resource_type, 0) + 1
    assert counts["StructureDefinition"] == 655
    assert counts["ValueSet"] == 1316
    assert counts["CodeSystem"] == 1062
    assert counts["SearchParameter"] == 1400


def test_types_profiles_extensions_and_tables_are_found(core: Catalog) -> None:
    assert core.structure("Patient")["type"] == "Patient"
    assert core.structure("http://hl7.org/fhir/StructureDefinition/bp")["derivation"] == "constraint"
    assert core.structure("http://hl7.org/fhir/StructureDefinition/patient-birthPlace")["type"] == "Extension"
    for url in ("http://terminology.hl7.org/CodeSystem/v2-0203", "http://terminology.hl7.org/CodeSystem/v3-ActCode"):
        found = core.find(url, "CodeSystem")
        assert found is not None
        assert found["content"] == "complete"


@pytest.mark.parametrize("version", ["4.0.1", "4.0", "4"])
def test_r4_definitions_are_found_by_their_version(core: Catalog, version: str) -> None:
    assert core.find(f"http://hl7.org/fhir/ValueSet/administrative-gender|{version}") is not None


def test_a_version_that_is_not_r4_is_not_found(core: Catalog) -> None:
    assert core.find("http://hl7.org/fhir/ValueSet/administrative-gender|5.0.0") is None


def test_the_model_knows_the_types(core: Catalog) -> None:
    assert core.model.is_a("Patient", "DomainResource")
    assert core.model.types["Observation"].choices["value"][0].name == "valueQuantity"
    assert core.model.types["Patient.contact"].fields["gender"].type == "code"


def test_xml_definitions_are_read_with_the_core_types(offline: Settings, tmp_path: Path) -> None:
    xml = '<ValueSet xmlns="http://hl7.org/fhir"><url value="http://example.org/vs"/><status value="draft"/></ValueSet>'
    (tmp_path / "set.xml").write_text(xml)
    found = open_catalog(offline, [str(tmp_path / "set.xml")]).find("http://example.org/vs", "ValueSet")
    assert found is not None
    assert found["status"] == "draft"


def test_a_broken_xml_file_is_named(offline: Settings, tmp_path: Path) -> None:
    (tmp_path / "set.xml").write_text("<ValueSet")
    with pytest.raises(PackageError, match=r"set\.xml cannot be read"):
        open_catalog(offline, [str(tmp_path / "set.xml")])


def test_a_profile_of_a_user_comes_with_its_snapshot(offline: Settings, tmp_path: Path) -> None:
    profile = {
        "resourceType": "StructureDefinition",
        "url": "http://example.org/patient",
        "type": "Patient",
        "kind": "resource",
        "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": [{"id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1}]},
    }
    (tmp_path / "profile.json").write_text(json.dumps(profile))
    made = open_catalog(offline, [str(tmp_path / "profile.json")]).structure("http://example.org/patient")
    least = {element["path"]: element["min"] for element in made["snapshot"]["element"]}
    assert least["Patient.birthDate"] == 1
    assert least["Patient.name"] == 0
