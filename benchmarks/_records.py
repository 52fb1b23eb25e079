"""What the benchmark of the server asks about made-up records, and what the right answers hold.

Each patient depends on nothing but the seed and their number, so that what is known of some need not be kept of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from random import Random
from urllib.parse import quote

from benchmarks._load import Exchange
from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.resource import Resource
from plumbline.generate.clinical_tables import DIAGNOSES, ICD_10, LOINC
from plumbline.generate.population import Population
from plumbline.generate.write import bundles

HEART_RATE = "8867-4"
SINCE = "2023-07-01"
VALUE_SET = "https://plumbline.dev/fhir/ValueSet/benchmark-diagnoses"
CODES = 1_000
PAGE = 20
_RESOURCES_OF_A_PATIENT = 33
_KNOWN = 400
"""Of how many patients everything is known."""


def patients_for(resources: int) -> int:
    """How many patients make about so many resources."""
    return max(1, resources // _RESOURCES_OF_A_PATIENT)


def definitions() -> Iterator[Resource]:
    """A value set of many diagnoses, the first of ours among them, and the code system that it takes them from."""
    ours = [diagnosis.code for diagnosis in DIAGNOSES.things]
    codes = [*ours, *(f"Z{number // 10:03}.{number % 10}" for number in range(10_000))]
    concepts = [{"code": code, "display": code} for code in codes]
    yield {
        "resourceType": "CodeSystem",
        "id": "benchmark-icd-10",
        "url": ICD_10,
        "version": "2019",
        "name": "Icd10",
        "status": "active",
        "content": "complete",
        "concept": concepts,
    }
    chosen = [ours[0], *codes[len(ours) :][: CODES - 1]]
    include = {"system": ICD_10, "concept": [{"code": code} for code in chosen]}
    yield {
        "resourceType": "ValueSet",
        "id": "benchmark-diagnoses",
        "url": VALUE_SET,
        "version": "1",
        "name": "BenchmarkDiagnoses",
        "status": "active",
        "compose": {"include": [include]},
    }


class KnownPatients:
    """Some patients of a population, drawn at random, with everything about them."""

    def __init__(self, population: Population, rng: Random) -> None:
        self._rng = rng
        numbers = rng.sample(range(1, population.patients + 1), min(_KNOWN, population.patients))
        self.patients: list[Mapping[str, Sequence[Resource]]] = [_by_type(population, each) for each in numbers]

    def reads(self) -> Iterator[Exchange]:
        """Reads of any resource by id."""
        resources = [each for patient in self.patients for kind in patient.values() for each in kind]
        while True:
            each = self._rng.choice(resources)
            url = f"{each['resourceType']}/{each['id']}"
            yield Exchange(_get(url), [f'"resourceType":"{each["resourceType"]}","id":"{each["id"]}"'])

    def by_patient_code_date(self) -> Iterator[Exchange]:
        """The heart rates of one patient since a day."""
        for patient, id_ in self._any():
            found = [each["id"] for each in _heart_rates(patient) if each["effectiveDateTime"] >= SINCE]
            query = f"patient={id_}&code={_token(LOINC, HEART_RATE)}&date=ge{SINCE}&_count={PAGE}"
            yield Exchange(_get(f"Observation?{query}"), _ids(found))

    def chains(self) -> Iterator[Exchange]:
        """The heart rates of whoever has an identity number."""
        for patient, _ in self._any():
            system, number = (patient["Patient"][0]["identifier"][0][name] for name in ("system", "value"))
            query = f"patient.identifier={_token(system, number)}&code={_token(LOINC, HEART_RATE)}&_count={PAGE}"
            yield Exchange(_get(f"Observation?{query}"), _ids(each["id"] for each in _heart_rates(patient)))

    def reverse_chains(self) -> Iterator[Exchange]:
        """The patients of a name who have a diagnosis."""
        for patient, _ in self._any():
            family, code = (
                patient["Patient"][0]["name"][0]["family"],
                patient["Condition"][0]["code"]["coding"][0]["code"],
            )
            query = f"family={quote(family)}&_has:Condition:patient:code={_token(ICD_10, code)}&_count={PAGE}"
            yield Exchange(_get(f"Patient?{query}"), [f'"family":"{family}"'])

    def includes(self) -> Iterator[Exchange]:
        """The heart rates of one patient with the visits and the patient."""
        for patient, id_ in self._any():
            query = f"patient={id_}&code={_token(LOINC, HEART_RATE)}&_count={PAGE}"
            included = "&_include=Observation:encounter&_include=Observation:patient"
            held = [*_ids(each["id"] for each in _heart_rates(patient)), f'"resourceType":"Patient","id":"{id_}"']
            yield Exchange(_get(f"Observation?{query}{included}"), held)

    def in_value_set(self) -> Iterator[Exchange]:
        """Diagnoses of a value set since a day."""
        for turn in count():
            day = f"2024-{1 + turn % 6:02}-{1 + turn // 6 % 28:02}"
            query = f"code:in={quote(VALUE_SET, safe='')}&recorded-date=ge{day}&_count={PAGE}"
            code = DIAGNOSES.things[0].code
            yield Exchange(_get(f"Condition?{query}"), [f'"system":"{ICD_10}","code":"{code}"'])

    def _any(self) -> Iterator[tuple[Mapping[str, Sequence[Resource]], str]]:
        while True:
            patient = self._rng.choice(self.patients)
            yield patient, patient["Patient"][0]["id"]


def creates(seed: int) -> Iterator[Exchange]:
    """Creates of Patient and Observation in turn, none of them known to the server."""
    observations = _of_type("Observation", seed)
    for patient in _of_type("Patient", seed):
        for resource in (patient, next(observations)):
            body = write_json({name: value for name, value in resource.items() if name != "id"}).decode()
            yield Exchange(_post(resource["resourceType"], body), ['"versionId":"1"'], status=201)


def transactions(seed: int) -> Iterator[Exchange]:
    """Transactions of 100 resources, none of them known to the server."""
    for bundle in bundles(_many(seed).resources()):
        right = '"type":"transaction-response"'
        yield Exchange(_post("", write_json(bundle).decode()), [right, '"status":"201 Created"'])


def _many(seed: int) -> Population:
    return Population(10_000_000, seed)


def _of_type(kind: str, seed: int) -> Iterator[Resource]:
    return (each for each in _many(seed).resources() if each["resourceType"] == kind)


def _by_type(population: Population, number: int) -> Mapping[str, Sequence[Resource]]:
    found: dict[str, list[Resource]] = {}
    for each in population.of_patient(number):
        found.setdefault(each["resourceType"], []).append(each)
    return found


def _heart_rates(patient: Mapping[str, Sequence[Resource]]) -> list[Resource]:
    return [each for each in patient["Observation"] if each["code"]["coding"][0]["code"] == HEART_RATE]


def _ids(ids: Iterator[str] | Sequence[str]) -> list[str]:
    return [f'"id":"{each}"' for each in ids]


def _token(system: str, code: str) -> str:
    return quote(f"{system}|{code}", safe="")


def _get(url: str) -> str:
    return f"GET /fhir/{url} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/fhir+json\r\n\r\n"


def _post(url: str, body: str) -> str:
    head = f"POST /fhir/{url} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/fhir+json\r\n"
    return f"{head}content-length: {len(body.encode())}\r\n\r\n{body}"
