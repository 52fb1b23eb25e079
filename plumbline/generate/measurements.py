"""What was measured: vital signs, laboratory results and their reports (https://hl7.org/fhir/R4/observation.html)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from fhir_kernel.resource import Resource
from plumbline.generate.clinical_tables import (
    DIASTOLIC,
    LOINC,
    PANELS,
    PRESSURE_PANEL,
    SYSTOLIC,
    UCUM,
    VITAL_SIGNS,
    Panel,
    Test,
)
from plumbline.generate.visit import Visit

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_LABORATORY, _VITAL_SIGNS = (
    [{"coding": [{"system": _CATEGORY, "code": code}]}] for code in ("laboratory", "vital-signs")
)
_DAY = timedelta(days=1)


def vital_signs(rng: Random, visit: Visit) -> Iterator[Resource]:
    """Observations of every vital sign, once on each of the first days."""
    days = min((visit.end - visit.start).days + 1, 3)
    for day in range(days):
        at = (visit.start + day * _DAY + timedelta(minutes=3)).isoformat()
        yield {
            **_observation(f"{visit.id}-v{day}p", visit, PRESSURE_PANEL, "血压", _VITAL_SIGNS, at),
            "component": [_component(rng, SYSTOLIC), _component(rng, DIASTOLIC)],
        }
        for number, test in enumerate(VITAL_SIGNS):
            made = _observation(f"{visit.id}-v{day}n{number}", visit, test.code, test.text, _VITAL_SIGNS, at)
            made["valueQuantity"] = _quantity(_draw(rng, test), test.unit)
            yield made


def laboratory(rng: Random, visit: Visit) -> Iterator[Resource]:
    """The results of a panel, then the DiagnosticReport of them; for inpatients, of every panel."""
    panels = PANELS if visit.is_inpatient else (PANELS[visit.diagnosis.panel],)
    for number, panel in enumerate(panels):
        at = visit.start + timedelta(minutes=8)
        results = list(_results(rng, visit, f"{visit.id}-l{number}", panel, at))
        yield from results
        yield _report(visit, f"{visit.id}-r{number}", panel, results, at)


def _results(rng: Random, visit: Visit, prefix: str, panel: Panel, at: datetime) -> Iterator[Resource]:
    effective = at.isoformat()
    for number, test in enumerate(panel.tests):
        value, low, high = _draw(rng, test), Decimal(test.low), Decimal(test.high)
        flag = "L" if value < low else "H" if value > high else "N"
        yield {
            **_observation(f"{prefix}n{number}", visit, test.code, test.text, _LABORATORY, effective),
            "performer": [visit.person.hospital.reference],
            "valueQuantity": _quantity(value, test.unit),
            "interpretation": [{"coding": [{"system": _INTERPRETATION, "code": flag}]}],
            "referenceRange": [{"low": _quantity(low, test.unit), "high": _quantity(high, test.unit)}],
        }


def _report(visit: Visit, id_: str, panel: Panel, results: list[Resource], at: datetime) -> Resource:
    return {
        "resourceType": "DiagnosticReport",
        "id": id_,
        "status": "final",
        "category": [{"coding": [{"system": _SECTION, "code": "LAB"}]}],
        "code": {"coding": [{"system": LOINC, "code": panel.code}], "text": panel.text},
        "subject": visit.person.reference,
        "encounter": visit.reference,
        "effectiveDateTime": at.isoformat(),
        "issued": (at + timedelta(minutes=45)).isoformat(),
        "performer": [visit.person.hospital.reference],
        "result": [{"reference": f"Observation/{each['id']}"} for each in results],
    }


def _observation(id_: str, visit: Visit, code: str, text: str, category: list[Resource], at: str) -> Resource:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "category": category,
        "code": {"coding": [{"system": LOINC, "code": code}], "text": text},
        "subject": visit.person.reference,
        "encounter": visit.reference,
        "effectiveDateTime": at,
    }


def _component(rng: Random, test: Test) -> Resource:
    return {
        "code": {"coding": [{"system": LOINC, "code": test.code}], "text": test.text},
        "valueQuantity": _quantity(_draw(rng, test), test.unit),
    }


def _draw(rng: Random, test: Test) -> Decimal | int:
    """A value above 0, most often near the middle."""
    away = rng.random() + rng.random() + rng.random() - 1.5
    value = max(test.middle + away * 2 * test.spread, test.middle / 10)
    return round(value) if not test.places else Decimal(f"{value:.{test.places}f}")


def _quantity(value: Decimal | int, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}
