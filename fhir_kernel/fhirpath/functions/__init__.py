"""Every function of FHIRPath by name, one module a chapter of the specification."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_kernel.fhirpath.functions import (
    boundaries,
    combining,
    conversion,
    dates,
    existence,
    fhir,
    filtering,
    maths,
    strings,
    subsetting,
    tree,
    types,
    utility,
)
from fhir_kernel.fhirpath.functions.signature import Function
from fhir_kernel.fhirpath.navigation import Navigation

_CHAPTERS = (
    existence,
    filtering,
    subsetting,
    combining,
    conversion,
    strings,
    maths,
    utility,
    dates,
    boundaries,
    types,
)


def function_table(navigation: Navigation) -> Mapping[str, Function]:
    """All functions over the types of one model."""
    table: dict[str, Function] = {}
    for chapter in _CHAPTERS:
        table |= chapter.FUNCTIONS
    return {**table, **tree.functions(navigation), **fhir.functions(navigation.model)}
