"""A set of codes, partly listed and partly known by a test, with the operations that a value set is composed of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce

from terminology.checks import Verdict
from terminology.findings import ABSENT, FOUND, Finding, both, but_not, either

Decide = Callable[[str, str], Finding]


@dataclass(frozen=True, slots=True)
class Test:
    """Codes known by a test of system and code. `systems` are all that it can say IN for; None where it may be any."""

    decide: Decide
    systems: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Everything in `listed`, and whatever a test lets in."""

    listed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Codes by system."""
    tests: tuple[Test, ...] = ()

    def find(self, system: str, code: str) -> Finding:
        """Whether `code` of `system` is selected; UNKNOWN, with the reason, if no part says IN and one cannot tell."""
        if code in self.listed.get(system, ()):
            return FOUND
        found = ABSENT
        for test in self.tests:
            if test.systems is None or system in test.systems:
                decided = test.decide(system, code)
                found = decided if found is ABSENT else either(found, decided)
        return found

    def systems_of(self, code: str) -> list[str]:
        """The systems whose listed codes hold `code`."""
        return [system for system, codes in self.listed.items() if code in codes]


NOTHING = Selection()


def listed(system: str, codes: frozenset[str]) -> Selection:
    """The codes of one system."""
    return Selection({system: codes}) if codes else NOTHING


def tested(system: str, predicate: Callable[[str], Finding]) -> Selection:
    """The codes of one system that pass a test."""
    test = Test(lambda asked, code: predicate(code) if asked == system else ABSENT, frozenset({system}))
    return Selection(tests=(test,))


def undecided(finding: Finding) -> Selection:
    """A selection of which nothing is known but the reason in `finding`."""
    return Selection(tests=(Test(lambda _system, _code: finding, None),))


def union(*parts: Selection) -> Selection:
    """What is in any part."""
    if len(parts) == 1:
        return parts[0]
    codes: dict[str, frozenset[str]] = {}
    for part in parts:
        for system, more in part.listed.items():
            codes[system] = codes[system] | more if system in codes else more
    return Selection(codes, tuple(test for part in parts for test in part.tests))


def intersection(*parts: Selection) -> Selection:
    """What is in every part."""
    return reduce(_intersect, parts)


def difference(left: Selection, right: Selection) -> Selection:
    """What is in the first and not in the second."""
    if right == NOTHING:
        return left
    if not left.tests and not right.tests:
        none: frozenset[str] = frozenset()
        rest = {system: codes - right.listed.get(system, none) for system, codes in left.listed.items()}
        return Selection({system: codes for system, codes in rest.items() if codes})
    return _settle(left, lambda system, code: but_not(left.find(system, code), right.find(system, code)))


def _intersect(left: Selection, right: Selection) -> Selection:
    if not left.tests and not right.tests:
        shared = {
            system: codes & right.listed[system] for system, codes in left.listed.items() if system in right.listed
        }
        return Selection({system: codes for system, codes in shared.items() if codes})
    narrow = left if not left.tests else right
    return _settle(narrow, lambda system, code: both(left.find(system, code), right.find(system, code)))


def _settle(bound: Selection, decide: Decide) -> Selection:
    """The codes that `decide` lets in, of which `bound` holds all: listed where `bound` is and each can be decided."""
    systems = {system for test in bound.tests for system in test.systems or ()} | set(bound.listed)
    anywhere = any(test.systems is None for test in bound.tests)
    if bound.tests:
        return Selection(tests=(Test(decide, None if anywhere else frozenset(systems)),))
    codes = {
        system: frozenset(code for code in codes if decide(system, code).verdict is Verdict.IN)
        for system, codes in bound.listed.items()
    }
    doubtful = any(
        decide(system, code).verdict is Verdict.UNKNOWN
        for system, all_codes in bound.listed.items()
        for code in all_codes
    )
    return Selection(codes, (Test(decide, frozenset(systems)),) if doubtful else ())
