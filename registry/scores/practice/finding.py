"""From a judgement to the findings that break rules, each with its rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from conformance.judgement import Judgement
from conformance.scoring.counting.shapes import bits
from conformance.scoring.rules.model import ElementaryRule, RuleList
from conformance.scoring.rules.scored import Masks
from fhir_kernel.issues import issue
from registry.scores.practice.outcome import Answered, Found

MOST_PLACES = 50
"""Places of one rule that are told, of one record as of all; the others are counted."""


def answers_of(judgement: Judgement) -> tuple[Answered, ...]:
    """What the rules said, without what nobody can tell of a file: how soon it came."""
    scored = judgement.scored
    return () if scored is None else tuple(_without_time(each) for each in scored.lists)


def findings_of(judgement: Judgement, answers: Sequence[Answered], lists: Mapping[str, RuleList]) -> Iterator[Found]:
    """The findings that break a rule, and those for which the record would be refused."""
    failed = [rule for row in answers for rule in _rules(lists[row.digest], row.failed)]
    ids = {each.id for each in failed}
    told: set[str] = set()
    for verdict in judgement.verdicts:
        details = verdict.details or (("", ""),) * len(verdict.issues)
        for found, (rule, _) in zip(verdict.issues, details, strict=True):
            if rule in ids or (not rule and found.is_error):
                told.add(rule)
                yield Found(rule, found)
    for each in failed:
        if each.id not in told and (made := _untold(each, judgement.occasion.resource_type)) is not None:
            yield made


def bounded(found: Iterator[Found]) -> tuple[tuple[Found, ...], tuple[tuple[str, int], ...]]:
    """As many as are told of each rule, and how many more there are."""
    counts: Counter[str] = Counter()
    told = []
    for each in found:
        counts[each.rule] += 1
        if counts[each.rule] <= MOST_PLACES:
            told.append(each)
    return tuple(told), tuple((rule, many - MOST_PLACES) for rule, many in counts.items() if many > MOST_PLACES)


def _without_time(masks: Masks) -> Answered:
    asked = ~masks.timely
    return Answered(masks.digest, masks.asked & asked, masks.failed & asked, masks.error & asked)


def _rules(rules: RuleList, mask: int) -> Iterator[ElementaryRule]:
    return (rules.rules[at] for at in bits(mask))


def _untold(rule: ElementaryRule, kind: str) -> Found | None:
    """What breaks a rule of which no validation speaks."""
    if rule.kind == "must-support":
        path = ".".join(step.partition(":")[0].removesuffix("[x]") for step in rule.element.split("."))
        return Found(rule.id, issue("scoring.not-filled", path, expected=path))
    return Found(rule.id, issue("scoring.out-of-order", kind)) if rule.kind == "order" else None
