"""A resource is a plain JSON object that nobody changes after the codec."""

from __future__ import annotations

from typing import Any, TypeAlias

Resource: TypeAlias = dict[str, Any]
"""A FHIR resource as parsed JSON; integers are `int`, numbers with a fraction or exponent are `decimal.Decimal`."""


def split_canonical(canonical: str) -> tuple[str, str | None, str | None]:
    """Split `url|version#fragment` (https://hl7.org/fhir/R4/references.html#canonical) into its three parts."""
    rest, _, fragment = canonical.partition("#")
    url, _, version = rest.partition("|")
    return url, version or None, fragment or None
