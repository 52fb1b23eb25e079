"""Which format a client sends and wants, and resources in it (https://hl7.org/fhir/R4/http.html#mime-type)."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from fhir_kernel.codec.json_codec import read_json, write_json
from fhir_kernel.codec.limits import Limits
from fhir_kernel.codec.negotiate import FHIR_VERSION, Format, choose_format, format_of, parse_media_type, sniff
from fhir_kernel.codec.reading import Reading
from fhir_kernel.codec.xml_codec import read_xml, to_xml
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.issues import to_operation_outcome
from fhir_kernel.resource import Resource
from fhir_server.exchange import Pairs, Request
from fhir_server.language import LANGUAGE
from fhir_server.outcomes import RequestRefused, refused
from fhir_server.query import query_pairs

FORM = "application/x-www-form-urlencoded"
FORMATS = ("application/fhir+json", "application/fhir+xml")
_HARMLESS = frozenset(("xml.schema-location", "xml.out-of-order"))
_FLAGS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Style:
    """How an answer is to be written."""

    format: Format
    pretty: bool = False


PLAIN = Style("json")
"""How we write where we cannot tell what the client wants."""


class Formats:
    """Reads and writes resources along the types of FHIR R4, within limits."""

    def __init__(self, model: Model, limits: Limits) -> None:
        self._model, self._limits = model, limits
        self._of_accept = functools.lru_cache(maxsize=256)(_of_accept)
        self._of_content = functools.lru_cache(maxsize=256)(format_of)

    def wanted(self, request: Request) -> Style:
        """How the client wants the answer: by `_format`, else by Accept. Raises RequestRefused (406)."""
        style = self._of_accept(request.headers.get("accept", ""))
        named: str | None = None
        for name, value in request.query:
            if name == "_format":
                named = value
            elif name == "_pretty" and style is not None:
                style = Style(style.format, _FLAGS.get(value.lower(), style.pretty))
        if named is not None:
            style = _of_name(named, style)
        if style is None and _is_content(request):
            return PLAIN
        if style is None:
            raise _unacceptable(request.headers.get("accept", "") if named is None else named)
        return style

    def read(self, request: Request) -> Resource:
        """The resource in the body. Raises RequestRefused: 400 where it is none, 415 where it is of another kind."""
        if request.resource is not None:
            return request.resource
        data, declared = request.body, request.headers.get("content-type", "")
        if not data.strip():
            raise refused("invalid", "The request has no body; expected a resource in JSON or XML")
        found = self._of_content(declared) if declared else sniff(data)
        if found is None:
            raise _unsupported(declared)
        try:
            return _whole(self._reading(data, found))
        except LimitExceeded as error:
            raise refused("too-long", f"The body is beyond a limit: {error}") from None
        except CodecError as error:
            raise refused("structure", f"The body cannot be read as {found.upper()}: {error}") from None

    def write(self, resource: Resource, style: Style) -> bytes:
        """The resource in UTF-8."""
        if style.format == "xml":
            return to_xml(resource, self._model, pretty=style.pretty)
        return write_json(resource, pretty=style.pretty)

    def _reading(self, data: bytes, found: Format) -> Reading:
        if found == "xml":
            return read_xml(data, self._model, limits=self._limits)
        return read_json(data, limits=self._limits)


def is_form(request: Request) -> bool:
    """Whether the body is a form, as of a web page, rather than a resource."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def form_pairs(request: Request) -> Pairs:
    """The parameters in the body of a search (https://hl7.org/fhir/R4/http.html#search).

    Raises RequestRefused (415) where a search is sent as anything but a form: what it asks for would go unheard; 400
    where the form is not UTF-8.
    """
    if is_form(request):
        return query_pairs(request.body)
    if request.method == "POST" and request.body.strip():
        sent = request.headers.get("content-type", "")
        raise refused("not-supported", f"The search is sent as '{sent}'; expected {FORM}", status=415)
    return ()


def _is_content(request: Request) -> bool:
    """Whether a Binary is read, which may be of any media type; what else there is to say of it is said in JSON."""
    return request.method in ("GET", "HEAD") and request.path.startswith("Binary/")


def _of_accept(accept: str) -> Style | None:
    """A browser, which asks for HTML, gets JSON that a person can read."""
    if any(parse_media_type(each).name == "text/html" for each in accept.split(",")):
        return Style("json", pretty=True)
    chosen = choose_format(accept)
    return Style(chosen) if chosen is not None else None


def _of_name(named: str, accepted: Style | None) -> Style | None:
    pretty = accepted is not None and accepted.pretty
    if parse_media_type(named).name in ("html", "text/html"):
        return Style("json", pretty=True)
    chosen = format_of(named)
    return Style(chosen, pretty) if chosen is not None else None


def _unacceptable(asked: str) -> RequestRefused:
    expected = " or ".join(FORMATS)
    text = f"The answer cannot be given as '{asked}'; expected {expected}, of fhirVersion {FHIR_VERSION}"
    return refused("not-supported", text, status=406)


def _unsupported(declared: str) -> RequestRefused:
    expected = " or ".join(FORMATS)
    text = f"The body is declared as '{declared}'; expected {expected}, of fhirVersion {FHIR_VERSION}"
    if not declared:
        text = f"The body is neither JSON nor XML; expected {expected}"
    return refused("not-supported", text, status=415)


def _whole(reading: Reading) -> Resource:
    bad = [each for each in reading.issues if each.id not in _HARMLESS]
    if bad or reading.resource is None:
        raise RequestRefused(to_operation_outcome(bad, LANGUAGE.get())["issue"], 400)
    return reading.resource
