"""The rule lists that a batch was judged by."""

from __future__ import annotations

from collections.abc import Mapping, Set

from conformance.scoring.counting.shapes import NONE, Shape
from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.scores.lists import LISTS, RulesLost


async def shapes_of(reader: Reader, digests: Set[str]) -> Mapping[str, Shape]:
    """By digest. Raises RulesLost."""
    found = await reader.loaded(LISTS, digests)
    for each in sorted(digests - found.keys()):
        raise RulesLost(each)
    return {digest: _shape(digest, kept) for digest, kept in found.items()}


def _shape(digest: str, kept: Document) -> Shape:
    rules = kept["rules"]
    critical = sum(1 << at for at, rule in enumerate(rules) if rule["severity"] == "critical")
    identity = sum(1 << at for at, rule in enumerate(rules) if rule["kind"] == "identity")
    return Shape(digest, tuple(rule["id"] for rule in rules), critical, f"{identity:x}" if identity else NONE)
