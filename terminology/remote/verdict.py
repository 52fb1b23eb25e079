"""What the upstream server's `$validate-code` says of one code (https://hl7.org/fhir/R4/valueset-operation-validate-code.html).

A plain "no" can mean that the code is none, or that the server has never heard of its code system. It counts as "no"
only where the answer itself, or what the server says it holds, tells which; otherwise nothing can be told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fhir_kernel.issues import Issue, Language, issue
from fhir_kernel.resource import Resource
from terminology.checks import CodeAnswer, CodeQuery, Verdict
from terminology.failures import TX_ISSUE_TYPE
from terminology.nearest import fold
from terminology.remote.reply import Answered, Refused, Reply, issues_of, told, value_of

_UNKNOWN_THERE = ("x-unknown-system", "x-caused-by-unknown-system")
_NO_CODE, _NO_MEMBER, _OTHER_DISPLAY = "invalid-code", "not-in-vs", "invalid-display"


class _Both(Issue):
    """A reason that is told together with those nested in it."""

    __slots__ = ()

    @classmethod
    def of(cls, one: Issue, other: Issue) -> Issue:
        return cls(one.id, one.path, one.severity, one.code, one.params, nested=(*one.nested, other))

    def text(self, language: Language = "en") -> str:
        parts = (Issue.text(self, language), *(each.text(language) for each in self.nested))
        return ("；" if language == "zh" else "; ").join(parts)


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer, taken apart."""

    result: bool | None
    kinds: frozenset[str]
    """The tx-issue-types of its errors; empty where there is none."""
    has_errors: bool
    display: str | None
    inactive: bool
    text: str
    is_unknown_there: bool


def settle(query: CodeQuery, local: CodeAnswer, reply: Reply, host: str, holds: Callable[[str], bool]) -> CodeAnswer:
    """`local`, which could not tell, with what the server says; with its reason where it cannot tell either.

    `holds` tells whether the server says that it has a code system.
    """
    if isinstance(reply, Refused):
        return add_reason(local, _says(host, told(reply.issues)))
    if not isinstance(reply, Answered):
        return replace(add_reason(local, reply.because), passing=True)
    said = _read(reply.resource)
    system, member = _verdicts(query, said, holds)
    if (system if query.value_set is None else member) is Verdict.UNKNOWN:
        return add_reason(local, _says(host, said.text or "result = false, without a reason"))
    settled = _with_display(replace(local, in_system=system, in_value_set=member), query, said)
    return replace(settled, because=_because(query, settled))


def add_reason(local: CodeAnswer, because: Issue) -> CodeAnswer:
    """`local` with one more reason why nothing can be told."""
    own = local.because
    return replace(local, because=because if own is None else _Both.of(own, because))


def _read(answer: Resource) -> _Said:
    result, display = value_of(answer, "result"), value_of(answer, "display")
    issues = issues_of(value_of(answer, "issues"))
    errors = [each for each in issues if each["severity"] in ("error", "fatal")]
    kinds = frozenset(kind for each in errors if (kind := _kind(each)) is not None)
    unknown = "not-found" in kinds or any(value_of(answer, name) is not None for name in _UNKNOWN_THERE)
    return _Said(
        result if isinstance(result, bool) else None,
        kinds,
        bool(errors),
        display if isinstance(display, str) and display else None,
        value_of(answer, "inactive") is True,
        told(errors, value_of(answer, "message")),
        unknown,
    )


def _kind(row: Resource) -> str | None:
    details: Any = row.get("details")
    codings = details.get("coding") if isinstance(details, dict) else None
    for each in codings if isinstance(codings, list) else ():
        if isinstance(each, dict) and each.get("system") == TX_ISSUE_TYPE and isinstance(each.get("code"), str):
            return str(each["code"])
    return None


def _verdicts(query: CodeQuery, said: _Said, holds: Callable[[str], bool]) -> tuple[Verdict, Verdict]:
    """Whether the code is one of its system, and whether it is in the value set."""
    asked_member = query.value_set is not None
    if said.result is True:
        return Verdict.IN, Verdict.IN if asked_member else Verdict.UNKNOWN
    if said.result is None or said.is_unknown_there:
        return Verdict.UNKNOWN, Verdict.UNKNOWN
    if said.has_errors:
        return _by_kinds(said.kinds, asked_member=asked_member)
    if query.system is None or not holds(query.system):
        return Verdict.UNKNOWN, Verdict.UNKNOWN
    if _only_display_differs(query, said):
        return Verdict.IN, Verdict.IN if asked_member else Verdict.UNKNOWN
    return (Verdict.UNKNOWN, Verdict.OUT) if asked_member else (Verdict.OUT, Verdict.UNKNOWN)


def _by_kinds(kinds: frozenset[str], *, asked_member: bool) -> tuple[Verdict, Verdict]:
    if kinds == {_OTHER_DISPLAY}:
        return Verdict.IN, Verdict.IN if asked_member else Verdict.UNKNOWN
    system = Verdict.OUT if _NO_CODE in kinds else Verdict.UNKNOWN
    if not asked_member:
        return system, Verdict.UNKNOWN
    return system, Verdict.OUT if kinds & {_NO_MEMBER, _NO_CODE} else Verdict.UNKNOWN


def _only_display_differs(query: CodeQuery, said: _Said) -> bool:
    """A server without issues names the right display of a code that it knows by another."""
    return query.display is not None and said.display is not None and fold(said.display) != fold(query.display)


def _with_display(answer: CodeAnswer, query: CodeQuery, said: _Said) -> CodeAnswer:
    answer = replace(answer, system=query.system or answer.system, inactive=said.inactive)
    if query.display is None or answer.in_system is not Verdict.IN:
        return answer
    wrong = _OTHER_DISPLAY in said.kinds or said.result is False
    if wrong and said.display is None:
        return answer
    displays = (said.display,) if said.display is not None else ()
    return replace(answer, display_ok=not wrong, displays=displays)


def _because(query: CodeQuery, answer: CodeAnswer) -> Issue | None:
    if answer.in_system is Verdict.OUT:
        return issue("terminology.unknown-code", "", code=query.code, system=query.system)
    if answer.in_value_set is not Verdict.OUT:
        return None
    if query.system is None:
        return issue("terminology.not-a-member", "", code=query.code, value_set=query.value_set)
    params = {"code": query.code, "system": query.system, "value_set": query.value_set}
    return issue("terminology.not-in-value-set", "", **params)


def _says(host: str, text: str) -> Issue:
    return issue("terminology.upstream-says", "", host=host, found=text)
