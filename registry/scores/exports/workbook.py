"""A score as tables: a workbook of four sheets, and the rules alone as CSV."""

from __future__ import annotations

from fhir_kernel.issues import Language
from registry.scores.account import RuleAccount, ScoreAccount
from registry.scores.exports.numbers import minute
from registry.scores.exports.words import word
from registry.tables.csv_text import as_csv
from registry.tables.table import Cell, Table
from registry.tables.xlsx import as_xlsx

_RULE = ("dimension", "severity", "strength", "clause", "reference", "data-set")
_COUNTS = ("judged", "passed", "failed", "errors", "effect", "limit", "gain")
_EXAMPLE = ("rule", "resource", "path", "found", "issue", "day", "product")


def workbook(account: ScoreAccount, language: Language) -> bytes:
    """Verdict, dimensions, rules, examples."""
    tables = (_verdict, _dimensions, _rules, _examples)
    return as_xlsx(*(make(account, language) for make in tables))


def csv_text(account: ScoreAccount, language: Language) -> bytes:
    """A line for each rule."""
    return as_csv(_rules(account, language))


def _verdict(account: ScoreAccount, language: Language) -> Table:
    head = account.snapshot
    values: dict[str, Cell | None] = {
        "institution": account.subject.name,
        "class": account.subject.class_id,
        "jurisdiction": account.subject.jurisdiction,
        "period": account.period.name,
        "score": account.value,
        "lower": account.lower,
        "upper": account.upper,
        "level": account.level,
        "coverage": account.coverage,
        "judgements": account.records,
        "snapshot": head.id,
        "digest": head.digest,
        "taken": minute(head.taken),
        "pack": head.pack,
        "policy": head.policy,
        "engine": head.engine,
        "seed": head.seed,
        "verification": account.verification,
    }
    rows = [(word(name, language), "–" if value is None else value) for name, value in values.items()]
    notes = [
        f"{word('withheld', language)}{word('colon', language)}{each.said_in(language)}" for each in account.withheld
    ]
    notes += [word("gate", language)] * account.gate_broken
    notes += [
        f"{word('next-level', language)}{word('colon', language)}{each.said_in(language)}" for each in account.lacks
    ]
    return Table(word("verdict", language), ("", word("value", language)), rows, notes=tuple(notes))


def _dimensions(account: ScoreAccount, language: Language) -> Table:
    names = ("dimension", "value", "weight")
    rows = [
        (f"{each.id} {each.title.said_in(language)}", "–" if account.value is None else each.value, each.share)
        for each in account.dimensions
    ]
    return Table(word("dimensions", language), _columns(names, language), rows)


def _rules(account: ScoreAccount, language: Language) -> Table:
    rows = [_rule(each, account, language) for each in account.rules]
    return Table(word("rules", language), _columns(("rule", "asks", *_RULE, *_COUNTS, "fix"), language), rows)


def _rule(each: RuleAccount, account: ScoreAccount, language: Language) -> tuple[Cell, ...]:
    rule = each.rule
    return (
        rule.id,
        each.title.said_in(language),
        rule.dimension,
        word(rule.severity, language),
        rule.strength,
        rule.clause,
        rule.reference,
        rule.data_set,
        each.judged,
        each.passed,
        each.failed,
        each.errors,
        round(each.effect, 6),
        round(each.lower, 6),
        "–" if account.value is None else each.gain,
        each.fix.said_in(language),
    )


def _examples(account: ScoreAccount, language: Language) -> Table:
    refused = word("refused", language)
    rows = [
        (each.rule.id, one.resource or refused, one.path, one.value, one.issue, one.day, one.product)
        for each in account.rules
        for one in each.examples
    ]
    return Table(word("examples", language), _columns(_EXAMPLE, language), rows)


def _columns(names: tuple[str, ...], language: Language) -> tuple[str, ...]:
    return tuple(word(each, language) for each in names)
