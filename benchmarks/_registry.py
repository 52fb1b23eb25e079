"""A made-up registry in a file, and what is known of it: the same for the same seed.

Of 20 standards 13 have a published edition, 4 of these a second one that has taken its place or is under way, and 3 of
the oldest were reviewed and kept; the others are at some stage before publication.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import BinaryIO

from benchmarks._pad import Pad
from benchmarks._road import DAY, OFFICER, REVIEW, TO_PUBLICATION, Journey, file, hear
from benchmarks._standards import NOW, MadeUp, begins, committees, digest_for, plans, standard
from registry.lifecycle.book import Book
from registry.model.relation import Relation
from registry.records.acting import Moment
from registry.records.cases import no_facts
from registry.records.keeping import COMMITTEES, PLANS, edit_edition
from registry.records.proposing import Proposal, propose

_EACH = 5
"""Comments in a usual round."""


@dataclass(slots=True)
class Registry:
    """What was made."""

    path: Path
    standards: int
    events: int = 0
    comments: int = 0
    table: str = ""
    """The round all comments of which were disposed of, a tenth of them all."""
    open: str = ""
    """The round that has most comments."""
    in_open: int = 0
    """How many."""
    made: list[MadeUp] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    """Projects whose edition was published."""
    in_force: list[str] = field(default_factory=list)
    """Those of them that were published last or reviewed, and not superseded."""


@dataclass(slots=True)
class _Making:
    registry: Registry
    seed: int
    book: Book
    shared: Mapping[str, Mapping[str, Mapping[str, object]]]
    file: BinaryIO


async def make(path: Path, standards: int, seed: int, book: Book) -> Registry:
    """Write a registry into a file: ten comments and twenty events a standard."""
    registry = Registry(path, standards)
    shared = Pad()
    for committee in committees():
        await COMMITTEES.save(shared, committee)
    for plan in plans():
        await PLANS.save(shared, plan)
    with path.open("wb") as file_:
        shared.write(file_)
        making = _Making(registry, seed, book, shared.documents, file_)
        for index in reversed(range(standards)):
            await _make_standard(making, standard(index, seed))
    return registry


async def _make_standard(making: _Making, made_up: MadeUp) -> None:
    pad, rng = Pad(making.shared), Random(f"way {making.seed} {made_up.index}")
    journeys = [await _first(making, pad, made_up, rng)]
    if made_up.index % 20 in range(2, 6):
        journeys.append(await _second(making, pad, journeys[0]))
    pad.write(making.file)
    _note(making.registry, made_up, journeys)


async def _first(making: _Making, pad: Pad, made_up: MadeUp, rng: Random) -> Journey:
    place = made_up.index % 20
    is_published = 0 <= place - 2 < 13
    journey = await _proposed(making, pad, made_up, rng, is_published=is_published)
    if made_up.index == 0:
        return await _with_table(making.registry, journey)
    if made_up.index == 1:
        return await _with_open_round(making.registry, journey)
    steps = len(TO_PUBLICATION) if is_published else rng.randrange(len(TO_PUBLICATION) - 2)
    await journey.go(TO_PUBLICATION[:steps])
    if is_published and place >= 12 and journey.now + timedelta(days=1_830) < NOW:
        await journey.go(REVIEW)
    return journey


async def _with_table(registry: Registry, journey: Journey) -> Journey:
    journey.comments = registry.standards
    await journey.go(TO_PUBLICATION[: TO_PUBLICATION.index("finish-comments") + 1])
    registry.table = f"{journey.id}-c"
    return journey


async def _with_open_round(registry: Registry, journey: Journey) -> Journey:
    """All that is left to be said is said here; this is made after all but one."""
    journey.comments = max(_EACH, 9 * registry.standards - registry.comments)
    await journey.go(TO_PUBLICATION[: TO_PUBLICATION.index("open-comment") + 1])
    await hear(journey)
    registry.open, registry.in_open = f"{journey.id}-c", journey.comments
    return journey


async def _second(making: _Making, pad: Pad, first: Journey) -> Journey:
    rng = first.rng
    journey = await _proposed(making, pad, first.made_up, rng, is_published=True, before=first)
    is_done = journey.now + 200 * DAY < NOW and rng.random() < 0.6
    its = await edit_edition(
        pad,
        journey.case.standard.id,
        journey.case.edition.id,
        lambda own: replace(own, relations=(Relation("replaces", first.case.edition.id, first.case.edition.number),)),
    )
    journey.case = replace(journey.case, edition=its)
    await journey.go(TO_PUBLICATION if is_done else TO_PUBLICATION[: rng.randrange(8)])
    in_force = journey.case.edition.in_force
    if in_force is not None and in_force <= making.book.today(NOW):
        first.now = journey.now + 181 * DAY
        await first.superseded_by(journey.case)
    return journey


async def _proposed(
    making: _Making, pad: Pad, made_up: MadeUp, rng: Random, *, is_published: bool, before: Journey | None = None
) -> Journey:
    now = begins(rng, is_published=is_published) if before is None else before.now + 400 * DAY
    ids = iter([digest_for(made_up.series, str(before is None), str(each))[:32] for each in range(3)])
    proposal = Proposal(
        made_up.title,
        made_up.kind,
        made_up.system_class,
        "统一口径，便于互联互通与数据质量评价。",
        "适用于各级各类医疗卫生机构的信息系统建设与数据交换。",
        "国家卫生信息标准研究所",
        jurisdiction=made_up.jurisdiction,
        committee=made_up.committee,
        proposer=OFFICER.id,
        standard="" if before is None else before.case.standard.id,
        project_kind="new" if before is None else "revision",
        has_package=False,
    )
    moment = Moment(now, making.book, no_facts)
    case = await propose(pad, proposal, lambda case: OFFICER, moment, lambda: next(ids))
    journey = Journey(pad, case, now, making.book, made_up, rng, _EACH)
    await file(journey, "proposal")
    return journey


def _note(registry: Registry, made_up: MadeUp, journeys: Sequence[Journey]) -> None:
    registry.events += sum(each.case.progress.number for each in journeys)
    registry.comments += sum(len(each.pad.documents.get("comment", ())) for each in journeys[:1])
    registry.made.append(made_up)
    registry.published += [each.id for each in journeys if each.case.edition.published is not None]
    registry.in_force += [each.id for each in journeys if each.case.state in ("60.60", "90.93")]
