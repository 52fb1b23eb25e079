"""Why a profile cannot be used over which its compiler stumbled.

The compilers take a StructureDefinition to be well-formed, as most are: only when one of them stumbles is the
definition itself validated, and its first error is the reason (https://hl7.org/fhir/R4/structuredefinition.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.validator.access import text_of
from conformance.validator.run import Run
from conformance.validator.walk import enter, environment_of
from fhir_kernel.errors import DefinitionError
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource

if TYPE_CHECKING:
    from conformance.validator.shared import Shared

STUMBLES = (LookupError, TypeError, AttributeError, ValueError)
"""What reading JSON of a wrong shape raises."""


def flaw_of(canonical: str, shared: Shared) -> DefinitionError | None:
    """The first error in the profile `canonical` or in what it derives from; None where they are well-formed."""
    url: str | None = canonical.partition("#")[0]
    seen: set[str] = set()
    while url is not None and url not in seen:
        seen.add(url)
        structure = shared.catalog.find(url, "StructureDefinition")
        if structure is None:
            return None
        error = _first_error(structure, shared)
        if error is not None:
            return DefinitionError(error.text(), url=url, path=error.path)
        url = text_of(structure, "baseDefinition")
    return None


def _first_error(structure: Resource, shared: Shared) -> Issue | None:
    run = Run(shared, environment_of)
    enter(structure, ("StructureDefinition",), run)
    return next((each for each in run.found if isinstance(each, Issue) and each.is_error), None)
