"""How often each rule was met and broken, by day and sender: counted up from the log of evidence, which is read once.

What is in the log is told in conformance.evidence: no value of a record is. Records made for tests are not counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any
from urllib.parse import quote, unquote

from conformance.evidence import LONGEST_TEXT
from fhir_kernel.store.base import Reader, Store, Transaction
from fhir_kernel.store.records import Document
from fhir_server.repository import EVIDENCE

TALLY = "evidence-tally"
"""The collection; names are `rule/day/institution/product`."""
_STATE, _FOLLOWED = "server", "evidence-tally"
_BATCH = 2_000
"""Entries of the log that are counted in one commit."""
_MOST_KINDS = 500
"""Kinds of findings that one document tells apart; the others are counted together."""
_INDEX = re.compile(r"\[[0-9]+\]")
_NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be wrong: the issue, the element where it is, the rule that says so."""

    issue: str
    element: str
    rule: str
    severity: str


OTHERS = Kind("", "", "", "error")
"""All that were too many to tell apart."""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule on one day for the records of one sender."""

    rule: str
    day: date
    institution: str
    product: str
    counts: Mapping[str, int] = field(default_factory=dict)
    """`records`, `failed`, `refused`, `untold`: those of which we could not say."""
    findings: Mapping[Kind, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Under which it is kept."""
        senders = (quote(each or _NOBODY, safe="") for each in (self.institution, self.product))
        return f"{self.rule}/{self.day.isoformat()}/{'/'.join(senders)}"

    def document(self) -> Document:
        """As it is kept."""
        findings = [
            [each.issue, each.element, each.rule, each.severity, count] for each, count in self.findings.items()
        ]
        return {"counts": dict(self.counts), "findings": findings}


async def count_up(store: Store, zone: tzinfo) -> int:
    """Count what has come to the log since it was last read; gives how many entries. Days are those of `zone`."""
    done = 0
    while batch := await _next_batch(store):
        after, last, entries = batch
        rows = _rows(entries, zone)
        done += len(entries) if await store.commit(_adding(rows, after, last)) else 0
    return done


async def tallied(reader: Reader, rule: str, first: date, last: date) -> Sequence[Row]:
    """The rows of a rule, a canonical `url|version`, from one local day to another."""
    rule = rule[:LONGEST_TEXT]
    found = await reader.listed(TALLY, prefix=f"{rule}/", after=f"{rule}/{first.isoformat()}")
    rows = (_row_of(rule, name, kept) for name, kept in found)
    return [each for each in rows if each.day <= last]


async def _next_batch(store: Store) -> tuple[int, int, list[Document]] | None:
    after = await _followed(store)
    entries: list[Document] = []
    last = after
    async for number, entry in store.log(EVIDENCE, after=after):
        entries.append(entry)
        last = number
        if len(entries) == _BATCH:
            break
    return (after, last, entries) if entries else None


async def _followed(reader: Reader) -> int:
    kept = await reader.load(_STATE, _FOLLOWED)
    return 0 if kept is None else int(kept["after"])


def _adding(rows: Mapping[str, Row], after: int, last: int) -> Any:
    async def work(transaction: Transaction) -> bool:
        if await _followed(transaction) != after:
            return False  # another process has counted these
        for name, row in rows.items():
            kept = await transaction.load(TALLY, name)
            whole = row if kept is None else _added(_row_of(row.rule, name, kept), row)
            await transaction.save(TALLY, name, whole.document())
        await transaction.save(_STATE, _FOLLOWED, {"after": last})
        return True

    return work


def _rows(entries: Iterable[Document], zone: tzinfo) -> Mapping[str, Row]:
    rows: dict[str, Row] = {}
    for entry in entries:
        if entry.get("test") or entry.get("validated") or "rules" not in entry:
            continue  # no record was sent to be kept: it was tried out, or is a check of something else than records
        day = datetime.fromisoformat(entry["instant"]).astimezone(zone).date()
        for judged in entry["rules"]:
            sender = (entry.get("institution", ""), entry.get("product", ""))
            row = Row(judged["rule"], day, *sender, _counts(judged), _findings(judged))
            rows[row.name] = row if row.name not in rows else _added(rows[row.name], row)
    return rows


def _counts(judged: Mapping[str, Any]) -> Mapping[str, int]:
    failed = judged.get("failed", 0)
    refused = failed if judged["mode"] == "reject" else 0
    counts = {"records": judged["applicable"], "failed": failed, "refused": refused, "untold": judged.get("error", 0)}
    return {name: count for name, count in counts.items() if count}


def _findings(judged: Mapping[str, Any]) -> Mapping[Kind, int]:
    found: Counter[Kind] = Counter()
    for each in judged.get("findings", ()):
        element = each.get("element") or _INDEX.sub("", each["path"])
        found[Kind(each["issue"], element, each.get("rule", ""), each["severity"])] += each.get("count", 1)
    found[OTHERS] += judged.get("moreFindings", 0)
    return +found


def _added(one: Row, other: Row) -> Row:
    counts = Counter(one.counts) + Counter(other.counts)
    findings = Counter(one.findings)
    for kind, count in other.findings.items():
        findings[kind if kind in findings or len(findings) < _MOST_KINDS else OTHERS] += count
    return Row(one.rule, one.day, one.institution, one.product, counts, findings)


def _row_of(rule: str, name: str, kept: Document) -> Row:
    day, institution, product = name.removeprefix(f"{rule}/").split("/")
    findings = {Kind(*each[:4]): int(each[4]) for each in kept["findings"]}
    return Row(rule, date.fromisoformat(day), _sender(institution), _sender(product), kept["counts"], findings)


def _sender(name: str) -> str:
    return "" if name == _NOBODY else unquote(name)
