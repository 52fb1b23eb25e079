"""What an import tells in the end: a line for each file, then why resources were refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from plumbline.importing.run import Import

_COLUMNS = ("created", "updated", "unchanged", "with_issues", "refused")
_MOST_REASONS = 20


def text_report(done: Import) -> str:
    """For a terminal."""
    rows = [("file", *(each.replace("_", " ") for each in _COLUMNS), ""), *_rows(done)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_aligned(row, widths) for row in rows]
    if done.reasons:
        lines += ["", *_reasons(done)]
    return "\n".join(lines)


def json_report(done: Import) -> dict[str, Any]:
    """The same for programs."""
    files = [
        {"file": source.path, "sha256": source.digest, **asdict(after), "resumed": before.is_begun}
        for source, before, after in zip(done.sources, done.before, done.after, strict=True)
    ]
    reasons = [
        {"issue": reason.issue, "path": reason.path, "count": found.count, "first": found.input, "text": found.text}
        for reason, found in done.reasons.items()
    ]
    return {"files": files, "reasons": reasons}


def _rows(done: Import) -> Iterator[tuple[str, ...]]:
    totals = dict.fromkeys(_COLUMNS, 0)
    for source, before, after in zip(done.sources, done.before, done.after, strict=True):
        counts = {name: getattr(after, name) for name in _COLUMNS}
        totals = {name: totals[name] + counts[name] for name in _COLUMNS}
        remark = "imported before" if before.finished else f"went on at {before.next + 1}" if before.is_begun else ""
        yield (source.path, *(f"{each:,}" for each in counts.values()), remark)
    if len(done.sources) > 1:
        yield ("all", *(f"{each:,}" for each in totals.values()), "")


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *counts, remark = row
    inner = widths[1:-1]
    cells = (first.ljust(widths[0]), *(each.rjust(width) for each, width in zip(counts, inner, strict=True)), remark)
    return "  ".join(cells).rstrip()


def _reasons(done: Import) -> Iterator[str]:
    ranked = sorted(done.reasons.items(), key=lambda each: -each[1].count)
    for reason, found in ranked[:_MOST_REASONS]:
        place = f" {reason.path}" if reason.path else ""
        yield f"{found.count:>9,}  {reason.issue}{place}: {found.text} (first in {found.input})"
    if len(ranked) > _MOST_REASONS:
        yield f"and {len(ranked) - _MOST_REASONS} other reasons"
