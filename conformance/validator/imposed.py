"""Profiles that R4 imposes on Observations by their code (https://hl7.org/fhir/R4/observation-vitalsigns.html)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from fhir_kernel.resource import Resource

_BASE = "http://hl7.org/fhir/StructureDefinition/"
VITAL_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "85353-1": "vitalspanel",
        "9279-1": "resprate",
        "8867-4": "heartrate",
        "2708-6": "oxygensat",
        "59408-5": "oxygensat",
        "8310-5": "bodytemp",
        "8302-2": "bodyheight",
        "9843-4": "headcircum",
        "29463-7": "bodyweight",
        "39156-5": "bmi",
        "85354-9": "bp",
        "55284-4": "bp",
        "35094-2": "bp",
        "76534-7": "bp",
        "76535-4": "bp",
        "8328-7": "bodytemp",
        "8329-5": "bodytemp",
        "8331-1": "bodytemp",
        "8332-9": "bodytemp",
        "8333-7": "bodytemp",
        "75539-7": "bodytemp",
        "76011-6": "bodytemp",
        "3137-7": "bodyheight",
        "3138-5": "bodyheight",
        "8301-4": "bodyheight",
        "8306-3": "bodyheight",
        "8308-9": "bodyheight",
        "3141-9": "bodyweight",
        "3142-7": "bodyweight",
        "8350-1": "bodyweight",
        "8351-9": "bodyweight",
        "8889-8": "heartrate",
        "8893-0": "heartrate",
        "20564-1": "oxygensat",
    }
)
"""LOINC code → the name of its profile; more specific codes must stand beside the code that the profile asks for."""
VITAL_SIGNS_SNOMED: Mapping[str, str] = MappingProxyType(
    {
        "86290005": "resprate",
        "364075005": "heartrate",
        "431314004": "oxygensat",
        "386725007": "bodytemp",
        "276885007": "bodytemp",
        "50373000": "bodyheight",
        "363812007": "headcircum",
        "27113001": "bodyweight",
        "60621009": "bmi",
        "75367002": "bp",
    }
)
"""SNOMED CT concept of the same measurement → the name of its profile."""
_SYSTEMS = MappingProxyType({"http://loinc.org": VITAL_SIGNS, "http://snomed.info/sct": VITAL_SIGNS_SNOMED})


def imposed_profiles(resource: Resource) -> Iterator[str]:
    """The vital-signs profiles that an Observation must conform to because of its code, unasked."""
    if resource.get("resourceType") != "Observation":
        return
    if resource.get("status") == "entered-in-error":
        return  # what is withdrawn as an error is no vital sign
    code = resource.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        table = _SYSTEMS.get(str(coding.get("system"))) if isinstance(coding, dict) else None
        name = table.get(str(coding.get("code"))) if table is not None else None
        if name is not None:
            yield _BASE + name
