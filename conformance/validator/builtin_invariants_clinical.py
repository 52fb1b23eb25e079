"""Invariants of the resources that records are made of, as Python (https://hl7.org/fhir/R4/conformance-rules.html#constraints)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from conformance.validator.builtin_reading import Value, exists, has_choice, rows

_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_LISTED = "problem-list-item"
_ENDED = ("resolved", "remission", "inactive")
_ERROR = ("entered-in-error",)


def _has_code(value: Value, name: str, system: str, codes: tuple[str, ...]) -> bool:
    found = rows(value.get(name), "coding") if name in value else ()
    return any(row.get("code") in codes and row.get("system") == system for row in found)


def ait_1(value: Value) -> bool:
    """An allergy has a clinical status, unless it was entered in error."""
    return "clinicalStatus" in value or _has_code(value, "verificationStatus", _ALLERGY, _ERROR)


def ait_2(value: Value) -> bool:
    """An allergy that was entered in error has no clinical status."""
    return "clinicalStatus" not in value or not _has_code(value, "verificationStatus", _ALLERGY, _ERROR)


def con_1(value: Value) -> bool:
    """A stage has a summary or an assessment."""
    return "summary" in value or "assessment" in value


def con_2(value: Value) -> bool:
    """Evidence has a code or a detail."""
    return "code" in value or "detail" in value


def con_3(value: Value) -> bool:
    """What is on the problem list has a clinical status, unless it was entered in error."""
    if "clinicalStatus" in value or "category" not in value:
        return True
    categories = [row for each in rows(value, "category") for row in rows(each, "coding")]
    listed = any(row.get("code") == _LISTED and row.get("system") == _CATEGORY for row in categories)
    return not listed or _has_code(value, "verificationStatus", _VERIFIED, _ERROR)


def con_4(value: Value) -> bool:
    """What has abated is resolved, in remission or inactive."""
    return not has_choice(value, "abatement") or _has_code(value, "clinicalStatus", _CLINICAL, _ENDED)


def con_5(value: Value) -> bool:
    """A condition that was entered in error has no clinical status."""
    return "clinicalStatus" not in value or not _has_code(value, "verificationStatus", _VERIFIED, _ERROR)


def imm_1(value: Value) -> bool:
    """Education has a documentType or a reference."""
    return exists(value, "documentType") or exists(value, "reference")


def not_at_home(value: Value) -> bool:
    """An address or telecom of an organization is not for use at home."""
    return value.get("use") != "home"


def org_1(value: Value) -> bool:
    """An organization has a name or an identifier."""
    return "identifier" in value or exists(value, "name")


def pat_1(value: Value) -> bool:
    """A contact has a name, a telecom, an address or an organization."""
    return "name" in value or "telecom" in value or "address" in value or "organization" in value


CLINICAL_BUILTINS: Mapping[str, Callable[..., bool]] = MappingProxyType(
    {
        "ait-1": ait_1,
        "ait-2": ait_2,
        "con-1": con_1,
        "con-2": con_2,
        "con-3": con_3,
        "con-4": con_4,
        "con-5": con_5,
        "imm-1": imm_1,
        "org-1": org_1,
        "org-2": not_at_home,
        "org-3": not_at_home,
        "pat-1": pat_1,
    }
)
