"""Look-up by canonical: versions, completeness, layers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.index import MemoryLayer
from fhir_kernel.definitions.index_open import IndexStore, open_layer
from fhir_kernel.errors import SnapshotError, UnknownDefinition
from fhir_kernel.packages.package import no_types
from fhir_kernel.resource import Resource

from .index_support import TYPES, a_type, code_system, package_of, value_set

_URL = "http://example.org/ValueSet/one"


def _catalog(*groups: Sequence[Any], tmp_path: Path | None = None) -> Catalog:
    """Each group a package; on disk where there is a folder."""
    if tmp_path is None:
        return Catalog(layers=[(0, MemoryLayer(group)) for group in groups])
    store = IndexStore(tmp_path / "index", 1_000_000)
    layers = [open_layer(package_of(group, state=str(number)), store, no_types) for number, group in enumerate(groups)]
    return Catalog(layers=[(0, layer) for layer in layers])


def _name(found: Resource | None) -> str | None:
    return found["name"] if found else None


@pytest.fixture
def versions() -> Catalog:
    rows = [("4.0.1", "a"), ("4.0.10", "b"), ("4.1.0-ballot", "c"), ("3.9.0", "d")]
    return Catalog(value_set("one", version=version, name=name) for version, name in rows)


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        (_URL, "c"),
        (f"{_URL}|4.0.1", "a"),
        (f"{_URL}|4.0", "b"),
        (f"{_URL}|4", "c"),
        (f"{_URL}|3.9", "d"),
        (f"{_URL}|3.9.0#part", "d"),
        (f"{_URL}#part", "c"),
        (f"{_URL}|5.0", None),
        (f"{_URL}|4.0.2", None),
        (f"{_URL}|", "c"),
        ("http://example.org/ValueSet/none", None),
        ("", None),
    ],
)
def test_a_canonical_finds_its_version(versions: Catalog, canonical: str, expected: str | None) -> None:
    assert _name(versions.find(canonical)) == expected
    assert _name(versions.find(canonical)) == expected
    entry = versions.entry(canonical)
    assert (entry.name if entry else None) == expected


def test_the_type_must_fit_where_one_is_asked() -> None:
    catalog = Catalog([value_set("one", name="a")])
    assert _name(catalog.find(_URL, "ValueSet")) == "a"
    assert catalog.find(_URL, "CodeSystem") is None


def test_where_versions_cannot_be_compared_the_later_package_wins() -> None:
    older, newer = value_set("one", version="2018-08-12", name="a"), value_set("one", version="3.0.0", name="b")
    assert _name(_catalog([older], [newer]).find(_URL)) == "b"
    assert _name(_catalog([newer], [older]).find(_URL)) == "a"


def test_the_newest_wins_over_the_later_package() -> None:
    catalog = _catalog([value_set("one", version="2.0.0", name="a")], [value_set("one", version="1.0.0", name="b")])
    assert _name(catalog.find(_URL)) == "a"


def test_of_two_with_the_same_version_the_later_wins() -> None:
    catalog = _catalog([value_set("one", version="1.0.0", name="a")], [value_set("one", version="1.0.0", name="b")])
    assert _name(catalog.find(_URL)) == "b"
    assert [_name(each) for each in catalog.all("ValueSet")] == ["b"]


@pytest.mark.parametrize("content", ["not-present", "fragment", "example", "supplement"])
def test_a_code_system_with_its_codes_wins_over_one_without(content: str) -> None:
    complete = code_system("complete", version="1.0.0", name="whole")
    other = code_system(content, version="2.0.0", name="part")
    for catalog in (
        _catalog([complete], [other]),
        _catalog([other], [complete]),
        Catalog([complete]).extended([other]),
    ):
        assert _name(catalog.find(complete["url"])) == "whole"
        assert _name(catalog.find(complete["url"] + "|2.0.0")) == "part"


def test_what_is_added_wins_whatever_its_version() -> None:
    base = Catalog([value_set("one", version="2.0.0", name="base")])
    extended = base.extended([value_set("one", version="1.0.0", name="added")])
    assert _name(extended.find(_URL)) == "added"
    assert _name(extended.find(f"{_URL}|2.0.0")) == "base"
    assert _name(base.find(_URL)) == "base"
    assert _name(extended.extended([value_set("one", name="again")]).find(_URL)) == "again"


def test_extending_by_nothing_is_allowed() -> None:
    assert Catalog([]).extended([]).find(_URL) is None
    assert Catalog([value_set("one")]).extended([{"resourceType": "Patient"}]).find(_URL) is not None


def test_extending_copies_nothing(tmp_path: Path) -> None:
    base = _catalog([value_set("one", name="a")], tmp_path=tmp_path)
    found = base.find(_URL)
    assert base.extended([value_set("two")]).find(_URL) is found


def test_a_type_is_found_by_its_name() -> None:
    catalog = Catalog([a_type("HumanName", None, ("family", "string", "1"))])
    assert catalog.structure("HumanName")["url"] == TYPES + "HumanName"
    assert catalog.structure(TYPES + "HumanName|4.0.1")["type"] == "HumanName"
    assert catalog.find("HumanName", "StructureDefinition") is not None


def test_a_structure_that_nobody_holds_is_unknown() -> None:
    with pytest.raises(UnknownDefinition, match=r"http://example\.org/none: no loaded package holds this profile"):
        Catalog([]).structure("http://example.org/none")


def test_all_and_entries_give_every_definition_of_a_type(tmp_path: Path) -> None:
    catalog = _catalog([value_set("one"), code_system("complete")], [value_set("two")], tmp_path=tmp_path)
    assert [each["url"].rpartition("/")[2] for each in catalog.all("ValueSet")] == ["one", "two"]
    assert [entry.resource_type for entry in catalog.entries()] == ["ValueSet", "CodeSystem", "ValueSet"]
    assert catalog.names("ValueSet") == ["http://example.org/ValueSet/one", "http://example.org/ValueSet/two"]


def test_a_slip_finds_the_nearest_urls() -> None:
    catalog = Catalog([value_set("administrative-gender"), value_set("contact-point-use"), code_system("complete")])
    right = "http://example.org/ValueSet/administrative-gender"
    assert catalog.nearest("http://example.org/ValueSet/administrativ-gender", "ValueSet") == [right]
    assert catalog.nearest("http://example.com/VS/Administrative-Gender|1.0", "ValueSet") == [right]
    assert catalog.nearest("http://example.org/ValueSet/administrative-gender", "CodeSystem") == []
    assert catalog.nearest("http://example.org/ValueSet/xyz") == []


def test_where_only_the_version_is_wrong_the_versions_are_near(versions: Catalog) -> None:
    assert versions.nearest(f"{_URL}|9.9") == [f"{_URL}|4.0.10", f"{_URL}|4.1.0-ballot", f"{_URL}|3.9.0"]


def test_the_model_of_one_package_is_the_compiled_one(tmp_path: Path) -> None:
    types = [a_type("Element", None), a_type("string", None), a_type("Age", None, ("unit", "string", "1"))]
    catalog = _catalog(types, tmp_path=tmp_path)
    assert catalog.model.types["Age"].fields["unit"].is_primitive
    assert catalog.extended([value_set("one")]).model.types["Age"].fields["unit"].is_primitive


def test_types_that_are_added_join_the_model(tmp_path: Path) -> None:
    catalog = _catalog([a_type("Element", None), a_type("string", None)], tmp_path=tmp_path)
    extended = catalog.extended([a_type("Age", None, ("unit", "string", "1"))])
    assert extended.model.types["Age"].fields["unit"].is_primitive
    assert "Age" not in catalog.model.types


def test_a_profile_that_leaves_its_derivation_out_is_no_type(tmp_path: Path) -> None:
    catalog = _catalog([a_type("Element", None), a_type("Age", "Element")], tmp_path=tmp_path)
    profile = a_type("Age", "Element", ("unit", "string", "1")) | {"url": "http://example.org/age"}
    del profile["derivation"]
    assert catalog.extended([profile]).model is catalog.model


def _profile(name: str, base: str) -> Resource:
    structure = {"resourceType": "StructureDefinition", "url": f"http://example.org/{name}", "name": name}
    return structure | {"type": "HumanName", "derivation": "constraint", "kind": "complex-type", "baseDefinition": base}


def test_a_profile_that_is_derived_from_itself_is_told_as_a_cycle() -> None:
    first, second = _profile("a", "http://example.org/b"), _profile("b", "http://example.org/a")
    catalog = Catalog([first | {"differential": {"element": []}}, second | {"differential": {"element": []}}])
    with pytest.raises(SnapshotError):
        catalog.structure("http://example.org/a")
    with pytest.raises(SnapshotError):
        catalog.structure("http://example.org/b")


def test_a_snapshot_is_generated_once_and_for_every_thread() -> None:
    base = a_type("HumanName", None, ("family", "string", "1"))
    for element in base["snapshot"]["element"]:
        element |= {"id": element["path"], "min": 0, "max": element["base"]["max"]}
    element = {"id": "HumanName.family", "path": "HumanName.family", "min": 1}
    catalog = Catalog([base, _profile("a", TYPES + "HumanName") | {"differential": {"element": [element]}}])
    made: list[Resource] = []
    threads = [
        threading.Thread(target=lambda: made.append(catalog.structure("http://example.org/a"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert all(each is made[0] for each in made)
    assert made[0]["snapshot"]["element"][1]["min"] == 1
    assert catalog.extended([value_set("one")]).structure("http://example.org/a") is made[0]
