"""Which of JSON and XML a text is, or a client wants (https://hl7.org/fhir/R4/http.html#mime-type).

Media types and weights as in https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

Format: TypeAlias = Literal["json", "xml"]

FHIR_VERSION = "4.0"
CONTENT_TYPES: Mapping[Format, str] = MappingProxyType(
    {"json": "application/fhir+json; charset=utf-8", "xml": "application/fhir+xml; charset=utf-8"}
)
"""What we declare when we send each format."""

_FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "application/fhir+json": "json",
        "application/json": "json",
        "application/json+fhir": "json",
        "text/json": "json",
        "json": "json",
        "application/fhir+xml": "xml",
        "application/xml": "xml",
        "application/xml+fhir": "xml",
        "text/xml": "xml",
        "xml": "xml",
    }
)
_RANGES: Mapping[str, int] = MappingProxyType({"*/*": 0, "application/*": 1, "text/*": 1})
_PARAMETER = re.compile(r';\s*([\w!#$%&*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;,"\s]*)')
_MEMBER = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",])+')
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type or range, lower case, with its parameters; names of parameters are lower case too."""

    name: str
    parameters: Mapping[str, str]


def sniff(data: bytes, file_name: str = "") -> Format | None:
    """The format that the first visible character of `data` shows, else the one that `file_name` ends in."""
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        data = data.removeprefix(mark)
    first = data[:1000].lstrip(b" \t\r\n\x00")[:1]
    if first in (b"{", b"["):
        return "json"
    if first == b"<":
        return "xml"
    return _FORMATS.get(file_name.lower().rpartition(".")[2])


def parse_media_type(text: str) -> MediaType:
    """The media type that `text` writes; parameters that are not well-formed are passed over."""
    found = {match[1].lower(): _unquote(match[2]) for match in _PARAMETER.finditer(text)}
    return MediaType(text.partition(";")[0].strip().lower(), MappingProxyType(found))


def format_of(content_type: str) -> Format | None:
    """The format of a Content-Type or a `_format`, None where it is neither or is of another FHIR version.

    A `+` that reached us as a blank, as in a URL, is taken for what it was.
    """
    media = parse_media_type(content_type)
    return _FORMATS.get(media.name.replace(" ", "+")) if _is_our_version(media) else None


def choose_format(accept: str, preferred: Format = "json") -> Format | None:
    """The format that an Accept header wants most, `preferred` where it does not care; None where it wants neither."""
    ranges = list(_ranges(accept if accept.strip() else "*/*"))
    chosen: Format | None = None
    best = 0.0
    for each in (preferred, *(name for name in CONTENT_TYPES if name != preferred)):
        weight = _weight(each, ranges)
        if weight > best:
            chosen, best = each, weight
    return chosen


def _ranges(accept: str) -> Iterator[tuple[MediaType, float]]:
    for match in _MEMBER.finditer(accept):
        media = parse_media_type(match[0])
        weight = media.parameters.get("q", "1")
        if media.name and _is_our_version(media):
            yield media, float(weight) if _WEIGHT.match(weight) else 0.0


def _weight(wanted: Format, ranges: list[tuple[MediaType, float]]) -> float:
    """The weight of the most specific range that takes `wanted`; of equally specific ones the greatest."""
    fitting = [(_specificity(media, wanted), weight) for media, weight in ranges]
    return max((each for each in fitting if each[0] >= 0), default=(0, 0.0))[1]


def _specificity(media: MediaType, wanted: Format) -> int:
    if _FORMATS.get(media.name) == wanted:
        return 2
    return _RANGES.get(media.name, -1)


def _is_our_version(media: MediaType) -> bool:
    version = media.parameters.get("fhirversion", FHIR_VERSION)
    return version == FHIR_VERSION or version.startswith(FHIR_VERSION + ".")


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
