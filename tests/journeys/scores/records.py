"""Records of an institution by the profiles of the sample standard, made of its examples; and what may be wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from fhir_kernel.resource import Resource
from plumbline.sample import CANONICAL, editions, package_folder

REFUSED = "medication-request"
"""The data set of which what is wrong is refused."""
SETS = ("patient", "encounter", "condition", "vital-signs", REFUSED)
"""Those that are expected of everybody."""
HTEST = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
_EXAMPLES = MappingProxyType(
    {
        "patient": "patient-without-identity-number",
        "encounter": "encounter-visit",
        "condition": "condition-hypertension",
        "vital-signs": "observation-heart-rate",
        "medication-request": "medicationrequest-amlodipine",
    }
)


def url_of(data_set: str) -> str:
    """The canonical of its profile, without a version."""
    return f"{CANONICAL}/StructureDefinition/sample-{data_set}"


@cache
def _example(name: str) -> Resource:
    found: Resource = json.loads((package_folder(editions()[0]) / "example" / f"{name}.json").read_bytes())
    return found


def spoken_of() -> list[Resource]:
    """Those that all records speak of."""
    return [_example(each) for each in ("organization-hospital", "practitioner-zhang-wei")]


def record(data_set: str, of: str, number: int, day: date) -> dict[str, Any]:
    """The record of a data set of the patient with a number, who came on a day."""
    made: dict[str, Any] = deepcopy(dict(_example(_EXAMPLES[data_set])))
    made["id"] = f"{of}-{data_set}-{number}"
    made.pop("encounter", None)
    if data_set == "patient":
        made["identifier"][0]["value"] = f"E{of}{number:06}"
        return made
    made["identifier"] = [{"system": "https://example.org/numbers", "value": made["id"]}]
    made["subject"] = {"reference": f"Patient/{of}-patient-{number}"}
    return _on(made, day)


def _on(made: dict[str, Any], day: date) -> dict[str, Any]:
    """With the day of the example changed to another, wherever it stands."""
    text = json.dumps(made, ensure_ascii=False).replace("2025-06-02", day.isoformat())
    found: dict[str, Any] = json.loads(text)
    return found


Spoil = Callable[[dict[str, Any]], None]


def _no_birth_date(made: dict[str, Any]) -> None:
    del made["birthDate"]


def _unknown_class(made: dict[str, Any]) -> None:
    made["class"]["code"] = "FLD"


def _not_yet(made: dict[str, Any]) -> None:
    made["period"] = {name: f"2099{instant[4:]}" for name, instant in made["period"].items()}


def _unknown_disposition(made: dict[str, Any]) -> None:
    """Of an element that most records do without."""
    made["hospitalization"] = {"dischargeDisposition": {"coding": [{"system": "https://example.org", "code": "x"}]}}


def _no_icd(made: dict[str, Any]) -> None:
    made["code"] = {"text": "原发性高血压"}


def _impossible_rate(made: dict[str, Any]) -> None:
    made["valueQuantity"]["value"] = 720


def _no_dose(made: dict[str, Any]) -> None:
    del made["dosageInstruction"][0]["doseAndRate"]


FAULTS: Mapping[str, tuple[Spoil, ...]] = MappingProxyType(
    {
        "patient": (_no_birth_date,),
        "encounter": (_unknown_class, _not_yet, _unknown_disposition),
        "condition": (_no_icd,),
        "vital-signs": (_impossible_rate,),
        "medication-request": (_no_dose,),
    }
)


def spoiled(made: Resource, data_set: str, kind: int = 0) -> dict[str, Any]:
    """The same with something wrong in it."""
    copy: dict[str, Any] = deepcopy(dict(made))
    FAULTS[data_set][kind % len(FAULTS[data_set])](copy)
    return copy
