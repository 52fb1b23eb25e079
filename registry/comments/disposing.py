"""What becomes of a comment: 采纳, 部分采纳 or 不采纳, and why; a later disposition stands beside the earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from fhir_kernel.store.base import Reader, Transaction
from fhir_kernel.store.records import Document
from registry.comments.commenting import comment_in
from registry.comments.opening import consultation_in
from registry.comments.tally import Tally, load_tally, save_tally
from registry.plain_text import plain_text
from registry.refusal import refused
from registry.sentence import Sentence
from registry.window import told

DISPOSITIONS = "comment-disposition"
"""The collection; names are `{consultation}/{comment}/{revision}`."""
OutcomeCode = Literal["accepted", "partly", "rejected"]
OUTCOMES: Mapping[str, Sentence] = MappingProxyType(
    {
        "accepted": Sentence("accepted", "采纳"),
        "partly": Sentence("partly accepted", "部分采纳"),
        "rejected": Sentence("not accepted", "不采纳"),
    }
)
LONGEST_REASON, LONGEST_CHANGE = 5_000, 500


@dataclass(frozen=True, slots=True)
class Disposition:
    """One decision on one comment; the one with the highest revision is in force."""

    number: int
    """Of the comment."""
    outcome: OutcomeCode
    reason: str
    change: str
    """Where the draft was changed for it."""
    is_major: bool
    by: str
    instant: datetime
    revision: int

    def document(self) -> Document:
        """As it is kept, and as the JSON API gives it."""
        return {
            "number": self.number,
            "outcome": self.outcome,
            "reason": self.reason,
            "change": self.change,
            "isMajor": self.is_major,
            "by": self.by,
            "instant": self.instant.isoformat(),
            "revision": self.revision,
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """What guards look at."""

    tally: Tally
    is_over: bool
    closes: Sentence

    @property
    def reopens(self) -> bool:
        """Whether another round is needed, since the draft changes in a major way."""
        return self.tally.major > 0

    @property
    def missing(self) -> tuple[Sentence, ...]:
        """What is lacking before the round is done with."""
        left = self.tally.comments - self.tally.disposed
        open_en, open_zh = f"comments can come until {self.closes.en}", f"征求意见至 {self.closes.zh} 截止"
        some = "1 comment has" if left == 1 else f"{left} comments have"
        window = () if self.is_over else (Sentence(open_en, open_zh),)
        undisposed = (Sentence(f"{some} no disposition", f"尚有 {left} 条意见未处理"),) if left else ()
        return (*window, *undisposed)


def disposition_of(kept: Mapping[str, Any]) -> Disposition:
    """The disposition that was kept as a document."""
    return Disposition(
        number=kept["number"],
        outcome=kept["outcome"],
        reason=kept["reason"],
        change=kept["change"],
        is_major=kept["isMajor"],
        by=kept["by"],
        instant=datetime.fromisoformat(kept["instant"]),
        revision=kept["revision"],
    )


async def dispose(
    transaction: Transaction,
    consultation: str,
    number: int,
    *,
    outcome: OutcomeCode,
    by: str,
    now: datetime,
    reason: str = "",
    change: str = "",
    is_major: bool = False,
) -> Disposition:
    """Decide on a comment, or decide anew. Raises Refused: no such comment, a reason is missing."""
    await comment_in(transaction, consultation, number)
    said, where = _check(outcome, reason, change, is_major)
    before = await revisions_of(transaction, consultation, number)
    made = Disposition(number, outcome, said, where, is_major, by, now, len(before) + 1)
    await transaction.save(DISPOSITIONS, f"{consultation}/{number:08}/{made.revision:04}", made.document())
    tally, was_major = await load_tally(transaction, consultation), bool(before) and before[-1].is_major
    counted = Tally(tally.comments, tally.disposed + (not before), tally.major + is_major - was_major)
    await save_tally(transaction, consultation, counted)
    return made


async def revisions_of(reader: Reader, consultation: str, number: int) -> tuple[Disposition, ...]:
    """All decisions on a comment, the first first."""
    found = await reader.listed(DISPOSITIONS, prefix=f"{consultation}/{number:08}/")
    return tuple(disposition_of(kept) for _, kept in found)


async def dispositions_of(reader: Reader, consultation: str) -> dict[int, Disposition]:
    """The decision in force on each comment that has one, by its number."""
    found = [disposition_of(kept) for _, kept in await reader.listed(DISPOSITIONS, prefix=f"{consultation}/")]
    return {each.number: each for each in sorted(found, key=lambda each: each.revision)}


async def dispositions_between(reader: Reader, consultation: str, first: int, last: int) -> dict[int, Disposition]:
    """The decision in force on each comment from one number to another, both inclusive, by its number."""
    found: dict[int, Disposition] = {}
    prefix, after, count = f"{consultation}/", f"{consultation}/{first:08}", last - first + 1
    while page := await reader.listed(DISPOSITIONS, prefix=prefix, after=after, count=count):
        made = [disposition_of(kept) for _, kept in page]
        found.update((each.number, each) for each in made if each.number <= last)  # revisions come in their order
        if made[-1].number > last:
            break
        after = page[-1][0]
    return found


async def progress_of(reader: Reader, consultation: str, *, now: datetime) -> Progress:
    """How far a consultation is, without reading its comments. Raises Refused (missing)."""
    found = await consultation_in(reader, consultation)
    return Progress(await load_tally(reader, consultation), found.is_over(now), told(found.closes, found.offset))


def _check(outcome: str, reason: str, change: str, is_major: bool) -> tuple[str, str]:
    if outcome not in OUTCOMES:
        en, zh = " | ".join(OUTCOMES), "、".join(each.zh for each in OUTCOMES.values())
        raise refused(
            "invalid",
            f"the outcome is {outcome!r}; expected {en}",
            f"处理意见为 {outcome!r}；应为{zh}",
            where="outcome",
        )
    if is_major and outcome == "rejected":
        raise refused(
            "invalid", "a comment that is not accepted changes nothing", "不采纳的意见不构成重大修改", where="isMajor"
        )
    said = plain_text(reason, most=LONGEST_REASON, where="reason", least=0)
    where = plain_text(change, most=LONGEST_CHANGE, where="change", least=0)
    if outcome != "accepted" and not said:
        name = OUTCOMES[outcome]
        raise refused("invalid", f"{name.en}: a reason is needed", f"{name.zh}应说明理由", where="reason")
    if not said and not where:
        en = "accepted: a reason is needed, or where the draft was changed"
        raise refused("invalid", en, "采纳应说明理由或修改之处", where="reason")
    return said, where
