"""The names of a concept: which one to show, and whether a given display is one of them.

https://hl7.org/fhir/R4/codesystem.html#CodeSystem.concept.designation and, for the order of preference, the terminology
ecosystem's pages on languages (https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/languages.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fhir_kernel.resource import Resource
from terminology.engine.languages import Depth, LanguageRange, Languages, range_matches, same_language

STANDARDS_STATUS = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"
DISPLAY_USE: Resource = {
    "system": "http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra",
    "code": "preferredForLanguage",
    "display": "Preferred For Language",
}
_SNOMED = "http://snomed.info/sct"
_PREFERRED = frozenset({(DISPLAY_USE["system"], DISPLAY_USE["code"]), (_SNOMED, "900000000000548007")})
_SHOWN = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/coding-sctdescid",
        "http://hl7.org/fhir/StructureDefinition/rendering-style",
        "http://hl7.org/fhir/StructureDefinition/rendering-xhtml",
        STANDARDS_STATUS,
        "http://hl7.org/fhir/StructureDefinition/codesystem-alternate",
    }
)


@dataclass(frozen=True, slots=True)
class Designation:
    """One name. `source`: the supplement that it comes from."""

    value: str
    language: str | None = None
    use: Resource | None = None
    status: str = "active"
    extensions: tuple[Resource, ...] = ()
    source: str | None = None

    @property
    def is_active(self) -> bool:
        return self.status not in ("withdrawn", "inactive", "deprecated")

    @property
    def is_display(self) -> bool:
        """Whether it is meant to be shown: a display, or a designation without another use."""
        return self.use is None or (self.use.get("system"), self.use.get("code")) in _PREFERRED

    def as_resource(self) -> Resource:
        """As `ValueSet.expansion.contains.designation`."""
        made: Resource = {}
        if self.language is not None:
            made["language"] = self.language
        if self.use is not None:
            made["use"] = self.use
        made["value"] = self.value
        shown = [each for each in self.extensions if each.get("url") in _SHOWN]
        return {"extension": shown, **made} if shown else made


def designations_of(concept: Resource, language: str | None, source: str | None = None) -> Iterator[Designation]:
    """The names in a `CodeSystem.concept`: its display, in the language of the code system, and its designations."""
    if isinstance(display := concept.get("display"), str) and display.strip():
        yield Designation(display.strip(), language, DISPLAY_USE, source=source)
    for each in concept.get("designation", ()):
        if isinstance(value := each.get("value"), str) and value.strip():
            extensions = tuple(each.get("extension", ()))
            status = next((str(e.get("valueCode")) for e in extensions if e.get("url") == STANDARDS_STATUS), "active")
            yield Designation(value.strip(), each.get("language"), each.get("use"), status, extensions, source)


def included_designations(row: Resource, language: str | None) -> Iterator[Designation]:
    """The names that a value set gives to a concept that it lists."""
    if isinstance(display := row.get("display"), str) and display.strip():
        yield Designation(display.strip(), language, DISPLAY_USE)
    for each in row.get("designation", ()):
        if isinstance(value := each.get("value"), str) and value.strip():
            extensions = tuple(each.get("extension", ()))
            yield Designation(value.strip(), each.get("language"), each.get("use"), "unknown", extensions)


def preferred(names: Iterable[Designation], languages: Languages | None) -> Designation | None:
    """The name to show to somebody who prefers `languages`; None where none will do."""
    names = tuple(names)
    if languages is None:
        return _unasked(names)
    for wanted in languages.ranges:
        found = None if wanted.is_refused else _in_language(names, wanted)
        if found is not None:
            return found
    return next((each for each in names if each.language is None and each.is_display), None)


def _unasked(names: tuple[Designation, ...]) -> Designation | None:
    for suits in (lambda each: each.is_display and each.is_active, lambda each: each.is_display, lambda _each: True):
        found = next((each for each in names if suits(each)), None)
        if found is not None:
            return found
    return None


def _in_language(names: tuple[Designation, ...], wanted: LanguageRange) -> Designation | None:
    """Active names before others, the whole tag before its parts, displays before other designations."""
    for active_only in (True, False):
        fitting = [each for each in names if each.is_active or not active_only]
        for depth in (Depth.FULL, Depth.REGION, Depth.LANGUAGE):
            matching = [each for each in fitting if _speaks(each, wanted, depth)]
            if matching:
                return next((each for each in matching if each.is_display), matching[0])
    return None


def _speaks(name: Designation, wanted: LanguageRange, depth: Depth) -> bool:
    if name.language is None:
        return wanted.tag == "*" and not wanted.is_refused
    return range_matches(wanted, name.language, depth)


def fold_display(text: str) -> str:
    """A display without what may differ in white space and case."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class DisplayCheck:
    """Whether a display is one of the names. `only_space`: it is, but for its white space."""

    found: bool
    only_space: bool = False


def check_display(
    names: Iterable[Designation],
    display: str,
    languages: Languages | None,
    default_language: str | None = None,
    *,
    active_only: bool = False,
) -> DisplayCheck:
    """Compare without regard to case, among the names in `languages` or in `default_language`."""
    allowed = [
        each
        for each in names
        if (each.is_active or not active_only) and _is_allowed(each.language, languages, default_language)
    ]
    if any(each.value.casefold() == display.casefold() for each in allowed):
        return DisplayCheck(True)
    folded = fold_display(display)
    return DisplayCheck(False, any(fold_display(each.value) == folded for each in allowed))


def count_displays(names: Iterable[Designation], languages: Languages | None, *, displays_only: bool) -> int:
    """How many names the languages allow, compared as closely as leaves any."""
    candidates = [each for each in names if each.is_display or not displays_only]
    for depth in (Depth.FULL, Depth.REGION, Depth.LANGUAGE):
        found = sum(_allows(languages, each.language, depth) for each in candidates)
        if found:
            return found
    return 0


def present(names: Iterable[Designation], languages: Languages | None) -> str:
    """The displays that would be right, for a sentence: those in `languages`, or all where none is."""
    displays = [each for each in names if each.is_display]
    fitting = [each for each in displays if _allows(languages, each.language, Depth.LANGUAGE)] or displays
    texts = [f"'{each.value}' ({each.language})" if each.language else f"'{each.value}'" for each in fitting]
    if len(texts) < 3:
        return " or ".join(texts)
    return f"{', '.join(texts[:-1])} or {texts[-1]}"


def _allows(languages: Languages | None, language: str | None, depth: Depth) -> bool:
    if languages is None or language is None:
        return True
    return any(range_matches(each, language, depth) for each in languages.ranges)


def _is_allowed(language: str | None, languages: Languages | None, default_language: str | None) -> bool:
    if default_language is not None and language is not None and same_language(language, default_language):
        return True
    return _allows(languages, language, Depth.LANGUAGE)
