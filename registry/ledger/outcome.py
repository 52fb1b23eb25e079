"""What becomes of each row of a table that is taken over: all of it is written, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from registry.model.codec import Kept
from registry.refusal import Refused, refused
from registry.sentence import Sentence

What = Literal["new", "changed", "same", "left-out", "refused"]
WHATS: tuple[What, ...] = get_args(What)
WHAT_NAMES: Mapping[What, Sentence] = MappingProxyType(
    {
        "new": Sentence("is added", "新增"),
        "changed": Sentence("is changed", "更改"),
        "same": Sentence("is here already", "已有且一致"),
        "left-out": Sentence("is left out", "不导入"),
        "refused": Sentence("is refused", "拒绝"),
    }
)
MOST_TOLD = 200
"""Sentences of one refusal."""


@dataclass(frozen=True, slots=True)
class RowOutcome(Kept):
    """What becomes of one row."""

    line: int
    number: str
    what: What
    sentences: tuple[Sentence, ...] = ()
    """Why it is refused or left out, or what changes."""


@dataclass(frozen=True, slots=True)
class Taken(Kept):
    """What becomes of every row, and whether it was written."""

    rows: tuple[RowOutcome, ...]
    is_written: bool
    file: str
    """The SHA-256 of what was uploaded."""

    @property
    def counts(self) -> Mapping[What, int]:
        """How many rows become what."""
        found = Counter(each.what for each in self.rows)
        return {what: found[what] for what in WHATS}


def check_none_refused(rows: Sequence[RowOutcome]) -> None:
    """Raises Refused (invalid) that names each row that is refused, as many as fit."""
    told = list(_told(rows))
    if told:
        more = len(told) - MOST_TOLD
        rest = [Sentence(f"and {more} more", f"另有 {more} 处")] if more > 0 else []
        raise Refused("invalid", [*told[:MOST_TOLD], *rest], where="rows")


def others_never_rest() -> Refused:
    """The refusal where what it rests on was changed each time that it had been worked out."""
    return refused("conflict", "the registry was changed again and again meanwhile; try again", "数据正被更改，请重试")


def _told(rows: Sequence[RowOutcome]) -> Iterator[Sentence]:
    for each in rows:
        if each.what == "refused":
            for said in each.sentences:
                yield Sentence(f"row {each.line}: {said.en}", f"第 {each.line} 行：{said.zh}")
