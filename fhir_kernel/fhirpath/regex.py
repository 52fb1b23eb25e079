"""Regular expressions of FHIRPath, with limits (https://hl7.org/fhirpath/N1/index.html#matchesregex--string--boolean).

They come from definitions that anybody may write: the pattern, the text and the time of a match are limited.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import regex

from fhir_kernel.errors import FhirPathEvaluationError, FhirPathLimitExceeded

MAX_PATTERN = 10_000
MAX_TEXT = 1_100_000
SECONDS = 0.5
_FLAGS = {"i": int(regex.IGNORECASE), "m": int(regex.MULTILINE)}


def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether some part of `text` fits `pattern`; `flags` are letters: `i` for any case, `m` for lines."""
    return _run(compiled(pattern, flags or "").search, text) is not None


def matches_full(text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the whole of `text` fits `pattern`."""
    return _run(compiled(pattern, flags or "").fullmatch, text) is not None


def replace_matches(text: str, pattern: str, substitution: str) -> str:
    """`text` with what fits `pattern` replaced; `$1` and `${name}` stand for groups."""
    return str(_run(compiled(pattern).sub, _template(substitution), text)) if pattern else text


@lru_cache(maxsize=1024)
def compiled(pattern: str, flags: str = "") -> regex.Pattern[str]:
    """The compiled pattern; `.` matches line ends too. Raises FhirPathEvaluationError for a bad or too long one."""
    if len(pattern) > MAX_PATTERN:
        raise FhirPathLimitExceeded(
            f"regular expression of {len(pattern)} characters; at most {MAX_PATTERN} are allowed"
        )
    try:
        return regex.compile(pattern, _flags(flags))
    except regex.error as error:
        raise FhirPathEvaluationError(f"'{pattern}' is not a regular expression: {error}") from None


def _flags(letters: str) -> int:
    unknown = set(letters) - _FLAGS.keys()
    if unknown:
        raise FhirPathEvaluationError(f"unknown regular expression flags '{letters}'; known are i and m")
    return sum((_FLAGS[letter] for letter in set(letters)), int(regex.DOTALL))


def _run(method: Any, *arguments: str) -> Any:
    if len(arguments[-1]) > MAX_TEXT:
        raise FhirPathLimitExceeded(
            f"text of {len(arguments[-1])} characters for a regular expression; at most {MAX_TEXT}"
        )
    try:
        return method(*arguments, timeout=SECONDS)
    except TimeoutError:
        raise FhirPathLimitExceeded(f"a regular expression took longer than {SECONDS} s") from None


_GROUP = regex.compile(r"\$(?:(\d+)|\{(\w+)\})")


def _template(substitution: str) -> str:
    return _GROUP.sub(lambda found: f"\\g<{found[1] or found[2]}>", substitution.replace("\\", "\\\\"))
