"""Ways in which an institution's system gets records wrong, each with the rule of the sample that it breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from fhir_kernel.resource import Resource
from plumbline.generate.faults import FAULTS
from plumbline.sample import CANONICAL


@dataclass(frozen=True, slots=True)
class Flaw:
    """One way; `spoil` makes a wrong resource of a right one, which it leaves as it is."""

    data_set: str
    """The name of the profile: `laboratory-result`."""
    breaks: Sequence[str]
    """The rules of the profile that say so, as their ids have it behind the profile: `Patient.birthDate:min`."""
    spoil: Callable[[Resource], Resource]

    def explains(self, rule: str) -> bool:
        """Whether it breaks the rule of this id."""
        data_set, within = broken(rule)
        return data_set == self.data_set and within in self.breaks


def _without(name: str) -> Callable[[Resource], Resource]:
    return lambda resource: {key: value for key, value in resource.items() if key != name}


def _elsewhere(encounter: Resource) -> Resource:
    """A class of R4 that the sample does not have."""
    return {**encounter, "class": {**encounter["class"], "code": "FLD"}}


def _other_unit(observation: Resource) -> Resource:
    """A unit of UCUM that the sample does not have."""
    quantity = {**observation["valueQuantity"], "code": "mg/dL", "unit": "mg/dL"}
    return {**observation, "valueQuantity": quantity}


def _uncoded(condition: Resource) -> Resource:
    return {**condition, "code": {"text": condition["code"]["text"]}}


_OF_R4 = {(each.type, each.name): each.spoil for each in FAULTS}

BIRTH_DATE, CHECK_CHARACTER, GENDER_CODE, PROVIDER, ENCOUNTER_CLASS, BACKWARDS = (
    Flaw("patient", ("Patient.birthDate:min",), _without("birthDate")),
    Flaw("patient", ("Patient.identifier:slice:identityNumber",), _OF_R4["Patient", "identity-number-check"]),
    Flaw("patient", (":base",), _OF_R4["Patient", "gender-code"]),
    Flaw("encounter", ("Encounter.serviceProvider:min",), _without("serviceProvider")),
    Flaw("encounter", ("Encounter.class:binding",), _elsewhere),
    Flaw("encounter", (":order", ":base"), _OF_R4["Encounter", "ends-before-it-starts"]),
)
DIAGNOSIS_CODE, UNIT, PERFORMER, REQUESTER, STAFF_GENDER = (
    Flaw("condition", ("Condition.code.coding:min", "Condition.code.coding:slice:icd10"), _uncoded),
    Flaw("laboratory-result", ("Observation.value[x].code:binding",), _other_unit),
    Flaw("laboratory-result", ("Observation.performer:min",), _without("performer")),
    Flaw("medication-request", ("MedicationRequest.requester:min",), _without("requester")),
    Flaw("practitioner", ("Practitioner.gender:min",), _without("gender")),
)
FLAWS: Sequence[Flaw] = (
    *(BIRTH_DATE, CHECK_CHARACTER, GENDER_CODE, PROVIDER, ENCOUNTER_CLASS, BACKWARDS),
    *(DIAGNOSIS_CODE, UNIT, PERFORMER, REQUESTER, STAFF_GENDER),
)
"""Every way."""
BY_DATA_SET: Mapping[str, Sequence[Flaw]] = MappingProxyType(
    {name: tuple(each for each in FLAWS if each.data_set == name) for name in {each.data_set for each in FLAWS}}
)


def broken(rule: str) -> tuple[str, str]:
    """The name of the data set that a rule's id speaks of, and the rule within it."""
    profile, _, within = rule.partition("#")
    return profile.partition("|")[0].removeprefix(f"{CANONICAL}/StructureDefinition/sample-"), within
