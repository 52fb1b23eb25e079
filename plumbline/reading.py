"""Read a resource in whichever of FHIR's two formats it comes (https://hl7.org/fhir/R4/formats.html)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.codec.negotiate import sniff
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import CodecError
from fhir_kernel.resource import Resource


def parse_resource(data: bytes, model: Callable[[], Model]) -> Resource:
    """The resource in `data`; `model` is asked only for XML. Raises CodecError, LimitExceeded."""
    if sniff(data) == "xml":
        from fhir_kernel.codec.xml_codec import from_xml  # lxml is slow to load and most inputs are JSON

        return from_xml(data, model())
    return parse_json(data)


def read_resource(path: str, model: Callable[[], Model]) -> Resource:
    """The resource in the file `path`, `-` for standard input. Raises OSError, LimitExceeded, CodecError."""
    data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    try:
        return parse_resource(data, model)
    except CodecError as error:
        raise CodecError(f"{path}: {error}") from error
