"""The rules of a published edition: which profile is asked of which type, since when, for which clause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from conformance.rules_in_force import Applies, InForce, Rule
from fhir_kernel.store.records import Document
from registry.refusal import Refused
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class StandardRule:
    """A rule, and the clause of the standard that it serves."""

    rule: Rule
    clause: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that one edition asks. `digest` is that of the archive which holds its profiles."""

    package: str
    version: str
    digest: str
    standard: str
    edition: str
    rules: tuple[StandardRule, ...] = field(default=())

    @property
    def name(self) -> str:
        """`package#version`, under which it is kept."""
        return f"{self.package}#{self.version}"

    def document(self) -> Document:
        """As it is kept."""
        return {
            "package": self.package,
            "version": self.version,
            "digest": self.digest,
            "standard": self.standard,
            "edition": self.edition,
            "rules": [_rule_document(each) for each in self.rules],
        }


def rule_set_of(kept: Document) -> RuleSet:
    """The rules that were kept as a document."""
    texts = {name: str(kept[name]) for name in ("package", "version", "digest", "standard", "edition")}
    return RuleSet(**texts, rules=tuple(_rule_of(each) for each in kept["rules"]))


def check_dates(rule: Rule) -> None:
    """Dates come in the order of a rule's life. Raises Refused."""
    dates = [each for each in rule.dates if each is not None]
    if dates != sorted(dates):
        shown = ", ".join(each.isoformat() for each in dates)
        raise Refused(
            "invalid",
            [
                Sentence(
                    f"the rule for {rule.profile} would be observed, warned of, refused and ended at {shown}; "
                    "expected these in their order",
                    f"规则 {rule.profile} 的观察、警告、拒收、终止日期依次为 {shown}；应按先后顺序排列",
                )
            ],
            where=rule.profile,
        )


def ended(rules: RuleSet, at: datetime) -> RuleSet:
    """The same, asked no longer than until `at`; what has ended before stays so."""
    return replace(rules, rules=tuple(replace(each, rule=_ended(each.rule, at)) for each in rules.rules))


def changed(rules: RuleSet, profile: str, change: Callable[[Rule], Rule]) -> RuleSet:
    """The same with what `change` makes of the rules of one profile, such as other dates. Raises Refused."""
    if all(each.rule.profile != profile for each in rules.rules):
        sentence = Sentence(f"{rules.name} has no rule for {profile}", f"{rules.name} 没有关于 {profile} 的规则")
        raise Refused("missing", [sentence], where="profile")
    made = [each if each.rule.profile != profile else replace(each, rule=change(each.rule)) for each in rules.rules]
    for each in made:
        check_dates(each.rule)
    return replace(rules, rules=tuple(made))


def in_force(sets: Iterable[RuleSet], at: datetime) -> list[tuple[RuleSet, StandardRule, InForce]]:
    """Which rules apply at an instant, and how."""
    return [
        (rules, each, InForce(each.rule, mode))
        for rules in sets
        for each in rules.rules
        if (mode := each.rule.mode(at)) != "off"
    ]


def _ended(rule: Rule, at: datetime) -> Rule:
    return rule if rule.until is not None and rule.until <= at else replace(rule, until=at)


def _rule_document(each: StandardRule) -> dict[str, Any]:
    rule = each.rule
    dates = {"observeFrom": rule.observe_from, "warnFrom": rule.warn_from, "rejectFrom": rule.reject_from}
    kept = {name: date.isoformat() for name, date in {**dates, "until": rule.until}.items() if date is not None}
    return {"profile": rule.profile, "type": rule.type, "applies": rule.applies, "clause": each.clause, **kept}


def _rule_of(kept: Mapping[str, Any]) -> StandardRule:
    def date(name: str) -> datetime | None:
        return datetime.fromisoformat(kept[name]) if name in kept else None

    applies: Applies = "claimed" if kept["applies"] == "claimed" else "all"
    dates = (date("observeFrom"), date("warnFrom"), date("rejectFrom"), date("until"))
    return StandardRule(Rule(kept["profile"], kept["type"], *dates, applies), kept["clause"])
