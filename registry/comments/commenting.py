"""Taking comments while the window is open; the same said again by the same sender is the same comment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from fhir_kernel.store.base import Reader, Transaction
from registry.comments.comment import Author, Comment, Place, author_of, comment_of
from registry.comments.opening import consultation_in
from registry.comments.tally import load_tally, save_tally
from registry.plain_text import plain_text
from registry.refusal import refused
from registry.window import told

COMMENTS, _SAID = "comment", "comment-said"
"""The collections: `{consultation}/{number}`, and `{consultation}/{fingerprint}` with the number."""
LONGEST_TEXT, LONGEST_REASON = 5_000, 2_000


async def comment_on(
    transaction: Transaction,
    consultation: str,
    *,
    place: Place,
    text: str,
    author: Author,
    sender: str,
    now: datetime,
) -> Comment:
    """Keep a comment; `sender` tells senders apart (a person, an address) and is never shown.

    Raises Refused: after the window, a text that is empty, too long or has control characters.
    """
    found = await consultation_in(transaction, consultation)
    if found.is_over(now):
        when = told(found.closes, found.offset)
        raise refused("conflict", f"the window for comments ended at {when.en}", f"征求意见已于 {when.zh} 截止")
    said = plain_text(text, most=LONGEST_TEXT, where="text")
    checked = author_of(author.name, author.organisation, author.contact, author.may_be_named)
    fingerprint = f"{consultation}/{_fingerprint(sender, place, said)}"
    if (before := await transaction.load(_SAID, fingerprint)) is not None:
        return await comment_in(transaction, consultation, before["number"])
    tally = await load_tally(transaction, consultation)
    comment = Comment(consultation, tally.comments + 1, place, said, checked, now)
    await transaction.save(COMMENTS, comment.name, comment.document())
    await transaction.save(_SAID, fingerprint, {"number": comment.number})
    await save_tally(transaction, consultation, replace(tally, comments=comment.number))
    return comment


async def comment_in(reader: Reader, consultation: str, number: int) -> Comment:
    """The comment of a number. Raises Refused (missing)."""
    kept = await reader.load(COMMENTS, f"{consultation}/{number:08}")
    if kept is None:
        raise refused("missing", f"there is no comment {number}", f"没有第 {number} 号意见")
    return comment_of(kept)


async def comments_of(
    reader: Reader, consultation: str, *, after: int = 0, count: int | None = None
) -> tuple[Comment, ...]:
    """Comments in the order in which they came, at most `count`, after the one of a number."""
    begin = f"{consultation}/{after:08}" if after else ""
    found = await reader.listed(COMMENTS, prefix=f"{consultation}/", after=begin, count=count)
    return tuple(comment_of(kept) for _, kept in found)


async def withhold(transaction: Transaction, consultation: str, number: int, *, reason: str) -> Comment:
    """Take name, organisation and contact away for good; what was said stays. Raises Refused."""
    found = await comment_in(transaction, consultation, number)
    said = plain_text(reason, most=LONGEST_REASON, where="reason")
    made = replace(found, author=Author(), withheld=found.withheld or said)
    await transaction.save(COMMENTS, made.name, made.document())
    return made


def _fingerprint(sender: str, place: Place, text: str) -> str:
    said: Mapping[str, Any] = {"sender": sender, "place": place.document(), "text": " ".join(text.split())}
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
