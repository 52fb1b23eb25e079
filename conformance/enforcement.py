"""Judges whatever is to be written: one path for every way in, and for `$validate`.

FHIR lets a server say what it accepts (https://hl7.org/fhir/R4/validation.html); the EnforcementPolicy says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from conformance.asked_now import AskedNow
from conformance.enforcement_policy import EnforcementPolicy
from conformance.evidence import Occasion, Result, Verdict
from conformance.judgement import Judgement
from conformance.rules_in_force import MODES, InForce, Mode, Rule, RulesInForce
from conformance.scoring.rules.derive import Derived
from conformance.scoring.rules.model import RuleList
from conformance.scoring.rules.scorer import Scorer
from conformance.validator.access import object_of, rows_of, type_of
from conformance.validator.apart import Answer, Asked, Examination
from conformance.validator.report import without_repeats
from conformance.vocabulary import Vocabulary
from fhir_kernel.definitions.model import Model
from fhir_kernel.issues import Issue, issue
from fhir_kernel.resource import Resource, split_canonical
from fhir_kernel.store.records import Method

__all__ = ["Enforcement", "Examiner", "Judge", "Rule"]

_CORE = "http://hl7.org/fhir/StructureDefinition/{}|4.0.1"
_TEST_LABEL = ("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST")
_OUR_FAULTS = frozenset(("invariant.unusable", "profile.broken"))
"""Issues about definitions that cannot be used here; nobody is refused for them."""
_NOT_KEPT = frozenset(
    (
        "narrative.not-well-formed",
        "primitive.control-character",
        "primitive.json-type",
        "structure.many-choices",
        "structure.no-resource-type",
        "structure.not-a-list",
        "structure.not-an-object",
        "structure.null",
        "structure.sibling-length",
        "structure.too-deep",
        "structure.unknown-property",
        "structure.unknown-property-near",
        "structure.unknown-resource-type",
    )
)
"""Issues with which a resource could not be given back in JSON and XML; no mode lets them pass."""


class Judge(Protocol):
    """Says whether a resource may be written. Pure: asks nobody and remembers nothing of what it judged."""

    def judge(self, resource: Resource, *, method: Method, now: datetime, profiles: Sequence[str] = ()) -> Judgement:
        """What comes of writing `resource` at the instant `now`; `profiles` are asked of it besides the rules."""


class Examiner(Protocol):
    """`conformance.validator.Validator` is one."""

    def examine(self, resource: Resource, asked: Asked, /) -> Examination: ...


class Enforcement:
    """Judges by a policy. Threads may share it."""

    def __init__(
        self,
        examiner: Examiner,
        model: Model,
        policy: EnforcementPolicy,
        *,
        basis: str = "",
        derived: Iterable[Derived] = (),
    ) -> None:
        """`basis` names in evidence what it is judged by: program, definitions, policy.

        `derived` are the elementary rules of the profiles whose records are scored.
        """
        self._examiner, self.policy, self._basis = examiner, policy, basis
        self._rules = RulesInForce(policy.rules)
        self._words, self._scorer = Vocabulary(model), Scorer(derived)

    @property
    def lists(self) -> Mapping[str, RuleList]:
        """By digest the elementary rules of profiles, which what is judged here is scored by."""
        return self._scorer.lists

    def judge(self, resource: Resource, *, method: Method, now: datetime, profiles: Sequence[str] = ()) -> Judgement:
        """What comes of writing `resource` at the instant `now`; of deleting it nothing is asked."""
        kind = type_of(resource)
        if method == "DELETE":
            return Judgement(Occasion(kind, method, now, accepted=True), (), (), self._words)
        asked = AskedNow(self._rules, now, profiles)
        found = self._examiner.examine(resource, asked)
        base, of_rules = self._of_fhir(resource, kind, found.issues), tuple(self._of_rules(asked.asked, found.answers))
        scored = None
        if of_rules and (outcome := self._scorer.score(resource, base, of_rules, now)) is not None:
            scored, base, of_rules = outcome
        verdicts = (base, *of_rules)
        told = _told(verdicts)
        accepted = not any(each.is_error for each in told)
        occasion = Occasion(kind, method, now, accepted, _is_test(resource), self._basis)
        kept = tuple(each for each in verdicts if each.mode != "off")
        return Judgement(occasion, tuple(told), kept, self._words, scored)

    def _of_fhir(self, resource: Resource, kind: str, issues: Sequence[Issue]) -> Verdict:
        """Of R4 itself, and of the profiles that the resource claims and no rule governs."""
        found = tuple(self._weighed((*issues, *self._missing_claim(resource, kind))))
        name = kind if self._words.is_resource(kind) else "Resource"
        return Verdict(_CORE.format(name), self.policy.mode(kind), kind, _result(found), found)

    def _missing_claim(self, resource: Resource, kind: str) -> Iterator[Issue]:
        required = self.policy.required.get(kind)
        if not required:
            return
        stated = object_of(resource, "meta").get("profile")
        claims = [each for each in stated if isinstance(each, str)] if isinstance(stated, list) else []
        if not any(_claims(claim, each) for claim in claims for each in required):
            yield issue("enforcement.profile-required", f"{kind}.meta.profile", expected=", ".join(required))

    def _of_rules(self, asked: Sequence[InForce], answers: Sequence[Answer]) -> Iterator[Verdict]:
        for each, answer in zip(asked, answers, strict=True):
            found = tuple(self._weighed(_without_blame(answer.issues)))
            is_untold = any(issue.id == "profile.unknown" for issue in answer.issues)
            result = _result(found, is_untold=is_untold)
            yield Verdict(each.rule.profile, each.mode, answer.path, result, found)

    def _weighed(self, issues: Iterable[Issue]) -> Iterator[Issue]:
        """The issues, as severe as the policy says."""
        overrides = self.policy.severities
        for each in issues:
            override = next((row for row in overrides if row.fits(each)), None) if overrides else None
            if override is None or each.id in _NOT_KEPT:
                yield _lowered(each) if each.id in _OUR_FAULTS else each
            elif override.severity != "ignore":
                yield replace(each, severity=override.severity)


def _claims(claim: str, profile: str) -> bool:
    """Whether a claim names the profile, in no other version where both tell one."""
    (url, version, _), (asked, needed, _) = split_canonical(claim), split_canonical(profile)
    return url == asked and (version == needed or version is None or needed is None)


def _without_blame(issues: Iterable[Issue]) -> Iterator[Issue]:
    """A profile that a rule asks and that nobody can look into is not the sender's fault."""
    return (_lowered(each) if each.id == "profile.unknown" else each for each in issues)


