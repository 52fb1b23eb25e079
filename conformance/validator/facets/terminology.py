"""Codes: every Coding against its code system, every bound element against its value set.

https://hl7.org/fhir/R4/terminologies.html. Findings that need terminology wait in the run and are settled in a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.validator.facets.primitives import QUICK_NAMES, is_plain_text
from conformance.validator.path import At, render
from conformance.validator.plan import Binding
from conformance.validator.policy import Level
from conformance.validator.run import Run, make_issue
from fhir_kernel.issues import Issue
from terminology.checks import CodeAnswer, CodeQuery, Verdict

_LEVELS = {"required": "error", "extensible": "warning"}
_UNITS = "http://hl7.org/fhir/ValueSet/ucum-"
_WITH_UNIT = ("Quantity", "code")
_LISTED = "terminology.unknown-code"
_KNOWN_AT_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Origin:
    """The profile and element that state a binding; empty for the base type."""

    profile: str = ""
    element: str = ""


_BASE = Origin()
_is_uri, _is_code = QUICK_NAMES["is_URI"], QUICK_NAMES["is_CODE"]


@dataclass(slots=True)
class _CodingPending:
    """Waits to hear whether a code exists and whether its display is right."""

    queries: tuple[CodeQuery, ...]
    at: At
    run: Run
    is_unit: bool = False
    bound: Sequence[str] = ()
    """The value sets that the element is bound to, complete only once all was walked."""
    is_plain: bool = True
    """Whether nothing was said of the system itself."""

    def settle(self, answers: Sequence[CodeAnswer]) -> Sequence[Issue]:
        query, answer = self.queries[0], answers[0]
        issues = list(self._issues(query, answer))
        if self.is_plain:
            self._remember(query, answer, is_right=not issues)
        return issues

    def _remember(self, query: CodeQuery, answer: CodeAnswer, *, is_right: bool) -> None:
        """Keep what is so wherever the coding stands."""
        known, untold = self.run.shared.known_codings, self.run.shared.untold_codings
        key = (query.system, query.version, query.code, query.display)
        if not _is_well_formed(query):
            return
        if answer.in_system is Verdict.UNKNOWN:
            if answer.display_ok is None and not answer.passing and len(untold) < _KNOWN_AT_MOST:
                untold[key] = answer.reason
        elif is_right and self._holds_anywhere(query, answer) and len(known) < _KNOWN_AT_MOST:
            known.add(key)

    def _issues(self, query: CodeQuery, answer: CodeAnswer) -> Iterator[Issue]:
        path = render(self.at)
        if answer.in_system is Verdict.OUT:
            level = self._level(answer)
            if level != "ignore":
                told: dict[str, Any] = {"found": query.code, "system": query.system, "reason": answer.reason}
                yield make_issue("code.unknown", path + ".code", severity=level, expected=_near(answer), **told)
        elif answer.in_system is Verdict.UNKNOWN:
            yield from _Untold(self.at, self.run, str(query.system), query.code, answer.reason).settle(())
        level = self.run.shared.policy.display_mismatch
        if answer.display_ok is False and level != "ignore" and not self._is_display_of_binding(query):
            expected = " | ".join(answer.displays[:5])
            told = {"found": query.display, "code": query.code, "system": query.system, "expected": expected}
            yield make_issue("code.display", path + ".display", severity=level, **told)

    def _holds_anywhere(self, query: CodeQuery, answer: CodeAnswer) -> bool:
        """Whether the code is one, and that depends neither on the binding nor on the language of the resource."""
        is_free = answer.display_ok is not False and not query.languages
        return answer.in_system is Verdict.IN and (is_free or self.run.shared.policy.display_mismatch == "ignore")

    def _is_display_of_binding(self, query: CodeQuery) -> bool:
        """Whether a value set that the element is bound to gives the code this display."""
        queries = [replace(query, value_set=each) for each in dict.fromkeys(self.bound)]
        return any(answer.display_ok for answer in self.run.shared.codes.check(queries))

    def _level(self, answer: CodeAnswer) -> Level:
        policy = self.run.shared.policy
        if self.is_unit:
            return policy.unknown_unit
        return policy.malformed_code if is_malformed(answer) else "error"


@dataclass(frozen=True, slots=True)
class _Untold:
    """Says of a system of which nothing can be told that this is so, once a resource tree, in the order of findings."""

    at: At
    run: Run
    system: str
    code: str
    reason: str
    queries: tuple[CodeQuery, ...] = ()

    def settle(self, _answers: Sequence[CodeAnswer]) -> Sequence[Issue]:
        if self.system in self.run.untold:
            return ()
        self.run.untold.add(self.system)
        told: dict[str, Any] = {"found": self.code, "system": self.system, "reason": self.reason}
        return (make_issue("code.cannot-tell", render(self.at), **told),)


@dataclass(slots=True)
class _BindingPending:
    """Waits to hear whether one of several codes is in a value set."""

    queries: tuple[CodeQuery, ...]
    value_set: str
    level: str
    at: At
    run: Run
    origin: Origin

    def settle(self, answers: Sequence[CodeAnswer]) -> Sequence[Issue]:
        good = self.run.shared.known_members
        for query, answer in zip(self.queries, answers, strict=True):
            if answer.in_value_set is Verdict.IN:
                if len(good) < _KNOWN_AT_MOST:
                    good.add((self.value_set, query.system, query.code))
                return ()
        facts: dict[str, Any] = {"profile": self.origin.profile, "element": self.origin.element, "rule": "binding"}
        for query, answer in zip(self.queries, answers, strict=True):
            if answer.in_value_set is Verdict.UNKNOWN:
                return self._cannot_tell(query, answer, facts)
        query, answer = self.queries[0], answers[0]
        found = " / ".join(_spelt(each) for each in self.queries)
        params: dict[str, Any] = {
            "found": found,
            "expected": self.value_set,
            "reason": answer.reason,
            "near": _near(answer),
        }
        issue_id = "binding.required" if self.level == "error" else "binding.extensible"
        return (make_issue(issue_id, render(self.at), **params, **facts),)

    def _cannot_tell(self, query: CodeQuery, answer: CodeAnswer, facts: dict[str, Any]) -> Sequence[Issue]:
        key = f"{self.value_set}|{query.system}"
        if key in self.run.untold or (query.system in self.run.untold):
            return ()
        self.run.untold.add(key)
        params: dict[str, Any] = {"found": _spelt(query), "expected": self.value_set, "reason": answer.reason}
        return (make_issue("binding.cannot-tell", render(self.at), **params, **facts),)


def is_malformed(answer: CodeAnswer) -> bool:
    """Whether a code was judged by its form alone, not by a list of all codes."""
    return answer.because is not None and answer.because.id != _LISTED


def _near(answer: CodeAnswer) -> str:
    return f"; did you mean {' or '.join(repr(code) for code in answer.nearest)}?" if answer.nearest else ""


def _spelt(query: CodeQuery) -> str:
    return f"{query.system}#{query.code}" if query.system else query.code


def _is_well_formed(query: CodeQuery) -> bool:
    """Whether the parts of a coding are good as primitives, so that it need not be looked at again."""
    texts = (query.version, query.display)
    is_plain = all(text is None or is_plain_text(text) for text in texts)
    return is_plain and bool(_is_uri(str(query.system))) and bool(_is_code(query.code))


def plain_coding(value: Any, at: At, run: Run) -> bool:
    """Whether a Coding is one that was met before, and all that is to be said of it was said."""
    if type(value) is not dict:
        return False
    get = value.get
    key: tuple[Any, Any, Any, Any] = (get("system"), get("version"), get("code"), get("display"))
    if len(value) + key.count(None) != len(key):
        return False  # it has other properties
    try:
        if key in run.shared.known_codings:
            return True
        reason = run.shared.untold_codings.get(key)
    except TypeError:
        return False
    if reason is None:
        return False
    run.found.append(_Untold(at, run, str(key[0]), str(key[2]), reason))
    return True


def coding(value: dict[str, Any], at: At, run: Run) -> None:
    """Check that a Coding names a code that exists, in a system that may be named, with a right display."""
    system, code = value.get("system"), value.get("code")
    version, display = value.get("version"), value.get("display")
    key: tuple[Any, Any, Any, Any] = (system, version, code, display)
    try:
        if key in run.shared.known_codings:
            return
        reason = run.shared.untold_codings.get(key)
    except TypeError:
        return  # not strings: reported by the type
    if not isinstance(system, str):
        return
    if reason is not None:
        run.found.append(_Untold(at, run, system, str(code), reason))
        return
    if fault := run.shared.codes.system_fault(system):
        issue_id = "code.system" if fault.certain else "code.system-near"
        run.report(issue_id, (at, "system", -1), found=system, reason=str(fault), nested=(fault.because,))
        if fault.certain:
            return
    if isinstance(code, str) and code:
        display = display if isinstance(display, str) else None
        languages = _languages(run) if display is not None else ()
        query = CodeQuery(code, system, version if isinstance(version, str) else None, display, languages=languages)
        bound = run.doubtful.setdefault(id(value), []) if display is not None else ()
        run.found.append(_CodingPending((query,), at, run, bound=bound, is_plain=fault is None))


def _languages(run: Run) -> tuple[str, ...]:
    """The languages in which displays may be: those of the policy and the resource's own; none where any may be."""
    asked = run.shared.policy.languages
    own = run.place.scope.resource.get("language") if asked else None
    return (*asked, own) if isinstance(own, str) else asked


