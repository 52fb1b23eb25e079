"""Texts of definitions in English and Chinese (https://hl7.org/fhir/R4/extension-translation.html)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_kernel.resource import Resource
from registry.sentence import Sentence

_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def told(row: Resource, name: str, language: str = "") -> Sentence:
    """The text `name` of `row`, in both languages; where a translation is missing, as it stands in the other.

    `language` is that of the resource, which says in which language the text itself is.
    """
    own = row.get(name)
    text = own if isinstance(own, str) else ""
    found = dict(_translations(row.get("_" + name)))
    if language.startswith("zh"):
        return Sentence(found.get("en", text), text)
    return Sentence(text, found.get("zh", text))


def _translations(sibling: Any) -> Iterator[tuple[str, str]]:
    for extension in sibling.get("extension", ()) if isinstance(sibling, dict) else ():
        if extension.get("url") != _TRANSLATION:
            continue
        parts = {each.get("url"): each for each in extension.get("extension", ())}
        language = parts.get("lang", {}).get("valueCode")
        content = parts.get("content", {})
        text = content.get("valueString", content.get("valueMarkdown"))
        if isinstance(language, str) and isinstance(text, str):
            yield language.partition("-")[0], text
