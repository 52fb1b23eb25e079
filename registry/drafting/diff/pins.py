"""References between a draft's own artefacts, which name the draft's version: they mean the same in the next draft.

What changed in the artefact that is referred to is told there (https://hl7.org/fhir/R4/references.html#canonical).
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from fhir_kernel.resource import Resource
from registry.drafting.package.draft import Draft

_REFER = ("type", "binding")


def own_canonicals(draft: Draft) -> frozenset[str]:
    """`url|version` of every artefact of the draft that has a version."""
    return frozenset(each.name for each in draft.artefacts if "|" in each.name)


def unpinned(value: Any, own: Set[str]) -> Any:
    """`value` with every canonical in `own` without its version."""
    if isinstance(value, str):
        return value.partition("|")[0] if value in own else value
    if isinstance(value, dict):
        return {key: unpinned(each, own) for key, each in value.items()}
    if isinstance(value, list):
        return [unpinned(each, own) for each in value]
    return value


def unpinned_element(row: Resource, own: Set[str]) -> Resource:
    """The same for an ElementDefinition, in its types and its binding."""
    return row | {name: unpinned(row[name], own) for name in _REFER if name in row}