def bind(value: Any, at: At, binding: Binding, type_name: str, run: Run, origin: Origin = _BASE) -> None:
    """Check a code, Coding, CodeableConcept, Quantity, string or uri against the value set of `binding`."""
    if run.doubtful:
        _note_binding(value, binding, run)
    level = _LEVELS.get(binding.strength)
    if level == "error" and type_name not in _WITH_UNIT and binding.value_set.startswith(_UNITS):
        level = "warning"  # R4 binds all types of value[x] in its vital signs to units, which only a Quantity has
    if level is not None:
        _member(value, at, binding.value_set, level, type_name, run, origin)
    if binding.max_value_set is not None and binding.strength != "required":
        _member(value, at, binding.max_value_set, "error", type_name, run, origin)


def _note_binding(value: Any, binding: Binding, run: Run) -> None:
    """Tell the codings of `value` whose display is in doubt that this value set may give it."""
    rows = value.get("coding") if isinstance(value, dict) else None
    for row in (value, *rows) if isinstance(rows, list) else (value,):
        if (bound := run.doubtful.get(id(row))) is not None:
            bound.append(binding.value_set)


def _member(value: Any, at: At, value_set: str, level: str, type_name: str, run: Run, origin: Origin) -> None:
    good = run.shared.known_members
    queries: list[CodeQuery] = []
    for system, code in _codes(value, type_name):
        if (value_set, system, code) in good:
            return
        queries.append(CodeQuery(code, system, value_set=value_set))
    if queries:
        run.found.append(_BindingPending(tuple(queries), value_set, level, at, run, origin))
    elif level == "error" and isinstance(value, dict) and _needs_code(value, type_name):
        facts: dict[str, Any] = {"profile": origin.profile, "element": origin.element, "rule": "binding"}
        run.report("binding.no-code", at, expected=value_set, **facts)


