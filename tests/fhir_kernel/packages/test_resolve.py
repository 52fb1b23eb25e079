"""What a user may give, and what comes with it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
import respx

from fhir_kernel.errors import FetchError, PackageError, PackageNotFound
from fhir_kernel.packages.manifest import PackageId
from fhir_kernel.packages.resolve import Resolution, install, resolve_packages
from fhir_kernel.settings import Settings

from .conftest import manifest, pack, package_bytes, unpacked, value_set


def _sources(resolution: Resolution) -> list[str]:
    return [Path(package.source).name for package in resolution.packages]


def _urls(given: Sequence[str], settings: Settings) -> list[str]:
    """The codes of the value sets that the last package holds."""
    package = resolve_packages(given, settings).packages[-1]
    return [resource["id"] for resource in package.resources()]


def test_the_core_package_is_always_first(settings: Settings) -> None:
    assert _sources(resolve_packages([], settings)) == ["hl7.fhir.r4.core#4.0.1"]


def test_an_archive_is_read_where_it_lies(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "given.tgz").write_bytes(package_bytes(codes=["one", "two"]))
    assert _urls([str(tmp_path / "given.tgz")], settings) == ["one", "two"]
    assert not (settings.package_folder / "example.package#1.0.0").exists()


def test_examples_are_resources_but_not_definitions(settings: Settings, tmp_path: Path) -> None:
    patient = {"resourceType": "Patient", "id": "example"}
    files = {
        "package/package.json": manifest(),
        "package/ValueSet-one.json": value_set("one"),
        "package/example/Patient-example.json": patient,
        "package/other/spec.internals": b"not for us",
    }
    (tmp_path / "given.tgz").write_bytes(pack(files))
    package = resolve_packages([str(tmp_path / "given.tgz")], settings).packages[-1]
    assert [document.name for document in package.definitions()] == ["package/ValueSet-one.json"]
    assert [resource["id"] for resource in package.resources()] == ["one", "example"]


def test_a_single_file_is_a_package_of_its_own(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "set.json").write_text(json.dumps(value_set("one")))
    assert _urls([str(tmp_path / "set.json")], settings) == ["one"]


def test_a_bundle_gives_its_entries(settings: Settings, tmp_path: Path) -> None:
    entries = [{"resource": value_set("one")}, {"resource": value_set("two")}, {"fullUrl": "urn:uuid:0"}]
    bundle = {"resourceType": "Bundle", "id": "both", "type": "collection", "entry": entries}
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))
    assert _urls([str(tmp_path / "bundle.json")], settings) == ["both", "one", "two"]


def test_a_folder_is_searched_to_its_depth_and_other_json_is_passed_over(settings: Settings, tmp_path: Path) -> None:
    deep = tmp_path / "given" / "deep"
    deep.mkdir(parents=True)
    (deep / "two.json").write_text(json.dumps(value_set("two")))
    (tmp_path / "given" / "one.json").write_text(json.dumps(value_set("one")))
    (tmp_path / "given" / "tsconfig.json").write_text('{"compilerOptions": {}}')
    (tmp_path / "given" / "package.json").write_text('{"name": "web-page", "version": "0.0.1"}')
    (tmp_path / "given" / ".hidden").mkdir()
    (tmp_path / "given" / ".hidden" / "three.json").write_text(json.dumps(value_set("three")))
    assert sorted(_urls([str(tmp_path / "given")], settings)) == ["one", "two"]


def test_a_folder_that_is_a_package_brings_its_dependencies(settings: Settings, tmp_path: Path) -> None:
    unpacked(settings.package_folder, "example.base", "1.0.0", codes=["base"])
    folder = unpacked(tmp_path, "example.package", "1.0.0", dependencies={"example.base": "1.0.0"})
    expected = ["hl7.fhir.r4.core#4.0.1", "example.base#1.0.0"]
    assert _sources(resolve_packages([str(folder)], settings))[:-1] == expected
    assert _sources(resolve_packages([str(folder / "package")], settings))[:-1] == expected


def test_dependencies_come_first_once_and_a_cycle_ends(settings: Settings) -> None:
    root = settings.package_folder
    unpacked(root, "a", "1.0.0", dependencies={"b": "1.0.0", "c": "1.0.0", "hl7.fhir.r4.core": "4.0.1"})
    unpacked(root, "b", "1.0.0", dependencies={"c": "1.0.x"})
    unpacked(root, "c", "1.0.0", dependencies={"a": "1.0.0"})
    expected = ["hl7.fhir.r4.core#4.0.1", "c#1.0.0", "b#1.0.0", "a#1.0.0"]
    assert _sources(resolve_packages(["a#1.0.0", "b#1.0.0"], settings)) == expected


def test_the_same_package_given_twice_is_loaded_once(settings: Settings) -> None:
    unpacked(settings.package_folder, "a", "1.0.0")
    given = ["a#1.0.0", "a@1.0.0", "hl7.fhir.r4.core#4.0.1"]
    assert _sources(resolve_packages(given, settings)) == ["hl7.fhir.r4.core#4.0.1", "a#1.0.0"]


def test_a_missing_dependency_names_who_asked(settings: Settings) -> None:
    unpacked(settings.package_folder, "a", "1.0.0", dependencies={"b": "2.0.0"})
    with pytest.raises(PackageNotFound, match=r"b#2\.0\.0, which a#1\.0\.0 needs, is not installed in .*offline"):
        resolve_packages(["a#1.0.0"], settings)


def test_a_floating_version_takes_the_newest_that_is_installed(settings: Settings) -> None:
    for version in ("1.0.2", "1.0.10", "1.1.0-ballot"):
        unpacked(settings.package_folder, "a", version)
    assert _sources(resolve_packages(["a#1.0.x"], settings))[-1] == "a#1.0.10"
    assert _sources(resolve_packages(["a#latest"], settings))[-1] == "a#1.0.10"


def test_a_package_for_another_fhir_version_is_refused(settings: Settings) -> None:
    unpacked(settings.package_folder, "a", "1.0.0", fhirVersions=["5.0.0"])
    with pytest.raises(PackageError, match=r"a#1\.0\.0 is for FHIR 5\.0\.0; expected R4"):
        resolve_packages(["a#1.0.0"], settings)


def test_a_core_package_of_another_version_is_refused_even_if_close(settings: Settings) -> None:
    unpacked(settings.package_folder, "hl7.fhir.r4b.core", "4.3.0", fhirVersions=["4.3.0"])
    unpacked(settings.package_folder, "a", "1.0.0", fhirVersions=["4.3.0"])
    assert _sources(resolve_packages(["a#1.0.0"], settings))[-1] == "a#1.0.0"
    with pytest.raises(PackageError, match=r"4\.3\.0; expected R4"):
        resolve_packages(["hl7.fhir.r4b.core#4.3.0"], settings)


def test_a_dependency_for_another_fhir_version_is_left_out_and_told(settings: Settings) -> None:
    unpacked(settings.package_folder, "a", "1.0.0", dependencies={"b": "1.0.0"})
    unpacked(settings.package_folder, "b", "1.0.0", fhirVersions=["5.0.0"])
    resolution = resolve_packages(["a#1.0.0"], settings)
    assert _sources(resolution) == ["hl7.fhir.r4.core#4.0.1", "a#1.0.0"]
    assert resolution.notes == (
        "b#1.0.0 is for FHIR 5.0.0; expected R4 (4.0.1); a#1.0.0 depends on it, and it was left out",
    )


def test_no_definitions_and_no_network_is_one_line(settings: Settings, tmp_path: Path) -> None:
    empty = dataclasses.replace(settings, package_folder=tmp_path / "none")
    with pytest.raises(PackageNotFound) as caught:
        resolve_packages([], empty)
    assert str(caught.value) == f"hl7.fhir.r4.core#4.0.1 is not installed in {tmp_path / 'none'}, and offline is set"


@pytest.mark.parametrize(
    "text", ["nothing", "no/such/file.json", "", "a#", "#1", "a#../../b", "a" * 5000, "~nobody-here/a", "a\0b"]
)
def test_what_is_nothing_known_is_said_to_be(settings: Settings, text: str) -> None:
    with pytest.raises(PackageNotFound, match="is neither a file, nor a folder, nor a package such as"):
        resolve_packages([text], settings)


@pytest.mark.parametrize("content", ["{", '{"a": NaN}', "[" * 100_000, "﻿nothing"])
def test_a_file_that_is_not_json_is_named(settings: Settings, tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.json").write_text(content)
    with pytest.raises(PackageError, match=r"bad\.json cannot be read"):
        _urls([str(tmp_path / "bad.json")], settings)


def test_an_empty_folder_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PackageError, match="holds no JSON or XML file"):
        resolve_packages([str(tmp_path / "empty")], settings)


def test_installing_an_archive_puts_it_in_the_shared_folder(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "given.tgz").write_bytes(package_bytes())
    assert install(str(tmp_path / "given.tgz"), settings) == PackageId("example.package", "1.0.0")
    assert _sources(resolve_packages(["example.package#1.0.0"], settings))[-1] == "example.package#1.0.0"


@respx.mock
def test_what_is_not_installed_is_fetched_and_kept(settings: Settings) -> None:
    online = dataclasses.replace(settings, offline=False, registries=("https://first.example.org",))
    listing: dict[str, object] = {"versions": {"1.0.0": {"dist": {}}}}
    respx.get("https://first.example.org/example.package").mock(return_value=httpx.Response(200, json=listing))
    respx.get("https://first.example.org/example.package/1.0.0").respond(200, content=package_bytes())
    assert _sources(resolve_packages(["example.package#1.0.0"], online))[-1] == "example.package#1.0.0"
    assert _sources(resolve_packages(["example.package#1.0.0"], settings))[-1] == "example.package#1.0.0"


@respx.mock
def test_a_registry_that_is_out_of_reach_is_one_line_with_the_reason(settings: Settings) -> None:
    online = dataclasses.replace(settings, offline=False, registries=("https://first.example.org",))
    respx.get("https://first.example.org/a").mock(side_effect=httpx.ConnectError("no route"))
    with pytest.raises(FetchError) as caught:
        resolve_packages(["a#1.0.0"], online)
    assert str(caught.value) == (
        "a#1.0.0 is not installed and could not be fetched: https://first.example.org cannot be reached (no route)"
    )
