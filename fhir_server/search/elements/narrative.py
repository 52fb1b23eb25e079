"""The text of a resource and of its narrative (https://hl7.org/fhir/R4/search.html#_text, #content)."""

from __future__ import annotations

import html
import re
from typing import Any

from fhir_kernel.resource import Resource
from fhir_kernel.store.values import TextValue
from fhir_server.search.elements.fold import fold

_TAG = re.compile(r"<[^>]*>")


def narrative_text(resource: Resource) -> TextValue | None:
    """What people read in the narrative; None where there is none."""
    text = resource.get("text")
    div = text.get("div") if isinstance(text, dict) else None
    return TextValue(fold(str(_plain(div)))) if isinstance(div, str) else None


def content_text(resource: Resource) -> TextValue:
    """Every text within the resource, the narrative's too."""
    found: list[str] = []
    _collect(resource, found)
    return TextValue(fold(" ".join(found)))


def _collect(element: Any, found: list[str]) -> None:
    pending = [element]
    while pending:
        current = pending.pop()
        if current.__class__ is str:
            found.append(current)
        elif current.__class__ is dict:
            pending += [
                _plain(value) if key == "div" and value.__class__ is str else value for key, value in current.items()
            ]
        elif current.__class__ is list:
            pending += current


def _plain(div: Any) -> Any:
    """Without markup; what is no text stays as it is."""
    return html.unescape(_TAG.sub(" ", div)) if div.__class__ is str else div
