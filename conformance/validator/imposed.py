"""Profiles that R4 imposes on Observations by their code (https://hl7.org/fhir/R4/observation-vitalsigns.html)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from fhir_kernel.resource import Resource

_LOINC = "http://loinc.org"
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
    }
)
"""LOINC code → the name of its profile."""


def imposed_profiles(resource: Resource) -> Iterator[str]:
    """The vital-signs profiles that an Observation must conform to because of its code, unasked."""
    if resource.get("resourceType") != "Observation":
        return
    code = resource.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, dict) and coding.get("system") == _LOINC:
            name = VITAL_SIGNS.get(str(coding.get("code")))
            if name is not None:
                yield _BASE + name
