"""What a ballot is about: a draft, or the conclusion of a periodic review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from fhir_kernel.store.base import Reader, Transaction
from registry.model.codec import Kept, read

PURPOSES = "ballot-purpose"
"""The collection, by the id of the ballot."""
Conclusion = Literal["", "keep", "revise", "propose-abolition"]
CONCLUSIONS: tuple[Conclusion, ...] = get_args(Conclusion)[1:]


@dataclass(frozen=True, slots=True)
class Purpose(Kept):
    """`conclusion` is the action of the rules that a periodic review would lead to."""

    purpose: Literal["draft", "review"] = "draft"
    conclusion: Conclusion = ""


async def save_purpose(transaction: Transaction, ballot: str, purpose: Purpose) -> None:
    """Keep what a ballot is about, in the commit that opens it."""
    await transaction.save(PURPOSES, ballot, purpose.document())


async def purpose_of(reader: Reader, ballot: str) -> Purpose:
    """What a ballot is about."""
    kept = await reader.load(PURPOSES, ballot)
    return Purpose() if kept is None else read(Purpose, kept)
