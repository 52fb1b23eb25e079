"""Text that people write: plain, of limited length, without characters that show nothing or turn others around.

It is never interpreted; who shows it escapes it.
"""

from __future__ import annotations

import re
import unicodedata

from registry.refusal import refused

_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Controls, embedded directions (https://www.unicode.org/reports/tr9/), surrogates and non-characters."""


def plain_text(text: str, *, most: int, where: str, least: int = 1) -> str:
    """The text in normal form, without white space around it. Raises Refused (invalid)."""
    if found := _HIDDEN.search(text):
        at, code = found.start() + 1, f"U+{ord(found[0]):04X}"
        raise refused(
            "invalid",
            f"character {at} is {code}; expected text without control characters",
            f"第 {at} 个字符为 {code}；不得含有控制字符",
            where=where,
        )
    said = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not least <= len(said) <= most:
        raise refused(
            "invalid",
            f"the text has {len(said)} characters; expected {least} to {most}",
            f"文本为 {len(said)} 个字符；应为 {least} 至 {most} 个字符",
            where=where,
        )
    return said
