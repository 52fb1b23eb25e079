"""Values of the domain as JSON: with their ids, and without the members that say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from fhir_kernel.store.records import Document


class Documented(Protocol):
    """What can be written as a document."""

    def document(self) -> Document: ...


def told(value: Documented) -> dict[str, Any]:
    """The value; what is None is left out, on every level."""
    document = value.document()
    id_ = getattr(value, "id", None)
    told_: dict[str, Any] = without_nothing(document if id_ is None else {"id": id_, **document})
    return told_


def without_nothing(value: Any) -> Any:
    """The same without members that are None."""
    if isinstance(value, Mapping):
        return {name: without_nothing(each) for name, each in value.items() if each is not None}
    if isinstance(value, (list, tuple)):
        return [without_nothing(each) for each in value]
    return value
