"""How results are wanted: order, number, extent, and what comes along (https://hl7.org/fhir/R4/search.html#return)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fhir_kernel.store.criteria import SortKey
from fhir_server.search.conditions import Conditions, Types
from fhir_server.search.context import SearchLimits, nearest, not_understood, too_much, wrong_value
from fhir_server.search.indexed import check_indexed
from fhir_server.summary import MODES

TOTALS = ("none", "estimate", "accurate")
_UNSORTABLE = frozenset({"composite", "special"})


@dataclass(frozen=True, slots=True)
class Include:
    """One `_include` or `_revinclude`."""

    source: str
    """The type whose references are followed; empty: any."""
    parameter: str
    """The reference; `*`: all."""
    target: str = ""
    """The type that it leads to; empty: any."""
    iterate: bool = False
    """Whether to go on from what was included."""


@dataclass(slots=True)
class Controls:
    """What has been asked for so far."""

    count: int
    sort: tuple[SortKey, ...] = ()
    total: str = "none"
    summary: str = "false"
    elements: frozenset[str] = frozenset()
    includes: tuple[Include, ...] = ()
    revincludes: tuple[Include, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One result parameter as it was written."""

    types: Types
    name: str
    modifier: str
    text: str
    conditions: Conditions

    @property
    def limits(self) -> SearchLimits:
        return self.conditions.context.limits


def _sort(controls: Controls, setting: Setting) -> None:
    keys = [SortKey(each.removeprefix("-"), each.startswith("-")) for each in setting.text.split(",")]
    if len(keys) > setting.limits.sort_keys:
        raise too_much("_sort", f"'_sort' has {len(keys)} keys; at most {setting.limits.sort_keys} are allowed")
    for key in keys:
        if key.parameter in ("_id", "_lastUpdated"):
            continue
        definition = setting.conditions.definition(setting.types, key.parameter)
        if definition.type in _UNSORTABLE:
            raise not_understood("_sort", f"'_sort' by '{key.parameter}': what is {definition.type} has no order")
    controls.sort = tuple(keys)


def _count(controls: Controls, setting: Setting) -> None:
    text = setting.text
    if not (text.isascii() and text.isdigit()):
        raise wrong_value("_count", f"'_count' is '{text}'; expected a whole number that is not negative")
    if len(text) > 9 or int(text) > setting.limits.largest_page:
        raise too_much("_count", f"'_count' is {text}; at most {setting.limits.largest_page} are given on a page")
    controls.count = int(text)


def _total(controls: Controls, setting: Setting) -> None:
    controls.total = _one_of(setting, TOTALS)


def _total_method(controls: Controls, setting: Setting) -> None:
    """What some clients say for `_total=accurate`; other values have no name in the specification."""
    _one_of(setting, ("count",))
    controls.total = "accurate"


def _summary(controls: Controls, setting: Setting) -> None:
    controls.summary = _one_of(setting, MODES)


_TYPE_IN_JSON = "resourceType"
"""No element, but a member that clients name beside the elements that they want."""


def _elements(controls: Controls, setting: Setting) -> None:
    named = {each.strip() for each in setting.text.split(",") if each.strip()}
    for each in sorted(named):
        owner, _, name = each.partition(".")
        types, wanted = ((owner,), name) if setting.conditions.index.is_type(owner) else (setting.types, each)
        known = _elements_of(setting, types)
        if wanted not in known and wanted != _TYPE_IN_JSON:
            of = types[0] if len(types) == 1 else "any type that is searched"
            like = nearest(wanted.partition(".")[0], sorted(known)) if len(types) == 1 else ""
            raise not_understood("_elements", f"'_elements' names '{each}', no element at the root of {of}{like}")
    controls.elements |= named


def _elements_of(setting: Setting, types: Iterable[str]) -> set[str]:
    """The elements at the root of these types, those of several types by their names with and without the type."""
    model = setting.conditions.index.model
    fields = (field for each in types for field in model.types[each].fields.values())
    return {name for field in fields for name in (field.name, field.element)}


def _contained(_controls: Controls, setting: Setting) -> None:
    if setting.text != "false":
        raise not_understood(
            "_contained", "'_contained': contained resources are not searched on their own; only false"
        )


def _include(controls: Controls, setting: Setting) -> None:
    made = _read_include(setting)
    if made.source and not made.iterate and made.source not in setting.types:
        raise wrong_value("_include", f"'_include' is '{setting.text}'; expected a reference of {setting.types[0]}")
    controls.includes = (*controls.includes, made)


def _revinclude(controls: Controls, setting: Setting) -> None:
    controls.revincludes = (*controls.revincludes, _read_include(setting))


def _read_include(setting: Setting) -> Include:
    """`Type:parameter:Target`, `Type:*`, `*`."""
    name, text = setting.name, setting.text
    if setting.modifier not in ("", "iterate", "recurse"):
        raise not_understood(name, f"'{name}' has no modifier ':{setting.modifier}'; did you mean iterate?")
    iterate = setting.modifier != ""
    if text == "*":
        if name == "_revinclude":
            check_indexed(setting.conditions.index, setting.conditions.index.backlog, _references(setting))
        return Include("", "*", "", iterate)
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(parts):
        raise wrong_value(name, f"'{name}' is '{text}'; expected Type:reference, Type:reference:Type or Type:*")
    index = setting.conditions.index
    for each in (parts[0], *parts[2:]):
        if not index.is_type(each):
            raise wrong_value(name, f"'{name}' is '{text}', and '{each}' is no type of resource")
    _check_reference(setting, parts[0], parts[1])
    return Include(parts[0], parts[1], parts[2] if len(parts) == 3 else "", iterate)


def _references(setting: Setting) -> set[str]:
    index = setting.conditions.index
    return {code for each in index.backlog for code, row in index.parameters(each).items() if row.type == "reference"}


def _check_reference(setting: Setting, source: str, parameter: str) -> None:
    known = [code for code, each in setting.conditions.index.parameters(source).items() if each.type == "reference"]
    if parameter != "*" and parameter not in known:
        text = f"'{setting.name}' is '{setting.text}', and {source} has no reference '{parameter}'"
        raise wrong_value(setting.name, text + nearest(parameter, known))
    if setting.name == "_revinclude":
        check_indexed(setting.conditions.index, (source,), known if parameter == "*" else (parameter,))


def _one_of(setting: Setting, allowed: tuple[str, ...]) -> str:
    if setting.text not in allowed:
        raise wrong_value(setting.name, f"'{setting.name}' is '{setting.text}'; expected one of {', '.join(allowed)}")
    return setting.text


CONTROLS: Mapping[str, Callable[[Controls, Setting], None]] = MappingProxyType(
    {
        "_sort": _sort,
        "_count": _count,
        "_total": _total,
        "_totalMethod": _total_method,
        "_summary": _summary,
        "_elements": _elements,
        "_contained": _contained,
        "_include": _include,
        "_revinclude": _revinclude,
    }
)
"""The parameters that say how results are wanted."""
