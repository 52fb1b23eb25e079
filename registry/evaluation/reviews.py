"""Which standards are to be reviewed, and when: five years after publication at the latest, earlier with a trigger.

The Standardization Law of the People's Republic of China (2017), article 29. The length is data of the rules.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Document
from registry.lifecycle.book import Book
from registry.lifecycle.guards.publication import next_review
from registry.model.codec import Kept
from registry.model.edition import edition_of
from registry.model.matter import matter_of
from registry.model.progress import progress_of
from registry.model.project import project_of
from registry.records.cases import PROGRESS
from registry.records.filing import MATTERS
from registry.records.keeping import EDITIONS, PROJECTS
from registry.sentence import Sentence

_WAITING = frozenset(("60.60", "90.92", "90.93", "95.92"))
"""The states from which a periodic review starts."""
_UNDER_WAY = frozenset(("90.20", "90.60"))


@dataclass(frozen=True, slots=True)
class Review(Kept):
    """A review that is due, or under way."""

    standard: str
    edition: str
    project: str
    number: str
    title: Sentence
    state: str
    due: datetime
    is_overdue: bool
    is_under_way: bool
    triggers: int
    """Reasons for an earlier review that wait for it."""


async def reviews(store: Store, book: Book, now: datetime, until: datetime) -> Sequence[Review]:
    """Those that are due by `until`, have a trigger or are under way, the most urgent first."""
    triggered = await _triggered(store)
    kept = [await store.listed(each) for each in (PROGRESS, PROJECTS.collection, EDITIONS)]

    def found() -> Sequence[Review]:
        every = _Kept(*map(dict, kept))
        made = (_review(every, id_, book, now, triggered[id_]) for id_ in every.progress)
        wanted = [each for each in made if each is not None and _is_wanted(each, until)]
        return sorted(wanted, key=lambda each: (each.due, each.number))

    return await asyncio.to_thread(found)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The documents of all projects, read at once, for there may be very many."""

    progress: Mapping[str, Document]
    projects: Mapping[str, Document]
    editions: Mapping[str, Document]


def _is_wanted(review: Review, until: datetime) -> bool:
    return review.due <= until or review.triggers > 0 or review.is_under_way


async def _triggered(store: Store) -> Counter[str]:
    """How many triggers are open, by project."""
    found = [matter_of("", kept) for _, kept in await store.listed(MATTERS)]
    return Counter(each.project for each in found if each.kind == "trigger" and each.is_open)


def _review(kept: _Kept, id_: str, book: Book, now: datetime, triggers: int) -> Review | None:
    progress = progress_of(kept.progress[id_])
    if progress.text not in _WAITING | _UNDER_WAY:
        return None
    project = project_of(id_, kept.projects[id_])
    its = edition_of(project.edition, kept.editions[f"{project.standard}/{project.edition}"])
    due = next_review(its, project, progress, book.at(now))
    if due is None or (its.ends is not None and its.ends <= book.today(now)):
        return None
    return Review(
        standard=its.standard,
        edition=its.id,
        project=id_,
        number=its.number,
        title=project.title,
        state=progress.text,
        due=due,
        is_overdue=now > due,
        is_under_way=progress.text in _UNDER_WAY,
        triggers=triggers,
    )
