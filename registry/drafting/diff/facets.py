"""Two ElementDefinitions compared, facet by facet (https://hl7.org/fhir/R4/elementdefinition.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fhir_kernel.packages.documents import dump_json
from fhir_kernel.resource import Resource
from registry.drafting.diff.change import Effect

_UNBOUNDED = 1 << 62
_TEXTS = ("short", "definition", "comment", "requirements", "alias", "label", "meaningWhenMissing", "orderMeaning")
_TEXTS_TOO = (
    "_short",
    "_definition",
    "_comment",
    "code",
    "example",
    "mapping",
    "condition",
    "isSummary",
    "isModifierReason",
)
_VALUES = ("fixed", "pattern", "minValue", "maxValue", "defaultValue")
_MIN_LENGTH = "http://hl7.org/fhir/StructureDefinition/minLength"
_NARRATIVE = "http://hl7.org/fhir/StructureDefinition/narrative-"


@dataclass(frozen=True, slots=True)
class Found:
    """One facet that differs; the values as JSON values, None where there was nothing. `why` is a key of `WHYS`."""

    facet: str
    before: Any
    after: Any
    effect: Effect
    why: str


def compare_numbers(old: Resource, new: Resource) -> Iterator[Found]:
    """min, max and maxLength."""
    before, after = int(old.get("min", 0)), int(new.get("min", 0))
    if before != after:
        yield _found("min", before, after, tighter=after > before)
    top, now = _most(old.get("max", "*")), _most(new.get("max", "*"))
    if top != now:
        yield _found("max", old.get("max", "*"), new.get("max", "*"), tighter=now < top)
    longest, now = (_most(each.get("maxLength", "*")) for each in (old, new))
    if longest != now:
        yield _found("maxLength", old.get("maxLength"), new.get("maxLength"), tighter=now < longest)


def compare_values(old: Resource, new: Resource) -> Iterator[Found]:
    """fixed[x], pattern[x], minValue[x], maxValue[x], defaultValue[x]: anything but taking one away is breaking."""
    for prefix in _VALUES:
        before, after = _value(old, prefix), _value(new, prefix)
        if before == after:
            continue
        if prefix == "defaultValue":
            yield Found(prefix, before, after, "breaking", "other")
        else:
            yield _found(prefix, before, after, tighter=after is not None)


def compare_flags(old: Resource, new: Resource) -> Iterator[Found]:
    """mustSupport and isModifier."""
    before, after = (bool(each.get("mustSupport")) for each in (old, new))
    if before != after:
        yield Found("mustSupport", before, after, "informative", "obligation")
    before, after = (bool(each.get("isModifier")) for each in (old, new))
    if before != after:
        yield Found("isModifier", before, after, "breaking", "other")


def compare_types(old: Resource, new: Resource) -> Iterator[Found]:
    """Types, the profiles that they have to conform to, and where references may point."""
    if old.get("contentReference") != new.get("contentReference"):
        yield Found("contentReference", old.get("contentReference"), new.get("contentReference"), "breaking", "other")
    before, after = _types(old), _types(new)
    if not before and not after:
        return
    for code in sorted(before.keys() | after.keys()):
        if code not in after or code not in before:
            yield _found("type", _only(code, before), _only(code, after), tighter=code not in after)
        else:
            yield from _compare_type(code, before[code], after[code])


def compare_constraints(old: Resource, new: Resource) -> Iterator[Found]:
    """Invariants by key; those that only warn refuse nothing."""
    before, after = (_by(each.get("constraint", ()), "key") for each in (old, new))
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        told = [_invariant(each) for each in (one, other)]
        if told[0] == told[1]:
            if one is not None and other is not None and one.get("human") != other.get("human"):
                yield Found("constraint-text", one.get("human"), other.get("human"), "informative", "text")
            continue
        refuses = other is not None and other.get("severity") == "error"
        same_test = one is not None and other is not None and one.get("expression") == other.get("expression")
        if refuses and same_test and one is not None and one.get("severity") == "error":
            continue
        yield _found(f"constraint {key}", *told, tighter=refuses)


def compare_extensions(old: Resource, new: Resource) -> Iterator[Found]:
    """Extensions on the definition of the element; some of them hold rules."""
    before, after = (_by_url(each.get("extension", ())) for each in (old, new))
    for url in sorted(before.keys() | after.keys()):
        one, other = before.get(url), after.get(url)
        if one == other:
            continue
        holds_rule = url == _MIN_LENGTH or url.startswith(_NARRATIVE)
        facet = f"extension {url}"
        if holds_rule:
            yield _found(facet, one, other, tighter=other is not None)
        else:
            yield Found(facet, one, other, "informative", "unused-rule")


def compare_texts(old: Resource, new: Resource) -> Iterator[Found]:
    """What is said to readers."""
    for name in (*_TEXTS, *_TEXTS_TOO):
        if old.get(name) != new.get(name):
            yield Found(name, old.get(name), new.get(name), "informative", "text")


RULES: tuple[Callable[[Resource, Resource], Iterator[Found]], ...] = (
    compare_numbers,
    compare_values,
    compare_types,
    compare_constraints,
    compare_flags,
    compare_extensions,
)
"""What a record is held to, bindings and slicing aside."""


def shown(value: Any) -> str:
    """A value as a person reads it in a line."""
    if value is None:
        return ""
    return value if isinstance(value, str) else dump_json(value).decode()


def _found(facet: str, before: Any, after: Any, *, tighter: bool) -> Found:
    return Found(facet, before, after, "breaking" if tighter else "non-breaking", "tighter" if tighter else "looser")


def _most(text: Any) -> int:
    return _UNBOUNDED if text == "*" else int(text)


def _value(row: Resource, prefix: str) -> Any:
    for key, value in row.items():
        if key.startswith(prefix) and key[len(prefix) : len(prefix) + 1].isupper():
            return {key: value}
    return None


def _types(row: Resource) -> dict[str, Resource]:
    return {str(each.get("code")): each for each in row.get("type", ())}


def _only(code: str, types: dict[str, Resource]) -> str | None:
    return code if code in types else None


def _compare_type(code: str, old: Resource, new: Resource) -> Iterator[Found]:
    for name in ("profile", "targetProfile", "aggregation"):
        before, after = set(old.get(name, ())), set(new.get(name, ()))
        if before != after:
            tighter = bool(after) and not (before and after >= before)
            yield _found(f"{name} {code}", sorted(before), sorted(after), tighter=tighter)
        elif old.get("_" + name) != new.get("_" + name):
            yield Found(f"{name} {code}", old.get("_" + name), new.get("_" + name), "breaking", "other")
    before_version, after_version = (each.get("versioning", "either") for each in (old, new))
    if before_version != after_version:
        yield _found(f"versioning {code}", before_version, after_version, tighter=after_version != "either")


def _by(rows: Sequence[Resource], name: str) -> dict[str, Resource]:
    return {str(each.get(name)): each for each in rows}


def _by_url(rows: Sequence[Resource]) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for each in rows:
        found.setdefault(str(each.get("url")), []).append(each)
    return found


def _invariant(row: Resource | None) -> str | None:
    return None if row is None else f"{row.get('severity')}: {row.get('expression', '')}"
