"""Where in a Bundle an issue belongs (https://hl7.org/fhir/R4/operationoutcome.html#loc)."""

from __future__ import annotations

from collections.abc import Iterable

from fhir_kernel.resource import Resource


def placed(issues: Iterable[Resource], within: str) -> list[Resource]:
    """Issues of one entry of a Bundle, their paths those of the Bundle; the entry itself where they have none."""
    return [
        {**each, "expression": [_path(path, within) for path in each.get("expression", ())] or [within]}
        for each in issues
    ]


def _path(path: str, within: str) -> str:
    if path.startswith("Bundle.entry"):
        return path
    head, dot, rest = path.partition(".")
    return f"{within}.resource{dot}{rest}" if head[:1].isupper() else within
