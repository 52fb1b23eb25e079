"""The institutions that send to the example server, and their records: made-up ones and those that were validated.

Hospitals differ in how many of their records are wrong. One has begun to follow the profile of laboratory results.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.resource import Resource
from fhir_server.identity.organisations import Organisation
from plumbline.demo import records_folder
from plumbline.generate.faults import with_faults
from plumbline.generate.population import Population

LABORATORY_PROFILE = "https://plumbline.dev/fhir/demo/StructureDefinition/demo-laboratory-result"
RECORD_NUMBER = "https://plumbline.dev/fhir/demo/NamingSystem/medical-record-number"
JSON, XML = "application/fhir+json", "application/fhir+xml"


@dataclass(frozen=True, slots=True)
class Sent:
    """One request; `target` is the path below the server's FHIR address."""

    method: str
    target: str
    body: bytes
    media_type: str = JSON

    @property
    def type(self) -> str:
        """The type of resource that it writes."""
        return self.target.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Institution:
    """Who sends, and what, in order."""

    organisation: Organisation
    records: Sequence[Sent]


def institutions() -> Sequence[Institution]:
    """All of them; always the same."""
    return (
        _hospital(Population(4, seed=35), faulty=0.06, follows=False),
        _hospital(Population(4, seed=14), faulty=0.3, follows=True),
        Institution(Organisation("h0001", "示例市人民医院", "institution"), tuple(_examples(records_folder()))),
    )


def _hospital(population: Population, *, faulty: float, follows: bool) -> Institution:
    """The first hospital of a population, with what it knows of its patients."""
    id_ = f"s{population.seed}h1"
    known = next(each for each in population.resources() if each["id"] == id_)
    code = known["identifier"][0]["value"]
    organisation = Organisation(id_, known["name"], "institution", code, jurisdiction=code[2:8])
    records = tuple(_put(_as_sent(each, follows=follows)) for each in _of_hospital(population, id_, faulty))
    return Institution(organisation, records)


def _of_hospital(population: Population, id_: str, faulty: float) -> Iterator[Resource]:
    """Itself, its doctors, then patient after patient with all that happened to them there."""
    is_its_patient = False
    for made in with_faults(population, faulty):
        resource = made.resource
        kind = resource["resourceType"]
        if kind == "Patient":
            is_its_patient = resource["managingOrganization"]["reference"] == f"Organization/{id_}"
        if resource["id"].partition("-")[0] == id_ if kind in ("Organization", "Practitioner") else is_its_patient:
            yield resource


def _as_sent(resource: Resource, *, follows: bool) -> Resource:
    """With the record number as the patient profile has it; laboratory results name theirs where it is followed."""
    if resource["resourceType"] == "Patient":
        official, usual = resource["identifier"]
        number = {**usual, "system": RECORD_NUMBER, "value": f"MR{usual['value'][-8:]}"}
        return {**resource, "identifier": [official, number]}
    if follows and resource["resourceType"] == "Observation" and "referenceRange" in resource:
        return {**resource, "meta": {"profile": [LABORATORY_PROFILE]}}
    return resource


def _put(resource: Resource) -> Sent:
    return Sent("PUT", f"{resource['resourceType']}/{resource['id']}", write_json(resource))


def _examples(folder: Path) -> Iterator[Sent]:
    """The example records that are one resource each; their files are named after its type."""
    for path in sorted(folder.iterdir()):
        kind = path.name.partition("-")[0].capitalize()
        if path.suffix in (".json", ".xml") and kind != "Bundle":
            yield Sent("POST", kind, path.read_bytes(), XML if path.suffix == ".xml" else JSON)
