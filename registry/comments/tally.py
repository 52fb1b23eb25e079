"""How many comments a consultation has and how many are disposed of, kept so that guards need not read them all."""

from __future__ import annotations

from dataclasses import dataclass

from fhir_kernel.store.base import Reader, Transaction

_TALLIES = "consultation-tally"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one consultation."""

    comments: int = 0
    disposed: int = 0
    major: int = 0
    """Comments whose disposition changes the draft in a major way."""


async def load_tally(reader: Reader, consultation: str) -> Tally:
    """The counts; zero where nobody has said anything."""
    kept = await reader.load(_TALLIES, consultation)
    return Tally() if kept is None else Tally(kept["comments"], kept["disposed"], kept["major"])


async def save_tally(transaction: Transaction, consultation: str, tally: Tally) -> None:
    """Put the counts in the place of the earlier ones, in the commit that changes them."""
    counts = {"comments": tally.comments, "disposed": tally.disposed, "major": tally.major}
    await transaction.save(_TALLIES, consultation, counts)
