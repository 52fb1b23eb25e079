"""What is remembered of each write for conformance scores: which rule was met and which was broken, by whose system.

No value of a record is in it, nor a name that a sender made up: a finding is an issue id, a path of FHIR's own element
names (https://hl7.org/fhir/R4/resource.html#id) and a value with its letters and digits masked. What tells records
apart are digests; only the day of an event stands there, where the dates of the patient must still be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from conformance.rules_in_force import Mode
from conformance.scoring.rules.scored import Scored
from conformance.validator.path import plain
from conformance.vocabulary import Vocabulary
from fhir_kernel.issues import Issue
from fhir_kernel.store.records import Document, Method, Version

Result = Literal["passed", "failed", "error"]
"""`error`: we could not tell, through no fault of the sender."""
MOST_RULES = 40
MOST_FINDINGS = 60
MOST_FINDINGS_OF_A_RULE = 20
LONGEST_TEXT = 200
"""Bounds of one document; what lies beyond is counted, not described."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote: an organisation, by which product, as which client. All are our own identifiers of them."""

    institution: str = ""
    product: str = ""
    product_version: str = ""
    client: str = ""
    is_practice: bool = False
    """Whether it only tries out, so that no score counts what it sends."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one rule on one resource; `path` is where that stands, from the root of what was judged."""

    rule: str
    """The canonical of the profile, or of the definition of the type where FHIR itself is the rule."""
    mode: Mode
    path: str
    result: Result
    issues: tuple[Issue, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    """Of each issue the elementary rule that it counts to, and the masked value; empty where no score asks for it."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """The write that was judged. `basis` names what it was judged by: program, definitions, policy."""

    resource_type: str
    method: Method
    instant: datetime
    accepted: bool
    is_test: bool = False
    """Whether the record is labelled as made for tests, so that no score counts it."""
    basis: str = ""
    is_validation: bool = False
    """Whether nothing was to be written: somebody asked what would come of it, and wants it to count."""


def evidence_of(
    occasion: Occasion,
    verdicts: Sequence[Verdict],
    sender: Sender,
    version: Version | None,
    words: Vocabulary,
    scored: Scored | None = None,
) -> Document:
    """The document for the log; its size is bounded. `version` is None where nothing was written."""
    made: dict[str, Any] = {"instant": occasion.instant.isoformat()}
    made |= {name: text[:LONGEST_TEXT] for name, text in _described(sender, occasion) if text}
    made |= {"method": occasion.method, "accepted": occasion.accepted}
    if words.is_resource(occasion.resource_type):
        made["type"] = occasion.resource_type
    if version is not None:
        made |= {"type": version.key.type, "id": version.key.id, "version": version.number}
    if occasion.is_test or sender.is_practice:
        made["test"] = True
    if occasion.is_validation:
        made["validated"] = True
    if scored is not None:
        new = occasion.method == "POST"
        made["scored"] = scored.document(
            accepted=occasion.accepted, is_new_name=new, version=version, is_validation=occasion.is_validation
        )
    rows = _by_rule(verdicts)
    made["rules"] = _described_rules(rows[:MOST_RULES], words)
    if len(rows) > MOST_RULES:
        made["moreRules"] = len(rows) - MOST_RULES
    return made


def _described(sender: Sender, occasion: Occasion) -> Iterator[tuple[str, str]]:
    yield "institution", sender.institution
    yield "product", sender.product
    yield "productVersion", sender.product_version
    yield "client", sender.client
    yield "basis", occasion.basis


def _by_rule(verdicts: Sequence[Verdict]) -> list[list[Verdict]]:
    """Those of one rule together: a Bundle has one for each entry."""
    rows: dict[tuple[str, Mode], list[Verdict]] = {}
    for each in verdicts:
        rows.setdefault((each.rule, each.mode), []).append(each)
    return list(rows.values())


def _described_rules(rows: Sequence[Sequence[Verdict]], words: Vocabulary) -> list[Document]:
    left = MOST_FINDINGS
    made: list[Document] = []
    for verdicts in rows:
        row, used = _described_rule(verdicts, min(left, MOST_FINDINGS_OF_A_RULE), words)
        left -= used
        made.append(row)
    return made


def _described_rule(verdicts: Sequence[Verdict], most: int, words: Vocabulary) -> tuple[Document, int]:
    first = verdicts[0]
    row: dict[str, Any] = {"rule": first.rule[:LONGEST_TEXT], "mode": first.mode, "applicable": len(verdicts)}
    for result in ("passed", "failed", "error"):
        if (count := sum(each.result == result for each in verdicts)) > 0:
            row[result] = count
    kinds = _by_kind(verdicts)
    if not kinds:
        return row, 0
    findings = [_described_finding(found, words) for found in list(kinds.values())[:most]]
    row["findings"] = findings
    if len(kinds) > most:
        row["moreFindings"] = len(kinds) - most
    return row, len(findings)


_Detail = tuple[str, str]
_NO_DETAIL: _Detail = ("", "")


def _by_kind(verdicts: Sequence[Verdict]) -> Mapping[tuple[str, ...], list[tuple[Issue, _Detail]]]:
    """The findings that matter, those that are alike together, errors first."""
    found = [pair for each in verdicts for pair in _detailed(each) if pair[0].severity != "information"]
    kinds: dict[tuple[str, ...], list[tuple[Issue, _Detail]]] = {}
    for each, detail in sorted(found, key=lambda pair: not pair[0].is_error):
        key = (each.id, plain(each.path), each.profile, each.element, each.rule)
        kinds.setdefault(key, []).append((each, detail))
    return kinds


def _detailed(verdict: Verdict) -> Iterator[tuple[Issue, _Detail]]:
    return zip(verdict.issues, verdict.details or (_NO_DETAIL,) * len(verdict.issues), strict=True)


def _described_finding(found: Sequence[tuple[Issue, _Detail]], words: Vocabulary) -> Document:
    """`path` is the first place of those that are alike; `count` tells how many there are."""
    first, (rule, value) = found[0]
    path = words.path(first.path)[:LONGEST_TEXT]
    made: dict[str, Any] = {"issue": first.id, "severity": first.severity, "path": path}
    stated = (("profile", first.profile), ("element", first.element), ("rule", first.rule), ("value", value))
    made |= {name: text[:LONGEST_TEXT] for name, text in stated if text}
    if rule:
        made["scoredRule"] = rule
    if len(found) > 1:
        made["count"] = len(found)
    return made
