"""Whether resources and parameters are built as FHIR says, as far as operations look at them.

What comes with a request is JSON that nobody has validated, and so are definitions of packages. They are checked once,
where they enter, so that everything else may rely on it (https://hl7.org/fhir/R4/json.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from fhir_kernel.resource import Resource
from terminology.engine.messages import failure
from terminology.failures import OperationFailed
from terminology.operations import Call


@dataclass(frozen=True, slots=True)
class _Element:
    """What an element must be: of `types`; an object of the type `inner`, or a list of such."""

    expected: str
    types: tuple[type, ...]
    inner: str = ""
    repeats: bool = False


_Shape = Mapping[str, _Element]
_TEXT = _Element("a text", (str,))
_TEXTS = _Element("a list of texts", (list,), "text", True)
_FLAG = _Element("true or false", (bool,))
_LENIENT_FLAG = _Element("true or false", (bool, str))
"""Of a parameter, which clients are known to write as a text."""
_NUMBER = _Element("a number", (int, float, Decimal, str))
_RESOURCE = _Element("a resource", (dict,), "Resource")
_TEXT_VALUES = "String Uri Url Canonical Code Id Oid Uuid Markdown Date DateTime Instant Time Base64Binary"
_NUMBER_VALUES = "Integer PositiveInt UnsignedInt Decimal"
_SHOWN = 40
"""Characters of a wrong value that a message repeats."""


def _shape(
    texts: str = "", flags: str = "", *, lists: str = "", objects: str = "", more: _Shape = MappingProxyType({})
) -> _Shape:
    """Elements by name; `lists` and `objects` as `name:type`."""
    shape = dict.fromkeys(texts.split(), _TEXT) | dict.fromkeys(flags.split(), _FLAG)
    for each in lists.split():
        name, _, inner = each.partition(":")
        shape[name] = _Element("a list of objects", (list,), inner, True)
    for each in objects.split():
        name, _, inner = each.partition(":")
        shape[name] = _Element("an object", (dict,), inner)
    return MappingProxyType(shape | dict(more))


_VALUE: _Shape = MappingProxyType(
    {
        **dict.fromkeys([f"value{name}" for name in _TEXT_VALUES.split()], _TEXT),
        **dict.fromkeys([f"value{name}" for name in _NUMBER_VALUES.split()], _NUMBER),
        **_shape(objects="valueCoding:Coding valueCodeableConcept:CodeableConcept"),
        "valueBoolean": _LENIENT_FLAG,
    }
)
_HEADER = "resourceType id url version name title status language date"
_SHAPES: Mapping[str, _Shape] = MappingProxyType(
    {
        "CodeSystem": _shape(
            f"{_HEADER} content supplements valueSet hierarchyMeaning",
            "caseSensitive experimental versionNeeded",
            lists="extension:Extension property:PropertyDeclaration concept:Concept",
        ),
        "PropertyDeclaration": _shape("code uri type"),
        "Concept": _shape(
            "code display definition",
            lists="extension:Extension designation:Designation property:Property concept:Concept",
        ),
        "Designation": _shape("language value", lists="extension:Extension", objects="use:Coding"),
        "Property": _shape("code", more=_VALUE),
        "ValueSet": _shape(
            _HEADER,
            "experimental",
            lists="extension:Extension contained:Resource",
            objects="compose:Compose expansion:Expansion",
        ),
        "Compose": _shape("lockedDate", "inactive", lists="extension:Extension include:Include exclude:Include"),
        "Include": _shape("system version", lists="concept:Concept filter:Filter", more={"valueSet": _TEXTS}),
        "Filter": _shape("property op value", objects="_op:Element"),
        "Expansion": _shape(lists="extension:Extension parameter:Parameter contains:Contains"),
        "Contains": _shape(
            "system version code display",
            "abstract inactive",
            lists="extension:Extension designation:Designation contains:Contains",
        ),
        "ConceptMap": _shape(
            f"{_HEADER} sourceUri sourceCanonical targetUri targetCanonical",
            "experimental",
            lists="extension:Extension group:Group",
        ),
        "Group": _shape(
            "source sourceVersion target targetVersion", lists="element:MapElement", objects="unmapped:Unmapped"
        ),
        "MapElement": _shape("code display", lists="target:MapTarget"),
        "MapTarget": _shape(
            "code display equivalence comment",
            lists="extension:Extension dependsOn:OtherElement product:OtherElement",
        ),
        "OtherElement": _shape("property system value display"),
        "Unmapped": _shape("mode code display url"),
        "Element": _shape(lists="extension:Extension"),
        "Extension": _shape("url", lists="extension:Extension", more=_VALUE),
        "Coding": _shape("system version code display", lists="extension:Extension"),
        "CodeableConcept": _shape("text", lists="coding:Coding"),
        "Parameters": _shape("resourceType", lists="parameter:Parameter"),
        "Parameter": _shape("name", lists="part:Parameter", more={**_VALUE, "resource": _RESOURCE}),
        "Resource": _shape("resourceType"),
    }
)


def check_call(call: Call) -> None:
    """Raises OperationFailed, saying where, for a parameter or a resource in one that is not built as it should be."""
    _check([(each, "Parameter", ("Parameters.parameter", index, None)) for index, each in enumerate(call.parameters)])


def check_resource(resource: Resource) -> None:
    """The same for a resource; the message begins with its type and canonical."""
    _check([(resource, "Resource", (_name_of(resource), None, None))])


_Path = tuple[str, int | None, Any]
"""The name of an element, its index in a list, and the path of what it stands in."""


def _check(waiting: list[tuple[Any, str, _Path]]) -> None:
    while waiting:
        value, kind, path = waiting.pop()
        if kind == "text":
            _require(value, _TEXT, path)
            continue
        if not isinstance(value, dict):
            raise _malformed(path, value, "an object")
        shape = _SHAPES.get(str(value.get("resourceType")) if kind == "Resource" else kind, _SHAPES["Resource"])
        for name, held in value.items():
            element = shape.get(name)
            if element is None:
                continue
            _require(held, element, (name, None, path))
            if element.repeats:
                waiting += [(each, element.inner, (name, index, path)) for index, each in enumerate(held)]
            elif element.inner:
                waiting.append((held, element.inner, (name, None, path)))


def _require(value: Any, element: _Element, path: _Path) -> None:
    if not isinstance(value, element.types) or ((value is True or value is False) and bool not in element.types):
        raise _malformed(path, value, element.expected)


def _malformed(path: _Path, value: Any, expected: str) -> OperationFailed:
    where = _written(path)
    return failure("element-malformed", path=where, element=where, found=_found(value), expected=expected)


def _written(path: _Path | None) -> str:
    names: list[str] = []
    while path is not None:
        name, index, path = path
        names.append(name if index is None else f"{name}[{index}]")
    return ".".join(reversed(names))


def _found(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    short = f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text
    return f"'{short}'" if isinstance(value, str) else short


def _name_of(resource: Resource) -> str:
    """How a message calls an installed resource."""
    kind, url = resource.get("resourceType"), resource.get("url")
    return f"{kind} {url}: {kind}" if isinstance(url, str) else str(kind)
