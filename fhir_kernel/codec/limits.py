"""How large and how deep a text may be before the codecs refuse it."""

from __future__ import annotations

from dataclasses import dataclass

WRITABLE_DEPTH = 254
"""How many objects and arrays inside one another orjson writes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one document; what is beyond them raises `LimitExceeded`."""

    max_bytes: int = 100_000_000
    max_depth: int = WRITABLE_DEPTH
    """JSON objects and arrays inside one another."""
    max_xml_depth: int = 120
    """XML elements inside one another; each may stand for an array and an object of JSON."""


DEFAULT_LIMITS = Limits()
