"""The form of the paths in a differential (https://hl7.org/fhir/R4/elementdefinition.html#path)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fhir_kernel.errors import SnapshotError
from fhir_kernel.resource import Resource

_NAME = re.compile(r"[^\s.,:;'\"/|?!@#$%^&*(){}\[\]\x00-\x1f\x7b-\U0010ffff]{1,64}(\[x\])?")
_DEEPEST = 64


def check_paths(elements: Sequence[Resource], root: str) -> None:
    """Raises SnapshotError for a path that is missing, malformed or does not begin with `root`."""
    for place, element in enumerate(elements):
        path = element.get("path")
        if not isinstance(path, str) or not path:
            raise SnapshotError("an element has no path", path=f"differential.element[{place}]")
        if not (path.startswith(root + ".") or (place == 0 and path == root)):
            raise SnapshotError(f"the path must begin with {root}", path=path)
        parts = path.split(".")
        if len(parts) > _DEEPEST or not all(_NAME.fullmatch(part) for part in parts):
            raise SnapshotError("the path is not a well-formed list of element names", path=path)
