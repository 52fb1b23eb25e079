"""Ranges of names, which every store orders by the code points of Unicode."""

from __future__ import annotations

_LAST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def after_all_with(prefix: str) -> str | None:
    """The least text that comes after every one that begins with `prefix`; None where there is none."""
    kept = prefix.rstrip(chr(_LAST))
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)
