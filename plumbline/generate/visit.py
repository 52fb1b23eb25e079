"""An Encounter, with what was diagnosed and prescribed (https://hl7.org/fhir/R4/encounter.html)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from fhir_kernel.resource import Resource
from plumbline.generate.clinical_tables import ATC, DIAGNOSES, DRUGS, ICD_10, UCUM, Diagnosis, Drug
from plumbline.generate.institutions import Doctor
from plumbline.generate.person import Person

_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_DISPOSITION = "https://plumbline.dev/fhir/CodeSystem/cn-discharge-dispositions"
_INPATIENT_SHARE = 0.18
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"


@dataclass(frozen=True, slots=True)
class Visit:
    """One contact of a person with a hospital, as others refer to it. Times have the zone of the place."""

    id: str
    person: Person
    doctor: Doctor
    reference: Resource
    start: datetime
    end: datetime
    diagnosis: Diagnosis
    is_inpatient: bool


def draw_visit(rng: Random, person: Person, number: int, start: datetime) -> Visit:
    """The visit that begins at an instant; `number` counts those of the person."""
    id_ = f"{person.id}-e{number}"
    is_inpatient = rng.random() < _INPATIENT_SHARE
    minutes = int(rng.random() * 14_400) + 1_440 if is_inpatient else int(rng.random() * 50) + 10
    doctors = person.hospital.doctors
    return Visit(
        id_,
        person,
        doctors[int(rng.random() * len(doctors))],
        {"reference": f"Encounter/{id_}"},
        start,
        start + timedelta(minutes=minutes),
        DIAGNOSES.draw(rng),
        is_inpatient,
    )


def encounter(visit: Visit) -> Resource:
    """The Encounter."""
    made: Resource = {
        "resourceType": "Encounter",
        "id": visit.id,
        "status": "finished",
        "class": {"system": _ACT, "code": "IMP" if visit.is_inpatient else "AMB"},
        "subject": visit.person.reference,
        "participant": [{"individual": visit.doctor.reference}],
        "period": {"start": visit.start.isoformat(), "end": visit.end.isoformat()},
        "diagnosis": [{"condition": {"reference": f"Condition/{visit.id}-c"}}],
        "serviceProvider": visit.person.hospital.reference,
    }
    if visit.is_inpatient:
        home = {"system": _DISPOSITION, "code": "1", "display": "医嘱离院"}
        made["hospitalization"] = {"dischargeDisposition": {"coding": [home]}}
    return made


def condition(visit: Visit) -> Resource:
    """The Condition for which the person came."""
    return {
        "resourceType": "Condition",
        "id": f"{visit.id}-c",
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": _VERIFICATION, "code": "confirmed"}]},
        "category": [{"coding": [{"system": _CATEGORY, "code": "encounter-diagnosis"}]}],
        "code": {
            "coding": [{"system": ICD_10, "code": visit.diagnosis.code}],
            "text": visit.diagnosis.text,
        },
        "subject": visit.person.reference,
        "encounter": visit.reference,
        "recordedDate": visit.start.isoformat(),
        "recorder": visit.doctor.reference,
    }


def prescriptions(visit: Visit) -> Iterator[Resource]:
    """A MedicationRequest for each drug."""
    for number, code in enumerate(visit.diagnosis.drugs, 1):
        yield _prescription(visit, number, DRUGS[code])


def _prescription(visit: Visit, number: int, drug: Drug) -> Resource:
    quantity = {"value": drug.dose, "unit": drug.unit, "system": UCUM, "code": drug.unit}
    return {
        "resourceType": "MedicationRequest",
        "id": f"{visit.id}-m{number}",
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": ATC, "code": drug.code}], "text": drug.text},
        "subject": visit.person.reference,
        "encounter": visit.reference,
        "authoredOn": visit.start.isoformat(),
        "requester": visit.doctor.reference,
        "reasonReference": [{"reference": f"Condition/{visit.id}-c"}],
        "dosageInstruction": [
            {
                "text": f"每次{drug.dose}{drug.unit}，每日{drug.daily}次",
                "timing": {"repeat": {"frequency": drug.daily, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": quantity}],
            }
        ],
    }
