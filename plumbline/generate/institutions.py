"""The hospitals and their doctors, whom everyone refers to (https://hl7.org/fhir/R4/organization.html)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from fhir_kernel.resource import Resource
from plumbline.generate.identifiers import credit_code, organisation_code
from plumbline.generate.names import draw_name
from plumbline.generate.places import Province, draw_address, draw_province

CREDIT_CODE = "https://plumbline.dev/fhir/NamingSystem/unified-social-credit-code"
RECORD_NUMBER = "https://plumbline.dev/fhir/NamingSystem/generated-record-number"
STAFF_NUMBER = "https://plumbline.dev/fhir/NamingSystem/generated-staff-number"
_PUBLIC_INSTITUTION = "12"
_LETTERS = "ABCDEFGHJKLMNPQRTUWXY"
_KINDS = ("第一人民医院", "中心医院", "中医医院", "妇幼保健院", "第二人民医院")
_RANKS = ("主任医师", "副主任医师", "主治医师", "住院医师")
DOCTORS = 12


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor, as others refer to them."""

    id: str
    reference: Resource


@dataclass(frozen=True, slots=True)
class Hospital:
    """A hospital, as others refer to it, with who works there."""

    id: str
    province: Province
    reference: Resource
    doctors: Sequence[Doctor]


def found_hospitals(rng: Random, count: int, prefix: str) -> tuple[list[Hospital], list[Resource]]:
    """Hospitals, and the Organization and Practitioner resources that tell of them; their ids begin with `prefix`."""
    hospitals, resources = [], []
    for number in range(1, count + 1):
        province = draw_province(rng)
        name = f"{province.seat}{_KINDS[number % len(_KINDS)]}"
        hospital, its = found_hospital(rng, f"{prefix}h{number}", name, province)
        hospitals.append(hospital)
        resources += its
    return hospitals, resources


def found_hospital(rng: Random, id_: str, name: str, province: Province) -> tuple[Hospital, list[Resource]]:
    """A hospital by this name, and what tells of it: the Organization, then a Practitioner for each doctor."""
    organization, staff = _organization(rng, id_, name, province), list(_practitioners(rng, id_))
    reference = {"reference": f"Organization/{id_}", "display": name}
    doctors = [Doctor(each["id"], _referred(each)) for each in staff]
    return Hospital(id_, province, reference, doctors), [organization, *staff]


def _organization(rng: Random, id_: str, name: str, province: Province) -> Resource:
    first = "".join(rng.choice(_LETTERS) for _ in range(2)) + f"{rng.randrange(1_000_000):06}"
    code = credit_code(_PUBLIC_INSTITUTION, province.region, organisation_code(first))
    address = {key: value for key, value in draw_address(rng, province).items() if key not in ("use", "text")}
    return {
        "resourceType": "Organization",
        "id": id_,
        "identifier": [{"use": "official", "system": CREDIT_CODE, "value": code}],
        "active": True,
        "type": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/organization-type", "code": "prov"}]}],
        "name": name,
        "address": [{"use": "work", **address}],
    }


def _practitioners(rng: Random, hospital: str) -> Iterator[Resource]:
    for number in range(1, DOCTORS + 1):
        is_male = rng.random() < 0.5
        name = draw_name(rng, is_male=is_male)
        yield {
            "resourceType": "Practitioner",
            "id": f"{hospital}-d{number}",
            "identifier": [{"system": STAFF_NUMBER, "value": f"{hospital}-{number:04}"}],
            "active": True,
            "name": [{"use": "official", "text": name.text, "family": name.family, "given": [name.given]}],
            "gender": "male" if is_male else "female",
            "qualification": [{"code": {"text": _RANKS[number % len(_RANKS)]}}],
        }


def _referred(practitioner: Resource) -> Resource:
    return {"reference": f"Practitioner/{practitioner['id']}", "display": practitioner["name"][0]["text"]}
