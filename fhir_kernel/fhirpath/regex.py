"""Regular expressions of FHIRPath, with limits (https://hl7.org/fhirpath/N1/index.html#matchesregex--string--boolean).

They come from definitions that anybody may write: the pattern, the text and the time of a match are limited.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import regex

from fhir_kernel.errors import FhirPathEvaluationError, LimitExceeded

MAX_PATTERN = 10_000
MAX_TEXT = 1_100_000
SECONDS = 0.5


def matches(text: str, pattern: str) -> bool:
    """Whether some part of `text` fits `pattern`."""
    return _run(compiled(pattern).search, text) is not None


def matches_full(text: str, pattern: str) -> bool:
    """Whether the whole of `text` fits `pattern`."""
    return _run(compiled(pattern).fullmatch, text) is not None


def replace_matches(text: str, pattern: str, substitution: str) -> str:
    """`text` with what fits `pattern` replaced; `$1` and `${name}` stand for groups."""
    return str(_run(compiled(pattern).sub, _template(substitution), text)) if pattern else text


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> regex.Pattern[str]:
    """The compiled pattern; `.` matches line ends too. Raises FhirPathEvaluationError for a bad one, LimitExceeded."""
    if len(pattern) > MAX_PATTERN:
        raise LimitExceeded(f"regular expression of {len(pattern)} characters; at most {MAX_PATTERN} are allowed")
    try:
        return regex.compile(pattern, regex.DOTALL)
    except regex.error as error:
        raise FhirPathEvaluationError(f"'{pattern}' is not a regular expression: {error}") from None


def _run(method: Any, *arguments: str) -> Any:
    if len(arguments[-1]) > MAX_TEXT:
        raise LimitExceeded(f"text of {len(arguments[-1])} characters for a regular expression; at most {MAX_TEXT}")
    try:
        return method(*arguments, timeout=SECONDS)
    except TimeoutError:
        raise LimitExceeded(f"a regular expression took longer than {SECONDS} s") from None


_GROUP = regex.compile(r"\$(?:(\d+)|\{(\w+)\})")


def _template(substitution: str) -> str:
    return _GROUP.sub(lambda found: f"\\g<{found[1] or found[2]}>", substitution.replace("\\", "\\\\"))
