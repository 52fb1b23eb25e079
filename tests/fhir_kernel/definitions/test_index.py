"""The compiled index: made once, read lazily, never trusted when it is not whole."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_kernel.definitions.index import FileLayer, Layer, MemoryLayer, RecentlyParsed
from fhir_kernel.definitions.index_open import IndexStore, open_layer
from fhir_kernel.errors import DefinitionError, PackageError
from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.package import Package, no_types

from .index_support import a_type, package_of, value_set

_RESOURCES: list[Any] = [
    value_set("one", version="1.0.0", name="One"),
    {"resourceType": "Patient", "id": "no-url"},
    {"no": "resource"},
    b'{"resourceType": "ValueSet", "url": "http://example.org/ValueSet/two", "extension": [{"valueDecimal": 1.10}]}',
    a_type("Element", None),
    a_type("string", None),
    a_type("HumanName", "string", ("family", "string", "1"), ("given", "string", "*")),
]


def _store(tmp_path: Path, parsed: int = 1_000_000) -> IndexStore:
    return IndexStore(tmp_path / "index", parsed)


def _never(package: Package) -> Package:
    def fails() -> Iterator[Document]:
        raise AssertionError("the index should have been used")

    return dataclasses.replace(package, definitions=fails)


def _codes(layer: Layer) -> list[str]:
    return [entry.url.rpartition("/")[2] for entry in layer.entries()]


def _file(tmp_path: Path) -> Path:
    return next((tmp_path / "index").glob("*.index"))


def test_only_what_has_a_url_is_a_definition(tmp_path: Path) -> None:
    layer = open_layer(package_of(_RESOURCES), _store(tmp_path), no_types)
    assert _codes(layer) == ["one", "two", "Element", "string", "HumanName"]


def test_the_second_opening_does_not_read_the_package(tmp_path: Path) -> None:
    package = package_of(_RESOURCES)
    open_layer(package, _store(tmp_path), no_types)
    layer = open_layer(_never(package), _store(tmp_path), no_types)
    assert layer.load(layer.positions("http://example.org/ValueSet/one")[0])["name"] == "One"
    assert layer.positions("http://example.org/ValueSet/none") == ()


def test_entries_tell_what_is_known_without_parsing(tmp_path: Path) -> None:
    layer = open_layer(package_of(_RESOURCES), _store(tmp_path), no_types)
    entry = layer.entry(0)
    assert entry == layer.entries()[0]
    assert (entry.resource_type, entry.canonical, entry.name) == (
        "ValueSet",
        "http://example.org/ValueSet/one|1.0.0",
        "One",
    )
    assert [each.defines_type for each in layer.entries()] == [False, False, True, True, True]
    assert entry.source == "example#1.0.0"


def test_decimals_keep_their_digits(tmp_path: Path) -> None:
    layer = open_layer(package_of(_RESOURCES), _store(tmp_path), no_types)
    value = layer.load(layer.positions("http://example.org/ValueSet/two")[0])["extension"][0]["valueDecimal"]
    assert (type(value), str(value)) == (Decimal, "1.10")


def test_the_types_are_kept_with_the_index(tmp_path: Path) -> None:
    package = package_of(_RESOURCES)
    open_layer(package, _store(tmp_path), no_types)
    model = open_layer(_never(package), _store(tmp_path), no_types).model()
    assert model is not None
    assert list(model.types) == ["Element", "string", "HumanName"]
    assert model.types["HumanName"].fields["given"].is_list
    assert model.types["HumanName"].fields["given"].is_primitive
    assert model.types.get("Nothing") is None
    assert "HumanName" in model.types


def test_a_package_that_does_not_define_every_type_has_no_model(tmp_path: Path) -> None:
    assert open_layer(package_of([a_type("string", None)]), _store(tmp_path), no_types).model() is None


def test_a_type_that_is_badly_defined_is_told(tmp_path: Path) -> None:
    bad = a_type("Age", None, ("unit", "string", "1"))
    del bad["snapshot"]["element"][1]["base"]
    with pytest.raises(DefinitionError, match="the definition of a type is not complete"):
        open_layer(package_of([a_type("Element", None), bad]), _store(tmp_path), no_types)


def test_a_package_that_changed_is_indexed_anew(tmp_path: Path) -> None:
    open_layer(package_of([value_set("one")], state="1"), _store(tmp_path), no_types)
    layer = open_layer(package_of([value_set("two")], state="2"), _store(tmp_path), no_types)
    assert _codes(layer) == ["two"]


def test_an_index_of_another_state_under_the_right_name_is_not_used(tmp_path: Path) -> None:
    open_layer(package_of([value_set("one")], state="1"), _store(tmp_path), no_types)
    old = _file(tmp_path).read_bytes()
    _file(tmp_path).unlink()
    package = package_of([value_set("two")], state="2")
    open_layer(package, _store(tmp_path), no_types)
    _file(tmp_path).write_bytes(old)
    assert _codes(open_layer(package, _store(tmp_path), no_types)) == ["two"]


def test_old_states_of_a_package_are_removed(tmp_path: Path) -> None:
    for state in range(6):
        open_layer(package_of([value_set("one")], state=str(state)), _store(tmp_path), no_types)
    assert len(list((tmp_path / "index").glob("*.index"))) == 3


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_damaged_index_is_never_believed(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    tmp_path = tmp_path_factory.mktemp("damage")
    package = package_of(_RESOURCES)
    open_layer(package, _store(tmp_path), no_types)
    whole = bytearray(_file(tmp_path).read_bytes())
    if data.draw(st.booleans()):
        del whole[data.draw(st.integers(0, len(whole) - 1)) :]
    else:
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    _file(tmp_path).write_bytes(whole)
    layer = open_layer(package, _store(tmp_path), no_types)
    memory = MemoryLayer([value_set("one", version="1.0.0", name="One")])
    assert layer.load(layer.positions("http://example.org/ValueSet/one")[0]) == memory.load(0)
    model = layer.model()
    assert model is not None
    assert model.types["HumanName"].fields["given"].is_list
    for position in range(len(layer.entries())):
        assert layer.load(position)["url"] == layer.entry(position).url


def test_a_damaged_index_is_replaced_on_disk(tmp_path: Path) -> None:
    package = package_of(_RESOURCES)
    open_layer(package, _store(tmp_path), no_types)
    whole = _file(tmp_path).read_bytes()
    _file(tmp_path).write_bytes(whole[:-1])
    open_layer(package, _store(tmp_path), no_types)
    assert _file(tmp_path).read_bytes() == whole


def test_an_open_index_outlives_its_file(tmp_path: Path) -> None:
    layer = open_layer(package_of(_RESOURCES), _store(tmp_path), no_types)
    _file(tmp_path).unlink()
    assert layer.load(0)["name"] == "One"


def test_where_nothing_can_be_written_the_index_is_made_for_now(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file in the place of the folder")
    layer = open_layer(package_of(_RESOURCES), _store(tmp_path), no_types)
    assert _codes(layer) == ["one", "two", "Element", "string", "HumanName"]
    assert layer.load(0)["name"] == "One"


def test_a_package_that_cannot_be_read_leaves_no_index(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"1\.json cannot be read"):
        open_layer(package_of([value_set("one"), b"{"]), _store(tmp_path), no_types)
    assert [path.suffix for path in (tmp_path / "index").iterdir()] == [".lock"]


def test_an_empty_package_is_an_empty_layer(tmp_path: Path) -> None:
    assert open_layer(package_of([]), _store(tmp_path), no_types).entries() == ()


def test_progress_counts_files(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    open_layer(package_of(_RESOURCES), _store(tmp_path), no_types, progress=lambda *state: seen.append(state))
    assert seen[0] == ("Indexing example#1.0.0", 0, 7)
    assert seen[-1] == ("Indexing example#1.0.0", 7, 7)


def test_parsed_definitions_are_kept_up_to_a_bound(tmp_path: Path) -> None:
    package = package_of([value_set(f"v{number}", name="n" * 1000) for number in range(100)])
    layer = open_layer(package, _store(tmp_path, parsed=10_000), no_types)
    assert isinstance(layer, FileLayer)
    first = layer.load(0)
    assert layer.load(0) is first
    for position in range(100):
        layer.load(position)
    assert layer.load(0) == first
    assert layer.load(0) is not first


def test_what_is_used_stays_parsed() -> None:
    recent = RecentlyParsed(100)
    kept = value_set("kept")
    recent.put(0, kept, 10)
    for position in range(1, 50):
        recent.put(position, value_set(str(position)), 10)
        assert recent.get(0) is kept
    assert recent.get(1) is None


def test_several_processes_may_build_the_same_index(tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    for number in range(300):
        code = f'{{"resourceType": "ValueSet", "url": "http://example.org/{number}", "name": "n{number}"}}'
        (folder / f"{number}.json").write_text(code)
    program = (
        "import sys; from pathlib import Path\n"
        "from fhir_kernel.definitions.index_open import IndexStore, open_layer\n"
        "from fhir_kernel.packages.folder import given_folder\n"
        "from fhir_kernel.packages.package import no_types\n"
        "layer = open_layer(given_folder(Path(sys.argv[1])), IndexStore(Path(sys.argv[2]), 1000), no_types)\n"
        "print(len({layer.load(position)['name'] for position in range(len(layer.entries()))}))\n"
    )
    command = [sys.executable, "-c", program, str(folder), str(tmp_path / "index")]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [worker.communicate(timeout=60)[0].strip() for worker in workers] == ["300"] * 3
    assert [path.suffix for path in sorted((tmp_path / "index").iterdir())] == [".index", ".lock"]
