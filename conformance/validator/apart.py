"""What keeps a resource from single profiles, told apart from everything else that is found in it.

https://hl7.org/fhir/R4/profiling.html; whoever weighs one profile otherwise than another must know which was broken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from conformance.validator.conforming import conform
from conformance.validator.report import without_repeats
from conformance.validator.run import Item, Place, Run
from conformance.validator.walk import claims_of
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource


class Asked(Protocol):
    """Says which profiles are asked of each resource in a tree; contained ones are part of their container."""

    @property
    def governed(self) -> Collection[str]:
        """Canonicals that are never asked merely because a resource states them."""

    def profiles(self, resource_type: str, claims: Sequence[str], /) -> Sequence[str]:
        """The profiles to be asked, where the resource states `claims`, or its code or a guide imposes them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What keeps the resource at `path` from `profile`."""

    profile: str
    path: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Examination:
    """All findings about one resource tree."""

    issues: tuple[Issue, ...]
    """Those of its types, of the profiles that nobody governs, and of the rules for its types."""
    answers: tuple[Answer, ...] = ()
    """Of each profile that was asked of each resource, in the order of the resources."""


def answers_of(asked: Asked, run: Run) -> list[Answer]:
    """Ask every resource that the walk has entered what it is to be asked."""
    found: list[Answer] = []
    for place in list(run.scopes.values()):
        resource = place.scope.resource
        if resource is place.scope.container:
            profiles = asked.profiles(resource["resourceType"], claims_of(resource, run))
            found += [_ask(resource, profile, place, run) for profile in profiles]
    return found


def _ask(resource: Resource, profile: str, place: Place, run: Run) -> Answer:
    run.place, run.queue = place, []
    before = run.trial()
    conform(Item(resource, resource["resourceType"], place.at), profile, run)
    for item, extension, where in run.queue:
        run.place = where
        conform(item, extension, run)
    return Answer(profile, place.scope.path, tuple(without_repeats(run.end_trial(before))))
