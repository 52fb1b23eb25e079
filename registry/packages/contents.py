"""The definitions in a package that was placed (https://hl7.org/fhir/packages.html)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.documents import BYTE_ORDER_MARK, parse_exact
from fhir_kernel.resource import Resource
from registry.packages.opening import documents_of


def definitions_in(content: bytes, limits: ArchiveLimits) -> Sequence[Resource]:
    """The resources of a .tgz that have canonical URLs; takes a while. Raises Refused."""
    found = []
    for document in documents_of(content, limits):
        path = PurePosixPath(document.name)
        if str(path.parent) == "package" and path.suffix == ".json" and not path.name.startswith("."):
            resource = parse_exact(document.data.removeprefix(BYTE_ORDER_MARK))
            if isinstance(resource, dict) and "url" in resource and "resourceType" in resource:
                found.append(resource)
    return found
