"""Rules for the types of an element and the profiles they name.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.type
"""

from __future__ import annotations

from conformance.validator.rules.knowledge_values import rows
from conformance.validator.rules.structure_definition_subject import Subject
from fhir_kernel.definitions.snapshot.sources import type_code
from fhir_kernel.resource import Resource

_WITH_TARGET = ("Reference", "canonical", "CodeableReference")


def check_types(subject: Subject, element: Resource, place: str) -> None:
    """Profiles are of the type that they are named for, targets are resources and only on references."""
    for at, entry in rows(element, "type"):
        code, spot = type_code(entry), f"{place}.type[{at}]"
        if not code:
            continue
        if "targetProfile" in entry and code not in _WITH_TARGET and subject.sources.kind(code):
            subject.report("target-without-reference", spot, found=code)
        elements_of_profiles = "_profile" in entry
        for number, url in enumerate(entry.get("profile", ())):
            if not elements_of_profiles:
                _check_profile(subject, url, code, f"{spot}.profile[{number}]")
        for number, url in enumerate(entry.get("targetProfile", ())):
            _check_target(subject, url, f"{spot}.targetProfile[{number}]")


def _check_profile(subject: Subject, url: str, code: str, place: str) -> None:
    if "#" in url or url == subject.sources.url:
        return
    definition = subject.sources.definition(url)
    if definition is None:
        subject.report("unknown-profile", place, found=url)
    elif subject.sources.descends(url, code) is False:
        subject.report("profile-of-other-type", place, profile=url, found=definition.get("type"), expected=code)


def _check_target(subject: Subject, url: str, place: str) -> None:
    if url == subject.sources.url:
        return
    definition = subject.sources.definition(url)
    if definition is None:
        subject.report("unknown-profile", place, found=url)
    elif definition.get("kind") not in ("resource", "logical"):
        subject.report("target-no-resource", place, profile=url, found=definition.get("type"))
