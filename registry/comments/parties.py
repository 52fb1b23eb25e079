"""Who was asked for an opinion, who has answered, and who had something to say (发送 / 回函 / 有意见)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fhir_kernel.store.base import Reader, Transaction
from fhir_kernel.store.records import Document
from registry.comments.opening import consultation_in
from registry.plain_text import plain_text
from registry.refusal import refused

PARTIES = "consultation-party"
"""The collection; names are `{consultation}/{party}`."""
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that was asked."""

    id: str
    name: str
    sent: datetime
    returned: datetime | None = None
    with_comments: bool = False

    def document(self) -> Document:
        """As it is kept, and as the JSON API gives it."""
        return {
            "id": self.id,
            "name": self.name,
            "sent": self.sent.isoformat(),
            "returned": None if self.returned is None else self.returned.isoformat(),
            "withComments": self.with_comments,
        }


@dataclass(frozen=True, slots=True)
class Counts:
    """The head of the table of comments."""

    sent: int
    returned: int
    with_comments: int


def party_of(kept: Mapping[str, Any]) -> Party:
    """The party that was kept as a document."""
    returned = None if kept["returned"] is None else datetime.fromisoformat(kept["returned"])
    return Party(kept["id"], kept["name"], datetime.fromisoformat(kept["sent"]), returned, kept["withComments"])


async def notify(
    transaction: Transaction, consultation: str, parties: Sequence[tuple[str, str]], *, now: datetime
) -> tuple[Party, ...]:
    """Note that parties (ids and names) were sent the draft; who was sent it before stays. Raises Refused."""
    found = await consultation_in(transaction, consultation)
    if found.is_over(now):
        raise refused("conflict", "the window is over; nobody is asked any more", "征求意见已截止，不能再发送")
    there = {each.id for each in await parties_of(transaction, consultation)}
    made = {id: Party(id, plain_text(name, most=LONGEST_NAME, where="name"), now) for id, name in parties}
    for id, each in made.items():
        if not id or "/" in id:
            raise refused("invalid", f"the id of a party is {id!r}", f"单位编号为 {id!r}，不可用", where="id")
        if id not in there:
            await transaction.save(PARTIES, f"{consultation}/{id}", each.document())
    return tuple(made[id] for id in made if id not in there)


async def note_return(
    transaction: Transaction, consultation: str, party: str, *, with_comments: bool, now: datetime
) -> Party:
    """Note that a party has answered; who had comments once has had comments. Raises Refused (missing)."""
    kept = await transaction.load(PARTIES, f"{consultation}/{party}")
    if kept is None:
        raise refused("missing", f"{party} was not sent the draft", f"未向 {party} 发送征求意见稿")
    before = party_of(kept)
    made = replace(before, returned=before.returned or now, with_comments=before.with_comments or with_comments)
    await transaction.save(PARTIES, f"{consultation}/{party}", made.document())
    return made


async def parties_of(reader: Reader, consultation: str) -> tuple[Party, ...]:
    """All that were asked, by id."""
    return tuple(party_of(kept) for _, kept in await reader.listed(PARTIES, prefix=f"{consultation}/"))


def counts_of(parties: Iterable[Party]) -> Counts:
    """How many were sent the draft, have answered, and had comments."""
    every = tuple(parties)
    return Counts(
        len(every), sum(each.returned is not None for each in every), sum(each.with_comments for each in every)
    )
