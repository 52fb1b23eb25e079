"""The documents in the body of a practice run: a resource or Bundle, or one on each line.

https://github.com/ndjson/ndjson-spec; the line of each is told, so that a finding is found again.
"""

from __future__ import annotations

from collections.abc import Iterator

from registry.refusal import Refused, refused
from registry.scores.practice.document import Document

JSON_TYPES = ("application/json", "application/fhir+json")
LINE_TYPES = ("application/fhir+ndjson", "application/x-ndjson", "application/ndjson")


def documents_in(body: bytes, media_type: str, most: int) -> list[Document]:
    """The documents. Raises Refused where there is none, or there are more than `most`."""
    if not body.strip():
        raise refused("invalid", "the body is empty; expected records", "请求正文为空；应为记录")
    if media_type not in LINE_TYPES:
        return [Document("body", body)]
    found = list(_lines(body, most))
    if len(found) > most:
        raise too_many(most)
    return found


def too_many(most: int) -> Refused:
    """The refusal of more records than one run takes."""
    return refused(
        "too-large",
        f"found more than {most} records; expected at most {most} in one run, send the others in another",
        f"记录超过 {most} 条；每次练习至多 {most} 条，其余请另行发送",
    )


def _lines(body: bytes, most: int) -> Iterator[Document]:
    """Those that are not blank, and no more than one beyond what is allowed."""
    found = 0
    for number, line in enumerate(body.splitlines(), 1):
        if line.strip():
            found += 1
            yield Document(f"line {number}", line, number)
            if found > most:
                return
