"""The files of a package as resources; decimals keep their digits (https://hl7.org/fhir/R4/json.html#decimal)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from fhir_kernel.errors import CodecError, PackageError
from fhir_kernel.resource import Resource

if TYPE_CHECKING:
    from fhir_kernel.definitions.model import Model

_FRACTION = re.compile(rb'(?:"\s*:|[\[,])\s*-?\d+[.eE]')
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Document(NamedTuple):
    """One file: its name below the package's folder, and its bytes."""

    name: str
    data: bytes


def resources_of(document: Document, model: Callable[[], Model]) -> Iterator[Resource]:
    """The resource in a JSON or XML document, then the entries if it is a Bundle; nothing if it holds no resource.

    `model` is asked only for XML. Raises PackageError naming the file.
    """
    resource = _read(document, model)
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        return
    yield resource
    if resource["resourceType"] == "Bundle":
        entries = [entry for entry in resource.get("entry") or () if isinstance(entry, dict)]
        yield from (each["resource"] for each in entries if isinstance(each.get("resource"), dict))


def parse_json(data: bytes | memoryview) -> Any:
    """The JSON value of `data`; numbers with a fraction are `decimal.Decimal`. Raises ValueError."""
    return parse_exact(data) if has_fraction(data) else orjson.loads(data)


def parse_exact(data: bytes | memoryview) -> Any:
    """As `parse_json` for data that is known to hold a fraction."""
    orjson.loads(data)  # refuses what `json` takes: NaN, nesting without end, bytes that are not UTF-8
    return json.loads(bytes(data), parse_float=Decimal)


def dump_json(value: Any) -> bytes:
    """The JSON of `value` with no white space; a Decimal as its digits."""
    return orjson.dumps(value, default=_digits)


def has_fraction(data: bytes | memoryview) -> bool:
    """Whether there may be a number with a fraction or an exponent."""
    return _FRACTION.search(data) is not None


def _read(document: Document, model: Callable[[], Model]) -> Any:
    data = document.data.removeprefix(BYTE_ORDER_MARK)
    try:
        if document.name.lower().endswith(".xml"):
            from fhir_kernel.codec.xml_codec import from_xml  # lxml is slow to load and most packages are JSON

            return from_xml(data, model())
        return parse_json(data)
    except (ValueError, CodecError) as error:
        raise PackageError(f"{document.name} cannot be read: {error}") from error


def _digits(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} is no JSON value")
