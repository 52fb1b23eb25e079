"""What a profile may ask of a narrative: the source of every text is marked, certain languages have their sections.

https://hl7.org/fhir/extensions/StructureDefinition-narrative-source-control.html and
https://hl7.org/fhir/extensions/StructureDefinition-narrative-language-control.html; both came after R4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from conformance.validator.plan import Constraint
from conformance.validator.references import Scope
from fhir_kernel.codec.xhtml import XHTML_NS, parse_div
from fhir_kernel.codec.xml_tree import Element
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.resource import Resource

_SOURCE = "http://hl7.org/fhir/StructureDefinition/narrative-source-control"
_LANGUAGE = "http://hl7.org/fhir/StructureDefinition/narrative-language-control"
_SOURCE_KEY, _LANGUAGE_KEY, _SECTIONS_KEY = "narrative-source", "narrative-language", "narrative-sections"
NARRATIVE_KEYS = frozenset((_SOURCE_KEY, _LANGUAGE_KEY, _SECTIONS_KEY))
_SOURCES = frozenset(("boilerplate", "generated", "extension", "additional", "original"))
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Rule = Callable[[Any, Scope], bool]


def narrative_constraints(definition: Resource) -> Iterator[Constraint]:
    """What the ElementDefinition of a Narrative asks by these extensions; the code asked for stands as expression."""
    for row in definition.get("extension", ()):
        code = row.get("valueCode") or row.get("valueString")
        if row["url"] == _SOURCE:
            human = f"Every text of the narrative has a class that tells its source: {', '.join(sorted(_SOURCES))}"
            yield Constraint(_SOURCE_KEY, "error" if code == "error" else "warning", human, code or "", is_builtin=True)
        elif row["url"] == _LANGUAGE and code:
            yield from _language_constraints(code)


def _language_constraints(code: str) -> Iterator[Constraint]:
    fixed = {"_no": "The narrative has no sections by language", "_yes": "The narrative has sections by language"}
    if code in fixed:
        yield Constraint(_LANGUAGE_KEY, "error", fixed[code], code, is_builtin=True)
        return
    language = "the language of the resource" if code == "_resource" else code
    human = f"Among the sections by language of the narrative is one in {language}"
    yield Constraint(_LANGUAGE_KEY, "error", human, code, is_builtin=True)
    human = f"The narrative has sections by language, so that one can be in {language}"
    yield Constraint(_SECTIONS_KEY, "warning", human, code, is_builtin=True)


def narrative_rule(constraint: Constraint) -> Rule:
    """Whether `constraint` holds for a Narrative; for one that is absent or cannot be read it does."""
    code = constraint.expression

    def holds(value: Any, scope: Scope) -> bool:
        div = value.get("div") if isinstance(value, dict) else None
        try:
            root = parse_div(div) if isinstance(div, str) else None
        except (CodecError, LimitExceeded):
            root = None
        if root is None:
            return True
        if constraint.key == _SOURCE_KEY:
            return _is_marked(root)
        found = _sections(root)
        return bool(found) if constraint.key == _SECTIONS_KEY else _are_asked(found, code, scope)

    return holds


def _is_marked(root: Element) -> bool:
    """Whether each text stands within an element whose class tells its source."""
    if not _SOURCES.isdisjoint(root.get("class", "").split()):
        return True
    own = (root.text, *(each.tail for each in root))
    return not any(text and text.strip() for text in own) and all(_is_marked(each) for each in root.iterchildren("*"))


def _sections(root: Element) -> frozenset[str]:
    divs = root.iterchildren(f"{{{XHTML_NS}}}div")
    return frozenset(language for each in divs if (language := each.get(_LANG)))


def _are_asked(found: frozenset[str], code: str, scope: Scope) -> bool:
    """Whether the languages found are the ones that `code` asks for; without sections only `_yes` finds fault."""
    if code == "_no":
        return not found
    if code == "_yes":
        return bool(found)
    wanted = scope.resource.get("language") if code == "_resource" else code
    return not found or wanted is None or wanted in found
