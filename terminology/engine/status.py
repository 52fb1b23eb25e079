"""Warnings about the standing of a code system or value set that another one, or a coding, relies on.

A resource is marked by its status, by the standards-status extension, or as experimental
(https://hl7.org/fhir/R4/versions.html#std-process).
"""

from __future__ import annotations

from collections.abc import Iterator

from fhir_kernel.resource import Resource
from terminology.engine.designations import STANDARDS_STATUS
from terminology.engine.edition import canonical_of


def standards_status(resource: Resource) -> str | None:
    """The code of the standards-status extension."""
    extensions = (each for each in resource.get("extension", ()) if each.get("url") == STANDARDS_STATUS)
    return next((str(each.get("valueCode")) for each in extensions), None)


def status_warning(used: Resource, source: Resource) -> Iterator[tuple[str, str]]:
    """The expansion parameter that warns of `used`, on which `source` relies."""
    standing = _standing(used, source)
    if standing is not None:
        yield f"warning-{standing}", canonical_of(used)


def status_message(used: Resource, source: Resource) -> str | None:
    """The id of the message that warns a validation of `used`; None where there is nothing to warn of."""
    standing = _standing(used, source)
    return f"MSG_{standing.upper()}" if standing is not None else None


def _standing(used: Resource, source: Resource) -> str | None:
    """What there is to warn of: given up, or not ready while `source`, which relies on it, says that it is."""
    settled = _settled(used)
    if settled is not None:
        return settled
    if used.get("experimental") is True and source.get("experimental") is not True:
        return "experimental"
    return "draft" if _is_draft(used) and not _is_draft(source) else None


def _settled(resource: Resource) -> str | None:
    marked = standards_status(resource)
    if marked in ("deprecated", "withdrawn"):
        return marked
    return "retired" if resource.get("status") == "retired" else None


def _is_draft(resource: Resource) -> bool:
    return resource.get("status") == "draft" or standards_status(resource) == "draft"