def _lowered(found: Issue) -> Issue:
    return replace(found, severity="warning") if found.is_error else found


def _result(issues: Sequence[Issue], *, is_untold: bool = False) -> Result:
    if any(each.is_error for each in issues):
        return "failed"
    return "error" if is_untold or any(each.id in _OUR_FAULTS for each in issues) else "passed"


def _told(verdicts: Sequence[Verdict]) -> list[Issue]:
    """What the sender is told, once each, as severe as the strictest rule that found it."""
    if not any(each.issues for each in verdicts):
        return []
    strictest_first = sorted(verdicts, key=lambda each: -MODES.index(each.mode))
    return without_repeats([found for each in strictest_first for found in _told_of(each.mode, each.issues)])


def _told_of(mode: Mode, issues: Iterable[Issue]) -> Iterator[Issue]:
    for each in issues:
        if mode == "reject" or each.id in _NOT_KEPT:
            yield each
        elif mode == "warn":
            yield _lowered(each)


def _is_test(resource: Resource) -> bool:
    """Whether it is labelled as test data (https://hl7.org/fhir/R4/security-labels.html)."""
    meta = object_of(resource, "meta")
    labels = (*rows_of(meta, "security"), *rows_of(meta, "tag")) if meta else ()
    return any((row.get("system"), row.get("code")) == _TEST_LABEL for _, row in labels)
