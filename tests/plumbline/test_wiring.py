from __future__ import annotations

import re
from pathlib import Path

import pytest

from fhir_kernel.errors import PackageError
from fhir_kernel.settings import Settings
from fhir_kernel.store.values import ReferenceValue
from plumbline.wiring import build_catalog, build_import, build_index, build_validator

README = Path(__file__).parents[2] / "README.md"


def test_the_example_of_the_readme_works(records, demo_package, tmp_path, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "our-profiles.tgz").symlink_to(demo_package)
    (tmp_path / "patient.json").write_bytes((records / "patient-id-card-check-digit.json").read_bytes())
    exec(code, {})
    assert "error Patient.identifier[0].value Rule cn-idc-2 is broken" in capsys.readouterr().out


def test_a_validator_serves_any_number_of_resources(patient):
    validator = build_validator()
    assert validator.validate(patient).valid
    assert not validator.validate({**patient, "gender": "M"}).valid
    assert validator.validate(patient).valid


def test_the_catalog_tells_what_was_loaded(demo_package):
    catalog = build_catalog(load=[str(demo_package)])
    assert catalog.packages[0].source == "hl7.fhir.r4.core#4.0.1"
    assert catalog.find("https://plumbline.dev/fhir/demo/StructureDefinition/demo-patient|0.1.0") is not None


def test_references_below_the_public_address_are_local_to_all_that_index(monkeypatch):
    monkeypatch.setenv("PLUMBLINE_PUBLIC_ADDRESS", "https://records.example.org/")
    made = {"resourceType": "Observation", "subject": {"reference": "https://records.example.org/fhir/Patient/1"}}
    assert build_index().values(made)["subject"] == [ReferenceValue("Patient", "1")]
    assert len(build_import("memory://").values(made)["subject"]) == 1
    monkeypatch.delenv("PLUMBLINE_PUBLIC_ADDRESS")
    assert build_index().values(made)["subject"] == [ReferenceValue(url=made["subject"]["reference"])]


def test_without_network_and_definitions_there_is_one_clear_error(tmp_path):
    with pytest.raises(PackageError, match=r"hl7\.fhir\.r4\.core#4\.0\.1 is not installed"):
        build_catalog(Settings(package_folder=tmp_path, offline=True))
