"""A Patient (https://hl7.org/fhir/R4/patient.html), of whom everything else tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from fhir_kernel.resource import Resource
from plumbline.generate.identifiers import IDENTITY_NUMBER, identity_number
from plumbline.generate.institutions import RECORD_NUMBER, Hospital
from plumbline.generate.names import draw_name
from plumbline.generate.places import draw_address
from plumbline.generate.weighted import weighted

_AGES = weighted((((0, 14), 18), ((15, 44), 35), ((45, 64), 30), ((65, 94), 17)))
"""Years from and to, with the share in percent."""
_MARITAL = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
_MARITAL_STATUS = {"M": "已婚", "S": "未婚", "W": "丧偶"}
_YEAR = 365.2425
_YOUNGEST = timedelta(days=30)
"""Nobody is younger, so that everyone can have come and gone again."""
ADULT, OLD = 22, 75


@dataclass(frozen=True, slots=True)
class Person:
    """Whom records tell of. `reference` is how they refer to the patient."""

    id: str
    hospital: Hospital
    reference: Resource
    born: date


def draw_person(rng: Random, id_: str, number: int, hospital: Hospital, now: datetime) -> tuple[Person, Resource]:
    """A person and the Patient; `number` is one that no other patient of the hospital has."""
    is_male = rng.random() < 0.5
    name = draw_name(rng, is_male=is_male)
    youngest, oldest = _AGES.draw(rng)
    age = youngest + int(rng.random() * (oldest - youngest + 1))
    born = (now - _YOUNGEST - timedelta(days=int((age + rng.random()) * _YEAR))).date()
    person = Person(id_, hospital, {"reference": f"Patient/{id_}", "display": name.text}, born)
    patient = {
        "resourceType": "Patient",
        "id": id_,
        "identifier": [
            {"use": "official", "system": IDENTITY_NUMBER, "value": _identity(rng, hospital, born, is_male=is_male)},
            {"use": "usual", "system": RECORD_NUMBER, "value": f"{hospital.id}-{number:08}"},
        ],
        "active": True,
        "name": [{"use": "official", "text": name.text, "family": name.family, "given": [name.given]}],
        "telecom": [{"system": "phone", "value": f"1990000{int(rng.random() * 10_000):04}", "use": "mobile"}],
        "gender": "male" if is_male else "female",
        "birthDate": born.isoformat(),
        "address": [draw_address(rng, hospital.province)],
        "maritalStatus": _marital_status(rng, age),
        "managingOrganization": hospital.reference,
    }
    return person, patient


def _identity(rng: Random, hospital: Hospital, born: date, *, is_male: bool) -> str:
    return identity_number(hospital.province.region, born, 2 * int(rng.random() * 500) + is_male)


def _marital_status(rng: Random, age: int) -> Resource:
    is_single = age < ADULT or rng.random() < 0.15
    code = "S" if is_single else "W" if age > OLD and rng.random() < 0.4 else "M"
    return {"coding": [{"system": _MARITAL, "code": code}], "text": _MARITAL_STATUS[code]}
