"""One batch of the log, counted: from what is kept and what has come to what is to be kept.

It reads from the store, outside of the transaction that writes: nobody but who moves the position in the log on changes
what is read, so whoever finds the position moved throws away what was made here.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from conformance.scoring.counting.counters import added
from conformance.scoring.counting.deltas import Day, deltas, patient_of
from conformance.scoring.counting.examples import Example, examples_of, newest
from conformance.scoring.counting.patient import Patient
from conformance.scoring.counting.record import Move, Record
from conformance.scoring.counting.sent import Checked, Sent
from conformance.scoring.counting.shapes import Shape, bits
from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Document
from registry.scores.counting.names import (
    DAY,
    INSTITUTION,
    PATIENT,
    RECORD,
    SAMPLE,
    day_name,
    institution_name,
    patient_name,
    record_name,
    sample_name,
)
from registry.scores.counting.namesakes import gone_namesakes
from registry.scores.counting.shapes import shapes_of

Made = Mapping[tuple[str, str], Document | None]
"""What is to be saved, by collection and name; None removes it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What has come, in its order."""

    generation: str
    closed: str
    """The first day that is not yet closed: records remember no more than the contents of days before."""
    records: Sequence[tuple[Sent, Document]]
    """With the entry of the log that tells of it."""
    checks: Sequence[Checked] = ()


@dataclass(slots=True)
class _Found:
    """What the records of a batch come to."""

    moves: list[Move] = field(default_factory=list)
    opened: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By institution, list and mask."""
    examples: dict[tuple[str, str, str], list[Example]] = field(default_factory=lambda: defaultdict(list))
    """By institution, month and rule."""


async def counted(store: Store, batch: Batch) -> Made:
    """What is to be kept once the batch is counted. Raises StoreUnavailable where a rule list is missing."""
    names = {
        (sent.institution, sent.identity): record_name(batch.generation, sent.institution, sent.identity)
        for sent, _ in batch.records
    }
    kept = await store.loaded(RECORD, names.values())
    records = {key: Record(kept.get(name)) for key, name in names.items()}
    asked = {each[0] for sent, _ in batch.records for each in sent.lists}
    shapes = await shapes_of(store, asked.union(*(each.lists for each in records.values())))
    found = await _taken(store, batch, records, shapes)
    made: dict[tuple[str, str], Document | None] = {}
    made |= {(RECORD, names[key]): each.document(batch.closed) for key, each in records.items()}
    made |= await _days(store, batch, found.moves, shapes)
    made |= await _examples(store, batch.generation, found.examples)
    made |= await _institutions(store, batch, found.opened, shapes)
    return made


async def _taken(
    store: Store, batch: Batch, records: Mapping[tuple[str, str], Record], shapes: Mapping[str, Shape]
) -> _Found:
    gone = await gone_namesakes(store, [sent for sent, _ in batch.records], records)
    found = _Found()
    for at, (sent, entry) in enumerate(batch.records):
        record = records[sent.institution, sent.identity]
        found.moves += record.take(sent)
        found.moves += record.claim(sent, shapes, gone.get(at, frozenset()))
        for by, digest, mask in record.opened(sent, shapes):
            found.opened[sent.institution, digest, mask] += by
        for rule, example in examples_of(entry, sent):
            found.examples[sent.institution, sent.day[:7], rule].append(example)
    return found


async def _days(store: Store, batch: Batch, moves: Sequence[Move], shapes: Mapping[str, Shape]) -> Made:
    generation = batch.generation
    names = {whose: patient_name(generation, whose) for whose in {patient_of(each) for each in moves}}
    kept = await store.loaded(PATIENT, names.values())
    patients = {whose: Patient(kept.get(name)) for whose, name in names.items()}
    made: dict[tuple[str, str], Document | None] = {}
    changed = deltas(moves, patients, shapes)
    made |= {(PATIENT, name): patients[whose].lists for whose, name in names.items()}
    checks = _checked(batch.checks)
    days = {of: day_name(generation, of) for of in {*changed, *checks}}
    before = await store.loaded(DAY, days.values())
    for of, name in days.items():
        made[DAY, name] = _day(before.get(name, {}), changed.get(of, {}), checks.get(of, {}))
    return made


def _checked(checks: Iterable[Checked]) -> Mapping[Day, Mapping[str, Sequence[int]]]:
    """What checks add to a day, each test being a cluster of its own."""
    made: dict[Day, dict[str, Sequence[int]]] = defaultdict(dict)
    for each in checks:
        rules = made[Day(each.day, each.institution, each.product)]
        counts = (each.passed, each.failed, each.error, each.passed + each.failed)
        rules[each.rule] = _sum(rules.get(each.rule, (0, 0, 0, 0)), counts)
    return made


def _day(before: Document, lists: Mapping[str, array[int]], checks: Mapping[str, Sequence[int]]) -> Document:
    kept: dict[str, str] = dict(before.get("lists", {}))
    for digest, more in lists.items():
        kept[digest] = added(kept.get(digest, ""), more)
    rules: dict[str, Sequence[int]] = dict(before.get("checks", {}))
    for rule, counts in checks.items():
        rules[rule] = _sum(rules.get(rule, (0, 0, 0, 0)), counts)
    return {"lists": kept, "checks": rules}


def _sum(one: Sequence[int], other: Sequence[int]) -> Sequence[int]:
    return [a + b for a, b in zip(one, other, strict=True)]


async def _examples(store: Store, generation: str, found: Mapping[tuple[str, str, str], Sequence[Example]]) -> Made:
    names = {key: sample_name(generation, *key) for key in found}
    kept = await store.loaded(SAMPLE, names.values())
    return {
        (SAMPLE, names[key]): {"rule": key[2], "examples": newest(kept.get(names[key], {}).get("examples", ()), more)}
        for key, more in found.items()
    }


async def _institutions(
    store: Store, batch: Batch, opened: Counter[tuple[str, str, str]], shapes: Mapping[str, Shape]
) -> Made:
    """Who has sent anything at all, with the critical findings that are open, by rule."""
    senders = {sent.institution for sent, _ in batch.records} | {each.institution for each in batch.checks}
    names = {each: institution_name(batch.generation, each) for each in senders}
    kept = await store.loaded(INSTITUTION, names.values())
    counts: dict[str, Counter[str]] = {
        each: Counter(kept.get(name, {}).get("open", {})) for each, name in names.items()
    }
    for (institution, digest, mask), by in opened.items():
        for at in bits(int(mask, 16)):
            counts[institution][shapes[digest].rules[at]] += by
    made = {name: {"open": dict(+counts[each])} for each, name in names.items()}
    return {(INSTITUTION, name): each for name, each in made.items() if kept.get(name) != each}
