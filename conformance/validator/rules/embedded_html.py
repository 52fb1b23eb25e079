"""HTML in strings and markdown, where a reader might run it (https://hl7.org/fhir/R4/security.html#narrative)."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9]*(?:[\s/][^<>]*)?>|!--|!DOCTYPE|\?xml)", re.IGNORECASE)
_MARKDOWN_TAG = re.compile(r"</?[A-Za-z](?![A-Za-z0-9+.\-]*:)(?![^\s<>]*@)")
_CODE = re.compile(r"```.*?(?:```|\Z)|(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)


def contains_html(text: str) -> bool:
    """Whether `text` holds what a browser would take for a tag."""
    return "<" in text and _TAG.search(text) is not None


def html_in_markdown(text: str) -> str | None:
    """The first two characters of what looks like a tag in markdown; code, escapes and `<http://…>` are none."""
    if "<" not in text:
        return None
    found = _MARKDOWN_TAG.search(_CODE.sub("", text).replace("\\<", ""))
    return found[0] if found else None
