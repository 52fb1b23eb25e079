"""Versions of packages and definitions: which is newer, which one a partial version means.

https://hl7.org/fhir/versions.html, https://semver.org; a version that is no semantic version is a date or free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

_SEMANTIC = re.compile(r"v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")
_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}|\d{8}")

Key: TypeAlias = tuple[tuple[int, ...], tuple[tuple[int, int, str], ...]]


def is_newer(version: str | None, than: str | None) -> bool | None:
    """Whether `version` comes after `than`; None where the two cannot be compared."""
    if version is None or than is None:
        return None
    left, right = _scheme(version), _scheme(than)
    if left is None or left != right:
        return None
    return sort_key(version) > sort_key(than)


def matches(version: str | None, wanted: str) -> bool:
    """Whether `version` is `wanted` or begins with it at a dot: 4.0.1 is a 4.0."""
    return version is not None and (version == wanted or version.startswith(wanted + "."))


def fits(version: str, pattern: str) -> bool:
    """Whether a package `version` answers a dependency's `pattern`: exact, `1.2.x`, `1.x`, `*`, `^1.2.0`, `~1.2.0`."""
    if pattern in ("*", "x", "latest", ""):
        return True
    if pattern[0] in "^~":
        kept = 1 if pattern[0] == "^" else 2
        prefix = ".".join(pattern[1:].split(".")[:kept])
        return matches(version, prefix) and sort_key(version) >= sort_key(pattern[1:])
    wild = re.fullmatch(r"(.+?)(?:\.[xX*])+", pattern)
    return matches(version, wild[1]) if wild else version == pattern


def is_floating(pattern: str) -> bool:
    """Whether a dependency's pattern leaves the version open."""
    return pattern in ("", "latest") or pattern[0] in "^~" or bool(re.search(r"(^|\.)[xX*]$", pattern))


def newest(versions: Iterable[str]) -> str | None:
    """The newest version; a release goes before every pre-release. None where there are none."""
    ordered = sorted(versions, key=lambda version: (not is_prerelease(version), sort_key(version)))
    return ordered[-1] if ordered else None


def is_prerelease(version: str) -> bool:
    """Whether the version carries a label: `1.0.0-ballot`."""
    found = _SEMANTIC.fullmatch(version)
    return found is None or found[2] is not None


def sort_key(version: str) -> Key:
    """A key that sorts versions oldest first."""
    found = _SEMANTIC.fullmatch(version)
    if found is None:
        return (tuple(int(digits) for digits in re.findall(r"\d{1,18}", version)), (_label_part(version),))
    numbers = [int(digits) for digits in found[1].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    if found[2] is None:
        return (tuple(numbers), ((2, 0, ""),))
    return (tuple(numbers), tuple(_label_part(part) for part in found[2].split(".")))


def _label_part(part: str) -> tuple[int, int, str]:
    return (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)


def _scheme(version: str) -> str | None:
    if _DATE.fullmatch(version):
        return "date"
    return "semantic" if _SEMANTIC.fullmatch(version) else None
