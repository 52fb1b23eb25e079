"""Which resources are within `start` and `end` of $everything, by the dates of their care.

https://hl7.org/fhir/R4/patient-operation-everything.html
"""

from __future__ import annotations

from conformance.care_dates import CARE_DATES
from fhir_kernel.store.criteria import All, Criterion, DateTest, Match, Missing, Some


def in_time(resource_type: str, bounds: tuple[DateTest, ...]) -> Criterion:
    """What a resource of the type meets that has a time within the bounds, or of which no time is known."""
    parameters = CARE_DATES.get(resource_type, ())
    if not parameters or not bounds:
        return All()
    touching = tuple(All(tuple(Match(each, (bound,)) for bound in bounds)) for each in parameters)
    return Some((*touching, All(tuple(Missing(each) for each in parameters))))
