"""Records that claim the profiles of the sample standard, whose first edition they meet.

https://hl7.org/fhir/R4/resource.html#Meta, meta.profile
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from fhir_kernel.resource import Resource
from plumbline.generate.faults import Made
from plumbline.sample import Edition, editions

_PROFILES: Mapping[str, str] = {
    "Patient": "patient",
    "Organization": "organization",
    "Practitioner": "practitioner",
    "Encounter": "encounter",
    "Condition": "condition",
    "MedicationRequest": "medication-request",
    "DiagnosticReport": "diagnostic-report",
}
_OBSERVATIONS: Mapping[str, str] = {"laboratory": "laboratory-result", "vital-signs": "vital-signs"}
"""By the code of the category."""


def claiming(made: Iterable[Made]) -> Iterator[Made]:
    """The same records, each with the profile of the first edition in meta.profile; wrong ones stay wrong."""
    first = editions()[0]
    for each in made:
        yield replace(each, resource={**each.resource, "meta": {"profile": [profile_of(each.resource, first)]}})


def profile_of(resource: Resource, edition: Edition) -> str:
    """The profile of an edition for a record as it is made here."""
    kind = resource["resourceType"]
    return edition.profile(_OBSERVATIONS[_category(resource)] if kind == "Observation" else _PROFILES[kind])


def _category(observation: Resource) -> str:
    code: str = observation["category"][0]["coding"][0]["code"]
    return code
