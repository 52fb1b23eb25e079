"""Whether a code is right: `$validate-code` (https://hl7.org/fhir/R4/valueset-operation-validate-code.html)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fhir_kernel.issues import Issue, issue
from terminology.checks import CodeAnswer, CodeQuery, Verdict
from terminology.findings import ABSENT, Concept, Finding, either
from terminology.limits import Limits
from terminology.nearest import fold
from terminology.selection import Selection
from terminology.systems import Systems
from terminology.valuesets import ValueSets

_NOT_ASKED = Finding(Verdict.UNKNOWN)


def validate_code(query: CodeQuery, systems: Systems, value_sets: ValueSets, limits: Limits) -> CodeAnswer:
    """What is known of the query; without suggestions, which `terminology.suggest` adds."""
    if len(query.code) > limits.code_length:
        because = issue("terminology.code-too-long", "", found=len(query.code), expected=limits.code_length)
        return _answer(Verdict.OUT, Verdict.OUT if query.value_set else Verdict.UNKNOWN, because)
    if query.system is None:
        query = _with_inferred_system(query, systems, value_sets)
    elif query.system.startswith("urn:oid:"):
        query = replace(query, system=systems.canonical(query.system))
    if query.system is None:
        return _without_system(query, value_sets)
    return _with_system(query, query.system, systems, value_sets)


def _with_inferred_system(query: CodeQuery, systems: Systems, value_sets: ValueSets) -> CodeQuery:
    """The system of a `code` element: the one under which its value set holds the code."""
    if query.value_set is None:
        return query
    selection = value_sets.get(query.value_set).selection
    for system in (*selection.systems_of(query.code), *_tested_systems(selection)):
        if selection.find(system, _right_code(systems, system, query.code)).verdict is Verdict.IN:
            return replace(query, system=system)
    return query


def _tested_systems(selection: Selection) -> list[str]:
    """All systems, so that a code with other case, or of a grammar, finds its own; in a stable order."""
    tested = {system for test in selection.tests for system in test.systems or ()}
    return [*selection.listed, *sorted(tested - set(selection.listed))]


def _without_system(query: CodeQuery, value_sets: ValueSets) -> CodeAnswer:
    if query.value_set is None:
        because = issue("terminology.without-system", "", code=query.code)
        return _answer(Verdict.UNKNOWN, Verdict.UNKNOWN, because)
    selection = value_sets.get(query.value_set).selection
    found = ABSENT
    for test in selection.tests:
        for system in sorted(test.systems) if test.systems is not None else ("",):
            found = either(found, test.decide(system, query.code))
    because = found.because or issue("terminology.not-a-member", "", code=query.code, value_set=query.value_set)
    if found.verdict is Verdict.OUT and (only := _only_system(selection)):
        return replace(_answer(Verdict.OUT, Verdict.OUT, because), system=only)
    return _answer(found.verdict, found.verdict, because)


def _only_system(selection: Selection) -> str | None:
    systems = _tested_systems(selection)
    return systems[0] if len(systems) == 1 else None


def _with_system(query: CodeQuery, system: str, systems: Systems, value_sets: ValueSets) -> CodeAnswer:
    known = systems.get(system, query.version).find(query.code) if system else _nameless(query.code)
    member = _membership(query, system, known, value_sets) if query.value_set else _NOT_ASKED
    because = known.because if known.verdict is Verdict.OUT else member.because or known.because
    answer = _answer(known.verdict, member.verdict, because, system, known.concept)
    return _with_display(answer, query, system, known, value_sets) if query.display else answer


def _nameless(code: str) -> Finding:
    """A Coding with an empty system, unlike a `code`, has none that its value set could say."""
    return Finding(Verdict.UNKNOWN, issue("terminology.without-system", "", code=code))


def _membership(query: CodeQuery, system: str, known: Finding, value_sets: ValueSets) -> Finding:
    """Membership by the code as written and, where the system holds it in another case, as the system writes it."""
    assert query.value_set is not None
    selection = value_sets.get(query.value_set).selection
    found = selection.find(system, query.code)
    if found.verdict is not Verdict.IN and known.concept is not None and known.concept.code != query.code:
        found = either(found, selection.find(system, known.concept.code))
    if found.verdict is Verdict.OUT:
        if not system:
            return Finding(Verdict.OUT, known.because)
        because = issue("terminology.not-in-value-set", "", code=query.code, system=system, value_set=query.value_set)
        return Finding(Verdict.OUT, because)
    return found


def _with_display(
    answer: CodeAnswer, query: CodeQuery, system: str, known: Finding, value_sets: ValueSets
) -> CodeAnswer:
    code = known.concept.code if known.concept is not None else query.code
    own = value_sets.displays(query.value_set).get((system, code), {}) if query.value_set else {}
    stated = (*_displays(known.concept), *own.items())
    displays = tuple(dict.fromkeys(text for text, language in stated if _is_asked(language, query.languages)))
    if not displays:
        return answer
    wanted = fold(query.display or "")
    return replace(answer, display_ok=any(fold(each) == wanted for each in displays), displays=displays)


def _displays(concept: Concept | None) -> Iterable[tuple[str, str | None]]:
    if concept is None:
        return ()
    return zip(concept.displays, concept.languages or (None,) * len(concept.displays), strict=True)


def _is_asked(language: str | None, languages: tuple[str, ...]) -> bool:
    """Whether one of `languages` is `language`, or is or has a region of it: `de` and `de-CH` go together."""
    if language is None or not languages:
        return True
    own = language.lower() + "-"
    return any(own.startswith(asked + "-") or (asked + "-").startswith(own) for asked in map(str.lower, languages))


def _right_code(systems: Systems, system: str, code: str) -> str:
    concept = systems.get(system).find(code).concept
    return concept.code if concept is not None else code


def _answer(
    in_system: Verdict,
    in_value_set: Verdict,
    because: Issue | None,
    system: str | None = None,
    concept: Concept | None = None,
) -> CodeAnswer:
    if concept is None:
        return CodeAnswer(in_system, in_value_set, system, because=because)
    return CodeAnswer(in_system, in_value_set, system, concept.abstract, concept.inactive, because=because)
