"""Texts that people send, made plain before they are kept.

HTML is refused rather than shown as its source: who writes `<b>` expects bold letters, and there are none
(https://html.spec.whatwg.org/multipage/parsing.html#tag-open-state says what begins a tag).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from registry.plain_text import plain_text
from registry.refusal import Refused
from registry.sentence import Sentence

_LONGEST_TITLE = 300
_TAG = re.compile(r"<[/!?]?[A-Za-z][^<>]*>|<!--")
_SHOWN = 40


def sentence_of(given: Mapping[str, str], where: str) -> Sentence:
    """What is given in English, in Chinese, or in both. Raises Refused (invalid)."""
    said = {
        each: without_tags(
            plain_text(given.get(each, ""), most=_LONGEST_TITLE, where=f"{where}.{each}", least=0), f"{where}.{each}"
        )
        for each in ("en", "zh")
    }
    if not any(said.values()):
        raise Refused("invalid", (Sentence("found nothing; expected a text", "缺失；应为文本"),), where=where)
    return Sentence(said["en"] or said["zh"], said["zh"] or said["en"])


def text_of(body: Mapping[str, Any], name: str, *, most: int = 5_000, least: int = 0) -> str:
    """A member of a body as plain text; nothing where it is not there. Raises Refused (invalid)."""
    return without_tags(plain_text(body.get(name, ""), most=most, where=name, least=least), name)


def without_tags(text: str, where: str) -> str:
    """The text. Raises Refused (invalid) where it holds HTML."""
    found = _TAG.search(text)
    if found is None:
        return text
    tag = found[0][:_SHOWN]
    said = Sentence(f"found the HTML tag {tag}; expected plain text", f"含有 HTML 标记 {tag}；应为纯文本")
    raise Refused("invalid", (said,), where=where)