def _needs_code(value: dict[str, Any], type_name: str) -> bool:
    return bool(value.keys() - {"id", "extension"}) if type_name != "Quantity" else "unit" in value


def _codes(value: Any, type_name: str) -> Iterator[tuple[str | None, str]]:
    """(system, code) of all codes that a value of a bindable type holds."""
    if isinstance(value, str):
        if type_name[:1].islower():
            yield None, value
    elif isinstance(value, dict):
        rows = value.get("coding", ()) if type_name == "CodeableConcept" else (value,)
        for row in rows if isinstance(rows, (list, tuple)) else ():
            code, system = (row.get("code"), row.get("system", "")) if isinstance(row, dict) else (None, None)
            if isinstance(code, str) and isinstance(system, str):
                yield system, code


def is_member(value: Any, type_name: str, value_set: str, run: Run) -> bool | None:
    """Whether one of the codes of `value` is in the value set; None where that cannot be told."""
    queries = [CodeQuery(code, system, value_set=value_set) for system, code in _codes(value, type_name)]
    verdicts = {answer.in_value_set for answer in run.shared.codes.check(queries)}
    if Verdict.IN in verdicts:
        return True
    return None if Verdict.UNKNOWN in verdicts else False


def not_bound(value: Any, at: At, binding: Binding, run: Run) -> None:
    """A `code` that is not among the enumerated codes of its required binding."""
    from conformance.validator.facets.structure import primitive

    if not isinstance(value, str) or not value:
        primitive(value, at, "code", run)
    else:
        bind(value, at, binding, "code", run)


def quantity(value: dict[str, Any], at: At, run: Run) -> None:
    """Check the coded unit of a Quantity; a system without code is qty-3's."""
    system, code = value.get("system"), value.get("code")
    if not isinstance(system, str) or not isinstance(code, str):
        return
    key = (system, None, code, None)
    if key in run.shared.known_codings:
        return
    reason = run.shared.untold_codings.get(key)
    if reason is not None:
        run.found.append(_Untold(at, run, system, code, reason))
    else:
        run.found.append(_CodingPending((CodeQuery(code, system),), at, run, is_unit=True))
