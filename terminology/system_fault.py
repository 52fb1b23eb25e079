"""Why a URI should not stand as `Coding.system` (https://hl7.org/fhir/R4/terminologies-systems.html)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from fhir_kernel.issues import issue
from terminology.checks import SystemFault
from terminology.code_tables.table import canonical_of
from terminology.engine.content import supplemented
from terminology.systems import BUILT_IN, Definitions, find_code_system

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_OID = re.compile(r"[0-2](?:\.\d+)+")
_HL7 = re.compile(r"https?://(?:www\.)?(?:terminology\.)?hl7\.org/(?:[^/]+/)*(?P<name>[^/]+)")
_RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
_ICD_10 = "http://hl7.org/fhir/sid/icd-10"

OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "urn:oid:2.16.840.1.113883.6.96": "http://snomed.info/sct",
        "urn:oid:2.16.840.1.113883.6.1": "http://loinc.org",
        "urn:oid:2.16.840.1.113883.6.8": "http://unitsofmeasure.org",
        "urn:oid:2.16.840.1.113883.6.88": _RXNORM,
        "urn:oid:2.16.840.1.113883.6.3": _ICD_10,
        "urn:oid:2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
        "urn:oid:2.16.840.1.113883.6.42": "http://hl7.org/fhir/sid/icd-9-cm",
        "urn:oid:2.16.840.1.113883.6.59": "http://hl7.org/fhir/sid/cvx",
        "urn:oid:2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt",
        "urn:oid:2.16.840.1.113883.6.69": "http://hl7.org/fhir/sid/ndc",
        "urn:oid:2.16.840.1.113883.6.121": "urn:ietf:bcp:47",
        "urn:oid:1.0.3166.1.2.2": "urn:iso:std:iso:3166",
        "http://snomed.info": "http://snomed.info/sct",
        "http://snomed.info/id": "http://snomed.info/sct",
        "http://www.snomed.org": "http://snomed.info/sct",
        "http://www.loinc.org": "http://loinc.org",
        "http://loinc.com": "http://loinc.org",
        "http://www.unitsofmeasure.org": "http://unitsofmeasure.org",
        "http://ucum.org": "http://unitsofmeasure.org",
        "http://rxnorm.org": _RXNORM,
        "http://www.nlm.nih.gov/research/umls/rxnorm.html": _RXNORM,
        "http://hl7.org/fhir/sid/icd10": _ICD_10,
        "urn:iso:std:iso:3166-1": "urn:iso:std:iso:3166",
        "urn:ietf:rfc:5646": "urn:ietf:bcp:47",
    }
)
"""Names in use for well-known systems that are not their URIs."""

_WELL_KNOWN = frozenset((*BUILT_IN, *OTHER_NAMES.values()))


def find_system_fault(system: str, definitions: Definitions) -> SystemFault | None:
    """What is wrong with `system` as the URI of a code system; None where nothing is known against it."""
    if system in BUILT_IN or canonical_of(system) is not None:
        return None
    held = find_code_system(definitions, system)
    if held is not None:
        return _supplement(system, supplemented(held))
    if not _ABSOLUTE.fullmatch(system):
        return _relative(system, _nearest(system, definitions))
    value_set = definitions.find(system, "ValueSet")
    if value_set is not None or system.startswith("http://hl7.org/fhir/ValueSet/"):
        return _value_set(system, value_set.get("compose", {}).get("include", ()) if value_set is not None else ())
    nearest = _nearest(system, definitions)
    if nearest is None:
        return None
    because = issue("terminology.system-misspelt", "", system=system, nearest=nearest)
    return SystemFault(because, certain=False, nearest=nearest)


def _relative(system: str, nearest: str | None) -> SystemFault:
    if nearest is None:
        return SystemFault(issue("terminology.system-is-relative", "", system=system), certain=True)
    because = issue("terminology.system-is-relative-near", "", system=system, nearest=nearest)
    return SystemFault(because, certain=True, nearest=nearest)


def _supplement(system: str, base: str | None) -> SystemFault | None:
    if base is None:
        return None
    because = issue("terminology.system-is-supplement", "", system=system, nearest=base)
    return SystemFault(because, certain=True, nearest=base or None)


def _value_set(system: str, includes: Iterable[Mapping[str, str]]) -> SystemFault:
    systems = {each["system"] for each in includes if "system" in each}
    if len(systems) == 1:
        nearest = systems.pop()
        because = issue("terminology.system-is-value-set-of", "", system=system, nearest=nearest)
        return SystemFault(because, certain=True, nearest=nearest)
    return SystemFault(issue("terminology.system-is-value-set", "", system=system), certain=True)


def _nearest(system: str, definitions: Definitions) -> str | None:
    for candidate in _respellings(system):
        right = OTHER_NAMES.get(candidate, candidate)
        if right != system and (right in _WELL_KNOWN or find_code_system(definitions, right) is not None):
            return right
    return None


def _respellings(system: str) -> Iterable[str]:
    """Other spellings of the same address: scheme, `www.`, case, closing slash, and where HL7 has moved its systems."""
    stripped = system.strip().partition("|")[0].rstrip("/#")
    yield stripped
    yield stripped.lower()
    for prefix in ("https://www.", "http://www.", "https://"):
        if stripped.lower().startswith(prefix):
            yield "http://" + stripped[len(prefix) :]
            yield "http://" + stripped[len(prefix) :].lower()
    if _OID.fullmatch(stripped):
        yield "urn:oid:" + stripped
    match = _HL7.fullmatch(stripped)
    if match is None:
        return
    for home in ("http://hl7.org/fhir/", "http://terminology.hl7.org/"):
        yield f"{home}CodeSystem/{match['name']}"
        yield home + match["name"]
    for version in ("v2", "v3"):
        name = match["name"].removeprefix(version.upper() + "-")
        yield f"http://terminology.hl7.org/CodeSystem/{version}-{name}"
