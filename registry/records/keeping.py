"""Saves and loads what the registry speaks of, one document each, and notes every change in the log `registry`.

Collections: `standard`, `project`, `plan`, `group`, `committee` by id; `edition` by `standard/id`; `progress` by the id
of the project; `filed`, `matter` by `project/instant-id` and `event` by `project/number`, so that a prefix tells what
a project has.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from fhir_kernel.store.base import Reader, Transaction
from fhir_kernel.store.records import Document
from registry.model.codec import Kept
from registry.model.committee import Committee, committee_of
from registry.model.edition import Edition, edition_of
from registry.model.group import DraftingGroup, group_of
from registry.model.plan import AnnualPlan, plan_of
from registry.model.project import Project, project_of
from registry.model.standard import Standard, standard_of
from registry.refusal import Refused
from registry.sentence import Sentence

LOG = "registry"
"""The log that other processes follow."""
EDITIONS = "edition"
_PIECE = 1_000
Thing = TypeVar("Thing", bound=Kept)


@dataclass(frozen=True, slots=True)
class Shelf(Generic[Thing]):
    """One collection of things that are known by their ids."""

    collection: str
    name: Sentence
    read: Callable[[str, Document], Thing]

    async def find(self, reader: Reader, id_: str) -> Thing | None:
        """The thing of this id."""
        kept = await reader.load(self.collection, id_) if id_ else None
        return None if kept is None else self.read(id_, kept)

    async def get(self, reader: Reader, id_: str) -> Thing:
        """The thing of this id. Raises Refused (missing)."""
        found = await self.find(reader, id_)
        if found is None:
            raise missing(self.name, id_)
        return found

    async def page(self, reader: Reader, *, after: str = "", count: int | None = None) -> Sequence[Thing]:
        """Things in the order of their ids, after one of them."""
        return [self.read(name, kept) for name, kept in await reader.listed(self.collection, after=after, count=count)]

    async def save(self, transaction: Transaction, thing: Thing) -> None:
        """Keep it in the place of what has the same id."""
        known: Any = thing
        await transaction.save(self.collection, known.id, thing.document())
        await note(transaction, self.collection, known.id, standard=_standard_of(known))

    async def edit(self, transaction: Transaction, id_: str, change: Callable[[Thing], Thing]) -> Thing:
        """Change what is kept, whatever it has become by now. Raises Refused (missing)."""
        changed = change(await self.get(transaction, id_))
        await self.save(transaction, changed)
        return changed


STANDARDS: Shelf[Standard] = Shelf("standard", Sentence("standard", "标准"), standard_of)
PROJECTS: Shelf[Project] = Shelf("project", Sentence("project", "项目"), project_of)
PLANS: Shelf[AnnualPlan] = Shelf("plan", Sentence("annual plan", "年度计划"), plan_of)
GROUPS: Shelf[DraftingGroup] = Shelf("group", Sentence("drafting group", "起草组"), group_of)
COMMITTEES: Shelf[Committee] = Shelf("committee", Sentence("committee", "标委会"), committee_of)


async def editions(reader: Reader, standard: str) -> Sequence[Edition]:
    """The editions of a standard, the oldest first."""
    listed = await reader.listed(EDITIONS, prefix=f"{standard}/")
    found = [edition_of(name.rpartition("/")[2], kept) for name, kept in listed]
    return sorted(found, key=lambda each: (each.created, each.id))


async def edition(reader: Reader, standard: str, id_: str) -> Edition:
    """An edition of a standard. Raises Refused (missing)."""
    kept = await reader.load(EDITIONS, f"{standard}/{id_}")
    if kept is None:
        raise missing(Sentence("edition", "版本"), id_)
    return edition_of(id_, kept)


async def save_edition(transaction: Transaction, changed: Edition) -> None:
    """Keep an edition."""
    await transaction.save(EDITIONS, f"{changed.standard}/{changed.id}", changed.document())
    await note(transaction, EDITIONS, changed.id, standard=changed.standard)


async def edit_edition(
    transaction: Transaction, standard: str, id_: str, change: Callable[[Edition], Edition]
) -> Edition:
    """Change an edition, whatever it has become by now. Raises Refused (missing)."""
    changed = change(await edition(transaction, standard, id_))
    await save_edition(transaction, changed)
    return changed


async def every(reader: Reader, collection: str) -> AsyncIterator[tuple[str, Document]]:
    """All of a collection, in pieces, so that others are served in between."""
    after = ""
    while piece := await reader.listed(collection, after=after, count=_PIECE):
        for each in piece:
            yield each
        after = piece[-1][0]


async def all_listed(reader: Reader, collection: str) -> Sequence[tuple[str, Document]]:
    """The same as a list."""
    return [each async for each in every(reader, collection)]


async def note(transaction: Transaction, what: str, id_: str, *, standard: str = "") -> None:
    """Tell those who follow the log that something was changed."""
    await transaction.append(LOG, [{"what": what, "id": id_, "standard": standard}])


async def note_all(transaction: Transaction, standards: Iterable[str]) -> None:
    """Tell those who follow the log that standards, with what belongs to them, were changed."""
    await transaction.append(LOG, [{"what": STANDARDS.collection, "id": each, "standard": each} for each in standards])


def timed_name(project: str, instant: datetime, id_: str) -> str:
    """A name under which things of a project are listed in the order of time."""
    return f"{project}/{instant.astimezone(UTC):%Y%m%dT%H%M%S%f}-{id_}"


def id_in(name: str) -> str:
    """The id in such a name."""
    return name.rpartition("/")[2].partition("-")[2]


def missing(what: Sentence, id_: str) -> Refused:
    """The refusal of what is not there."""
    return Refused("missing", (Sentence(f"there is no {what.en} '{id_}'", f"没有{what.zh}“{id_}”"),))


def _standard_of(known: Any) -> str:
    if isinstance(known, Standard):
        return known.id
    return known.standard if isinstance(known, Project) else ""
