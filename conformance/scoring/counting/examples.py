"""Examples of what failed: of each rule, institution and month the newest few, with values that tell of nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.scoring.counting.sent import Sent
from fhir_kernel.store.records import Document

MOST = 5
"""Of one rule, institution and month."""
Example = Sequence[str]
"""Resource with its version, path, masked value, issue, day, product."""


def examples_of(entry: Document, sent: Sent) -> Iterator[tuple[str, Example]]:
    """By rule what was found in a record."""
    for judged in entry.get("rules", ()):
        for found in judged.get("findings", ()):
            if (rule := found.get("scoredRule")) is not None:
                value = found.get("value", "")
                yield rule, [_version(sent), found["path"], value, found["issue"], sent.day, sent.product]


def newest(before: Sequence[Example], more: Sequence[Example]) -> Sequence[Example]:
    """The newest of both, the oldest of them first."""
    return [*before, *more][-MOST:]


def _version(sent: Sent) -> str:
    return f"{sent.resource}/_history/{sent.version}" if sent.resource else ""
