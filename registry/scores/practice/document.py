"""A text that holds records, and where in it something stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from fhir_kernel.codec.json_codec import read_json
from fhir_kernel.codec.json_positions import json_positions
from fhir_kernel.codec.limits import DEFAULT_LIMITS, Limits
from fhir_kernel.codec.negotiate import Format
from fhir_kernel.codec.positions import Positions
from fhir_kernel.codec.reading import Reading
from fhir_kernel.codec.xml_codec import read_xml
from fhir_kernel.codec.xml_positions import xml_positions
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.issues import Issue, issue


@dataclass(frozen=True, slots=True)
class Document:
    """One resource as it was sent."""

    name: str
    data: bytes
    first_line: int = 1
    """The line of its file on which it begins."""
    format: Format = "json"

    def read(self, model: Model, limits: Limits = DEFAULT_LIMITS) -> Reading:
        """What it holds; where that is nothing, the issue says why."""
        try:
            if self.format == "xml":
                return read_xml(self.data, model, limits=limits)
            return read_json(self.data, limits=limits)
        except CodecError as error:
            found = issue("input.unreadable", "", reason=error.message)
            return Reading(None, (replace(found, line=error.line, column=error.column),))
        except LimitExceeded as error:
            return Reading(None, (issue("input.limit", "", reason=str(error)),))

    def in_file(self, found: Issue) -> Issue:
        """The issue with the line counted in the file."""
        return found if found.line is None else replace(found, line=found.line + self.first_line - 1)


class Places:
    """Where the elements of a document stand, which has been read; looked for when it is first asked."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @cached_property
    def _positions(self) -> Positions:
        data = self._document.data
        return xml_positions(data) if self._document.format == "xml" else json_positions(data)

    def placed(self, found: Issue, path: str) -> Issue:
        """The issue with line and column of what stands at `path` in the document, counted in the file."""
        place = self._positions.find(path)
        return found if place is None else self._document.in_file(replace(found, line=place[0], column=place[1]))
