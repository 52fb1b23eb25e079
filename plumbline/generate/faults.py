"""Ways in which records are wrong, each as it happens: what is broken, and whether FHIR R4 alone finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from fhir_kernel.resource import Resource
from plumbline.generate.identifiers import credit_check, identity_check
from plumbline.generate.population import Population, random_of


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to be wrong. `spoil` makes a wrong resource of a right one, which it leaves as it is."""

    name: str
    type: str
    element: str
    found: Literal["error", "warning", "no"]
    """What the validator says of it by R4 alone; `no`: only a profile can say it."""
    spoil: Callable[[Resource], Resource]
    needs: str = ""
    """An element that there must be for it; the broken one where none is named."""


@dataclass(frozen=True, slots=True)
class Made:
    """A resource, and what was made wrong with it."""

    resource: Resource
    fault: Fault | None = None


def with_faults(population: Population, share: float) -> Iterator[Made]:
    """The resources of a population, of which about `share` (0 to 1) are wrong; the others are what they would be."""
    rng = random_of(population.seed, "faults")
    for resource in population.resources():
        made = Made(resource)
        if rng.random() < share:
            made = _spoiled(resource, rng)
        yield made


def _spoiled(resource: Resource, rng: Random) -> Made:
    """Wrong in one of the ways for its type; where there is none, as it is."""
    ways = [
        each for each in _BY_TYPE.get(resource["resourceType"], ()) if _name(each.needs or each.element) in resource
    ]
    if not ways:
        return Made(resource)
    fault = ways[int(rng.random() * len(ways))]
    return Made(fault.spoil(resource), fault)


def _name(element: str) -> str:
    return element.split(".")[1]


def _wrong_check(patient: Resource) -> Resource:
    official, *others = patient["identifier"]
    digits = official["value"][:17]
    wrong = "0" if identity_check(digits) != "0" else "1"
    return {**patient, "identifier": [{**official, "value": digits + wrong}, *others]}


def _wrong_credit_check(organization: Resource) -> Resource:
    (code,) = organization["identifier"]
    first = code["value"][:17]
    wrong = "0" if credit_check(first) != "0" else "1"
    return {**organization, "identifier": [{**code, "value": first + wrong}]}


def _without(name: str) -> Callable[[Resource], Resource]:
    return lambda resource: {key: value for key, value in resource.items() if key != name}


def _with(name: str, value: object) -> Callable[[Resource], Resource]:
    return lambda resource: {**resource, name: value}


def _backwards(encounter: Resource) -> Resource:
    period = encounter["period"]
    return {**encounter, "period": {"start": period["end"], "end": period["start"]}}


def _unknown_unit(observation: Resource) -> Resource:
    return {**observation, "valueQuantity": {**observation["valueQuantity"], "code": "mmol/升"}}


def _local_time(observation: Resource) -> Resource:
    return {**observation, "effectiveDateTime": observation["effectiveDateTime"][:19]}


FAULTS: Sequence[Fault] = (
    Fault("credit-code-check", "Organization", "Organization.identifier", "no", _wrong_credit_check),
    Fault("identity-number-check", "Patient", "Patient.identifier", "no", _wrong_check),
    Fault("gender-code", "Patient", "Patient.gender", "error", _with("gender", "M")),
    Fault("impossible-date", "Patient", "Patient.birthDate", "error", _with("birthDate", "1985-02-30")),
    Fault("missing-status", "Encounter", "Encounter.status", "error", _without("status")),
    Fault("ends-before-it-starts", "Encounter", "Encounter.period", "error", _backwards),
    Fault("missing-subject", "Condition", "Condition.subject", "error", _without("subject")),
    Fault("missing-code", "Observation", "Observation.code", "error", _without("code")),
    Fault("unknown-status", "Observation", "Observation.status", "error", _with("status", "已审核")),
    Fault("time-without-zone", "Observation", "Observation.effectiveDateTime", "error", _local_time),
    Fault(
        "unit-not-ucum",
        "Observation",
        "Observation.valueQuantity",
        "warning",
        _unknown_unit,
        needs="Observation.referenceRange",
    ),
    Fault("missing-intent", "MedicationRequest", "MedicationRequest.intent", "error", _without("intent")),
    Fault("missing-code", "DiagnosticReport", "DiagnosticReport.code", "error", _without("code")),
)
"""Every way. Of one element of a type there is one way at most."""
_BY_TYPE: Mapping[str, Sequence[Fault]] = {
    kind: tuple(each for each in FAULTS if each.type == kind) for kind in {each.type for each in FAULTS}
}
