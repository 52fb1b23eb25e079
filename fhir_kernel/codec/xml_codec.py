"""FHIR XML to and from a resource, loss-free (https://hl7.org/fhir/R4/xml.html)."""

from __future__ import annotations

from dataclasses import replace

from fhir_kernel.codec.limits import DEFAULT_LIMITS, Limits
from fhir_kernel.codec.reading import Reading
from fhir_kernel.codec.xhtml import FHIR_NS
from fhir_kernel.codec.xml_location import split_tag
from fhir_kernel.codec.xml_positions import xml_positions
from fhir_kernel.codec.xml_reader import XmlReader
from fhir_kernel.codec.xml_tree import parse_tree
from fhir_kernel.codec.xml_writer import XmlWriter
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import CodecError
from fhir_kernel.issues import Issue, issue
from fhir_kernel.resource import Resource

_HARMLESS = frozenset(("xml.schema-location", "xml.out-of-order"))
"""Issues that leave the content whole."""


def from_xml(data: bytes, model: Model, *, limits: Limits = DEFAULT_LIMITS) -> Resource:
    """The resource that `data` holds, whole.

    Raises CodecError (line, column, path) at the first thing that has no place in a resource, and as `read_xml`.
    """
    reading = read_xml(data, model, limits=limits)
    for first in reading.issues:
        if first.id not in _HARMLESS:
            raise CodecError(first.text(), line=first.line, column=first.column, path=first.path)
    assert reading.resource is not None
    return reading.resource


def read_xml(data: bytes, model: Model, *, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """As much of the resource in `data` as can be made, with an issue for everything that is bad FHIR XML.

    What has no place in the model is left out and reported, so that nobody needs to report it again. Raises CodecError
    where `data` is not well-formed XML or has a DOCTYPE, LimitExceeded where it is too large or too deep.
    """
    root = parse_tree(data, limits)
    namespace, name = split_tag(root.tag)
    if namespace != FHIR_NS or not model.is_resource(name):
        found = f"{name} in the namespace '{namespace}'" if namespace != FHIR_NS else name
        return Reading(None, _placed([issue("xml.unknown-root", "", found=found, expected=FHIR_NS)], data))
    reader = XmlReader(model)
    resource = reader.resource(root, model.types[name])
    return Reading(resource, _placed(list(reader.issues()), data))


def to_xml(resource: Resource, model: Model, *, pretty: bool = False) -> bytes:
    """`resource` as a UTF-8 XML document. Raises CodecError (path) where XML or the model has no place for a part."""
    return XmlWriter(model, pretty=pretty).text(resource).encode()


def _placed(issues: list[Issue], data: bytes) -> tuple[Issue, ...]:
    if not issues:
        return ()
    positions = xml_positions(data)
    places = ((each, positions.find(each.path or "/root")) for each in issues)
    return tuple(replace(each, line=found[0], column=found[1]) if found else each for each, found in places)
