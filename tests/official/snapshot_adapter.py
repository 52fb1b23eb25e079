"""Runs one case of the published snapshot suite: definitions from files, result as a list of elements."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.codec.xml_codec import read_xml
from fhir_kernel.definitions.catalog import Catalog, open_core
from fhir_kernel.definitions.snapshot import generate, sort_differential
from fhir_kernel.resource import Resource

_core = cache(open_core)


def snapshot(input_path: str, supporting_paths: list[str], case: dict[str, Any]) -> list[Resource]:
    """The elements of the snapshot; raises what `generate` raises."""
    structure = _read(input_path)
    catalog: Catalog = _core().extended([structure, *(_read(path) for path in supporting_paths)])
    if case["sort"]:
        structure = sort_differential(structure, catalog)
    elements: list[Resource] = generate(structure, catalog, repair=False)["snapshot"]["element"]
    return elements


def _read(path: str) -> Resource:
    data = Path(path).read_bytes()
    if path.endswith(".json"):
        return parse_json(data)
    resource = read_xml(data, _core().model).resource  # some files hold small slips that their authors' reader let pass
    assert resource is not None
    return resource
