"""How often each client may ask for a token, so that nobody guesses secrets or keeps the server busy with hashes."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable

_WINDOW = 60.0
_MOST_NAMES = 10_000


class RateLimit:
    """At most `most` uses of a name in a minute, in a row or spread; `now` gives seconds that never go back.

    A name regains a use every 60/`most` seconds. The names used last are remembered; there is no end of made-up ones.
    """

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        self._most, self._now = most, now
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, name: str) -> int:
        """Count one use; 0 where it is allowed, else the whole seconds after which the next one will be."""
        now, each = self._now(), _WINDOW / self._most
        free_at = max(self._free_at.get(name, now), now)
        too_early = free_at + each - _WINDOW - now
        if too_early > 1e-6:
            return math.ceil(too_early)
        self._free_at[name] = free_at + each
        self._free_at.move_to_end(name)
        if len(self._free_at) > _MOST_NAMES:
            self._free_at.popitem(last=False)
        return 0
