"""Invariants of R4 as Python: those that run most often, and those that are slow as FHIRPath.

Each says what its (corrected) FHIRPath says of well-formed values, and never raises for others. What they are called
with is in `BUILTINS` and `SCOPED`. https://hl7.org/fhir/R4/conformance-rules.html#constraints
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from conformance.validator.builtin_invariants_bundle import BUNDLE_BUILTINS
from conformance.validator.builtin_invariants_clinical import CLINICAL_BUILTINS
from conformance.validator.builtin_invariants_definitions import DEFINITION_BUILTINS
from conformance.validator.builtin_invariants_structure import STRUCTURE_BUILTINS
from conformance.validator.builtin_reading import Value, exists, has_choice, rows
from conformance.validator.references import Scope, container_scope
from fhir_kernel.fhirpath.temporal import compare, parse_datetime

_UCUM = "http://unitsofmeasure.org"


def ext_1(value: Value) -> bool:
    """Must have either extensions or value[x], not both."""
    has_value = False
    for name in value:
        if name[:5] == "value" or name[:6] == "_value":
            has_value = True
            break
    return ("extension" in value) != has_value


def dom_2(value: Value) -> bool:
    """A contained resource does not contain others."""
    return "contained" not in value or not any("contained" in row for row in rows(value, "contained"))


def dom_4(value: Value) -> bool:
    """A contained resource has no meta.versionId or meta.lastUpdated."""
    if "contained" not in value:
        return True
    metas = [meta for row in rows(value, "contained") if isinstance(meta := row.get("meta"), dict)]
    return not any(exists(meta, name) for meta in metas for name in ("versionId", "lastUpdated"))


def dom_5(value: Value) -> bool:
    """A contained resource has no security label."""
    if "contained" not in value:
        return True
    metas = (row.get("meta") for row in rows(value, "contained"))
    return not any(isinstance(meta, dict) and "security" in meta for meta in metas)


def dom_6(value: Value, scope: Scope) -> bool:
    """A resource should have narrative; a contained one has none of its own."""
    text = value.get("text")
    return (isinstance(text, dict) and "div" in text) or scope.container is not scope.resource


def ref_1(value: Value, scope: Scope) -> bool:
    """A reference `#id` has a contained resource."""
    reference = value.get("reference")
    if not isinstance(reference, str) or reference[:1] != "#" or reference == "#":
        return True
    return reference[1:] in container_scope(scope).contained


def per_1(value: Value) -> bool:
    """The start is not surely later than the end."""
    start, end = value.get("start"), value.get("end")
    if not isinstance(start, str) or not isinstance(end, str):
        return True
    if len(start) == len(end) and (len(start) <= 10 or start[19:] == end[19:]):
        return start <= end
    first, last = parse_datetime(start), parse_datetime(end)
    return first is None or last is None or compare(first, last) != 1


def qty_3(value: Value) -> bool:
    """A code of the unit needs its system."""
    return not exists(value, "code") or exists(value, "system")


def sqty_1(value: Value) -> bool:
    """A SimpleQuantity has no comparator."""
    return not exists(value, "comparator")


def cpt_2(value: Value) -> bool:
    """A value needs a system."""
    return not exists(value, "value") or exists(value, "system")


def att_1(value: Value) -> bool:
    """Data need a contentType."""
    return not exists(value, "data") or exists(value, "contentType")


def age_1(value: Value) -> bool:
    """A value needs a code, a system is UCUM, and an age is positive."""
    amount = value.get("value")
    return dis_1(value) and (not isinstance(amount, (int, Decimal)) or amount > 0)


def cnt_3(value: Value) -> bool:
    """A value needs the code 1, a system is UCUM, and a count is a whole number."""
    amount = value.get("value")
    if not dis_1(value) or (exists(value, "code") and value.get("code") != "1"):
        return False
    return not isinstance(amount, Decimal) or "." not in str(amount)


def dis_1(value: Value) -> bool:
    """A value needs a code, and a system is UCUM."""
    if exists(value, "value") and not exists(value, "code"):
        return False
    return not exists(value, "system") or value.get("system") == _UCUM


def drt_1(value: Value) -> bool:
    """A code needs a value and the system UCUM."""
    return not exists(value, "code") or (value.get("system") == _UCUM and exists(value, "value"))


def obs_3(value: Value) -> bool:
    """A reference range has a low, a high or a text."""
    return bool(value.get("low") or value.get("high")) or exists(value, "text")


def obs_6(value: Value) -> bool:
    """dataAbsentReason only without value[x]."""
    return "dataAbsentReason" not in value or not has_choice(value, "value")


def obs_7(value: Value) -> bool:
    """No value[x] where a component has the code of the observation itself."""
    if "component" not in value or not has_choice(value, "value"):
        return True
    own = rows(value.get("code"), "coding")
    return not any(coding in own for row in rows(value, "component") for coding in rows(row.get("code"), "coding"))


def csd_1(value: Value) -> bool:
    """The codes of a code system are unique."""
    return _is_distinct(value, "concept", "code")


def que_2(value: Value) -> bool:
    """The link ids of a questionnaire are unique."""
    return _is_distinct(value, "item", "linkId")


BUILTINS: Mapping[str, Callable[..., bool]] = MappingProxyType(
    {
        "age-1": age_1,
        "att-1": att_1,
        "cnt-3": cnt_3,
        "cpt-2": cpt_2,
        "csd-1": csd_1,
        "dis-1": dis_1,
        "dom-2": dom_2,
        "dom-4": dom_4,
        "dom-5": dom_5,
        "dom-6": dom_6,
        "drt-1": drt_1,
        "ext-1": ext_1,
        "obs-3": obs_3,
        "obs-6": obs_6,
        "obs-7": obs_7,
        "per-1": per_1,
        "qty-3": qty_3,
        "que-2": que_2,
        "ref-1": ref_1,
        "sqty-1": sqty_1,
        **BUNDLE_BUILTINS,
        **CLINICAL_BUILTINS,
        **DEFINITION_BUILTINS,
        **STRUCTURE_BUILTINS,
    }
)
"""By constraint key: called with the value (a JSON object) at which the constraint stands."""
SCOPED = frozenset({"dom-6", "ref-1", "sdf-8", "sdf-8a"})
"""Keys whose function takes the `Scope` of the value too."""


def _is_distinct(value: Value, child: str, name: str) -> bool:
    seen: set[str] = set()
    stack = rows(value, child)
    while stack:
        row = stack.pop()
        key = row.get(name)
        if isinstance(key, str):
            if key in seen:
                return False
            seen.add(key)
        if child in row:
            stack += rows(row, child)
    return True
