"""What counting needs to know of a rule list, and the bits of its masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

NONE = "0"
"""The mask of no rule."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A rule list by the bits of its masks."""

    digest: str
    rules: Sequence[str]
    """Ids, in the order of the bits."""
    critical: int
    """The mask of its critical rules."""
    identity: str = NONE
    """The mask of the rule that no other record has its identity, which counting itself asks."""

    def has(self, mask: int) -> bool:
        """Whether all bits are those of rules."""
        return mask >> len(self.rules) == 0


@lru_cache(maxsize=65_536)
def bits(mask: int) -> tuple[int, ...]:
    """The places of the bits that are set."""
    return tuple(at for at in range(mask.bit_length()) if mask >> at & 1)


@lru_cache(maxsize=65_536)
def told(asked: str, failed: str, error: str) -> tuple[int, int, int]:
    """The masks of rules that passed, that failed, and of which we could not say."""
    of, wrong, unsaid = int(asked, 16), int(failed, 16), int(error, 16)
    return of & ~wrong & ~unsaid, of & wrong & ~unsaid, of & unsaid
