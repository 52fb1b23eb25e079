"""From what was found in a record to what came of each elementary rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from conformance.evidence import Verdict
from conformance.scoring.rules.attributing import OUR_FAULTS, Attribution
from conformance.scoring.rules.derive import Derived
from conformance.scoring.rules.digests import (
    business_identity,
    content_digest,
    patient_digest,
    patient_id,
    patient_reference,
)
from conformance.scoring.rules.masking import masked_value
from conformance.scoring.rules.model import RuleList
from conformance.scoring.rules.probe import Probe
from conformance.scoring.rules.scored import Masks, Scored
from conformance.scoring.rules.times import Dates, Times
from conformance.validator.access import object_of
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource

_ENTRY = "Bundle.entry["
_AGAINST_THOUGH_A_WARNING = frozenset(("reference.wrong-type-named",))
"""What is only warned of because the resource that is referred to is not at hand."""


class Scorer:
    """Scores records by the rules of profiles. Threads may share it."""

    def __init__(self, derived: Iterable[Derived]) -> None:
        self._profiles = {each.list.profile: _Profile(each) for each in derived}
        self.lists: Mapping[str, RuleList] = {each.rules.digest: each.rules for each in self._profiles.values()}
        """By digest."""
        self._times = {each.rules.type: Times(each.rules.type) for each in self._profiles.values()}

    def score(
        self, resource: Resource, base: Verdict, verdicts: Sequence[Verdict], now: datetime
    ) -> tuple[Scored, Verdict, tuple[Verdict, ...]] | None:
        """What came of the rules, and the verdicts with what their findings count to; None where no rules were asked.

        `base` is the verdict of R4 itself on the whole record.
        """
        asked = [(each, self._profiles.get(each.rule)) for each in verdicts]
        known = [(each, profile) for each, profile in asked if profile is not None]
        if not known:
            return None
        dates = self._dates(resource)
        rows: dict[str, Masks] = {}
        for verdict, profile in known:
            masks = profile.masks(_at(resource, verdict.path), base, verdict.issues, dates, now)
            before = rows.get(masks.digest)
            rows[masks.digest] = masks if before is None else _both(before, masks)
        first = known[0][1]
        detailed = tuple(_detailed(each, profile, resource) for each, profile in asked)
        return _scored(resource, tuple(rows.values()), dates), _base_detailed(base, first, resource), detailed

    def _dates(self, resource: Resource) -> Dates:
        kind = resource["resourceType"]
        times = self._times.get(kind)
        return (times or Times(kind)).read(resource)


class _Profile:
    """One list made ready to be asked."""

    def __init__(self, derived: Derived) -> None:
        rules = self.rules = derived.list
        self._probe, self._attribution = Probe(derived.spots, rules.places), Attribution(rules, derived.within)
        self._base, self._order, self._profile = rules.mask("base"), rules.mask("order"), rules.mask("profile")
        self._timely, self._volume = rules.mask("timely"), rules.mask("volume")
        self._minor = sum(1 << place for place, each in enumerate(rules.rules) if each.severity == "minor")
        self.base_rule = next(each.id for each in rules.rules if each.kind == "base")
        self._of_record = self._order | self._timely | self._base | rules.mask("must-support")

    def masks(self, resource: Resource, base: Verdict, issues: Sequence[Issue], dates: Dates, now: datetime) -> Masks:
        """What came of each rule of the list."""
        asked, failed = self._probe.look(resource)
        error = 0
        asked |= self._base | self._profile
        if base.result != "passed":
            failed |= self._base if base.result == "failed" else 0
            error |= self._base if base.result == "error" else 0
        for bit, answer in ((self._order, dates.in_order(now)), (self._timely, dates.in_time(now))):
            asked |= bit if answer is not None else 0
            failed |= bit if answer is False else 0
        if issues:
            broken, unclear = self._found(issues, asked)
            failed, error = failed | broken, error | unclear
        return Masks(self.rules.digest, asked | failed | error, failed & ~error, error, self._volume, self._timely)

    def _found(self, issues: Sequence[Issue], asked: int) -> tuple[int, int]:
        failed = error = 0
        for each in issues:
            bit = 1 << self._attribution.place(each)
            if each.id in OUR_FAULTS:
                error |= bit
                if self._attribution.is_about(each):
                    error |= asked & ~self._of_record  # nothing of the profile could be looked at
            elif self._is_against(each, bit):
                failed |= bit
        return failed, error

    def _is_against(self, issue: Issue, bit: int) -> bool:
        """Whether a finding breaks the rule that it counts to: a warning breaks only a rule that is no more."""
        return issue.is_error or (
            issue.severity == "warning" and (bool(bit & self._minor) or issue.id in _AGAINST_THOUGH_A_WARNING)
        )

    def counted(self, issue: Issue) -> str:
        """The id of the rule that a finding breaks, or because of which it could not be answered; else empty."""
        place = self._attribution.place(issue)
        is_told = issue.id in OUR_FAULTS or self._is_against(issue, 1 << place)
        return self.rules.rules[place].id if is_told else ""


def _scored(resource: Resource, lists: tuple[Masks, ...], dates: Dates) -> Scored:
    kind, id_ = resource["resourceType"], resource.get("id")
    reference = patient_reference(resource)
    name = f"{kind}/{id_}" if isinstance(id_, str) else ""
    subject = patient_id(reference) if kind != "Patient" else ""
    identity, content, whose = business_identity(resource), content_digest(resource), patient_digest(reference)
    return Scored(identity, name, content, whose, lists, subject, dates.lived())


def _both(one: Masks, other: Masks) -> Masks:
    """Of two resources of one record, which fails a rule where one of them does."""
    error = one.error | other.error
    failed = (one.failed | other.failed) & ~error
    return one._replace(asked=one.asked | other.asked, failed=failed, error=error)


def _detailed(verdict: Verdict, profile: _Profile | None, resource: Resource) -> Verdict:
    if profile is None or not verdict.issues:
        return verdict
    counted = ((profile.counted(each), each.path) for each in verdict.issues)
    return replace(verdict, details=tuple(_with_values(counted, resource)))


def _base_detailed(base: Verdict, profile: _Profile, resource: Resource) -> Verdict:
    if not base.issues:
        return base
    counted = ((profile.base_rule if each.is_error else "", each.path) for each in base.issues)
    return replace(base, details=tuple(_with_values(counted, resource)))


def _with_values(counted: Iterable[tuple[str, str]], resource: Resource) -> Iterator[tuple[str, str]]:
    return ((rule, masked_value(resource, path) if rule else "") for rule, path in counted)


def _at(resource: Resource, path: str) -> Resource:
    """The resource that was judged: the record itself, or one of the entries of a Bundle."""
    if not path.startswith(_ENTRY):
        return resource
    place, _, rest = path.removeprefix(_ENTRY).partition("].resource")
    entries, at = resource.get("entry"), int(place)
    row = entries[at] if isinstance(entries, list) and at < len(entries) else None
    below = object_of(row, "resource") or resource
    inner = below["resourceType"] if isinstance(below, dict) and rest else ""
    return _at(below, f"{inner}{rest}") if rest.startswith(".entry[") else below
