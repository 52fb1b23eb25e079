"""Which profiles are asked of which resources, and since when (https://hl7.org/fhir/R4/profiling.html).

A rule grows stricter by date: what breaks it is first counted, then told, then refused, until another takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from fhir_kernel.resource import split_canonical

Mode = Literal["off", "observe", "warn", "reject"]
MODES: tuple[Mode, ...] = ("off", "observe", "warn", "reject")
"""From the mildest: not asked; counted, but not told; accepted and told; refused."""
Applies = Literal["all", "claimed"]
ALWAYS = datetime.min.replace(tzinfo=UTC)
"""The date of what has been so from the beginning."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rule:
    """Resources of `type` conform to `profile`, a canonical `url|version`. A date that is None never comes."""

    profile: str
    type: str
    observe_from: datetime | None = None
    warn_from: datetime | None = None
    reject_from: datetime | None = None
    until: datetime | None = None
    """From when on it is not asked any more."""
    applies: Applies = "all"
    """`claimed`: only to those whose meta.profile names it in any version, or whose code or a guide imposes it."""

    @property
    def dates(self) -> tuple[datetime | None, ...]:
        """When it becomes another, in the order of its life."""
        return self.observe_from, self.warn_from, self.reject_from, self.until

    @property
    def url(self) -> str:
        """The profile without its version."""
        return split_canonical(self.profile)[0]

    def mode(self, now: datetime) -> Mode:
        """How it is held to at an instant: the strictest whose date has come, and `off` once it has ended."""
        if _has_come(self.until, now):
            return "off"
        if _has_come(self.reject_from, now):
            return "reject"
        if _has_come(self.warn_from, now):
            return "warn"
        return "observe" if _has_come(self.observe_from, now) else "off"

    def concerns(self, claims: Iterable[str]) -> bool:
        """Whether it is asked of a resource that claims these profiles."""
        return self.applies == "all" or any(split_canonical(each)[0] == self.url for each in claims)


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule, and how it is held to; never `off`."""

    rule: Rule
    mode: Mode


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A time in which nothing changes, from `begin` until `end`, and what is in force by resource type."""

    begin: datetime
    end: datetime
    by_type: Mapping[str, tuple[InForce, ...]]


class RulesInForce:
    """A set of rules, asked by type and instant. Does not change, apart from remembering the stretch asked last."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules: Sequence[Rule] = tuple(rules)
        self.governed: frozenset[str] = frozenset(name for each in self.rules for name in (each.profile, each.url))
        """The profiles of which rules speak: these alone decide on them, whatever a resource claims."""
        self._changes = sorted({date for each in self.rules for date in each.dates if date is not None})
        self._stretch = _Stretch(_NEVER, ALWAYS, {})

    def at(self, resource_type: str, now: datetime) -> Sequence[InForce]:
        """What is in force for resources of a type, the strictest first."""
        stretch = self._stretch
        if not stretch.begin <= now < stretch.end:
            stretch = self._stretch = self._make(now)
        return stretch.by_type.get(resource_type, ())

    def _make(self, now: datetime) -> _Stretch:
        begin = max((each for each in self._changes if each <= now), default=ALWAYS)
        end = min((each for each in self._changes if each > now), default=_NEVER)
        by_type: dict[str, list[InForce]] = {}
        for rule in self.rules:
            if (mode := rule.mode(now)) != "off":
                by_type.setdefault(rule.type, []).append(InForce(rule, mode))
        return _Stretch(begin, end, {name: tuple(sorted(rows, key=_mildness)) for name, rows in by_type.items()})


def _has_come(date: datetime | None, now: datetime) -> bool:
    return date is not None and date <= now


def _mildness(each: InForce) -> int:
    return -MODES.index(each.mode)
