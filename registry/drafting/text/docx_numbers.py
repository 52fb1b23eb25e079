"""The numbers that Word writes before headings: they are counted, not written (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from registry.drafting.text.docx_styles import Style, Styles

_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"))
_ROMAN_LOW = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_DIGITS = "〇一二三四五六七八九"
_NO_LIST = "0"


class Counters:
    """The counters of the lists of one document, as far as it has been read."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._counts: dict[str, dict[int, int]] = {}

    def number(self, style: Style, name: str | None) -> str:
        """The number of the paragraph that comes next; empty where it has none."""
        if style.list_id in (None, _NO_LIST) or style.list_id not in self._styles.lists:
            return ""
        levels = self._styles.lists[style.list_id]
        level = style.list_level
        if level is None:  # the list says which of its levels is for this style
            level = next((place for place, each in levels.items() if name is not None and each.style == name), 0)
        if level not in levels or levels[level].format in ("bullet", "none"):
            return ""
        counts = self._counts.setdefault(self._styles.abstract[style.list_id], {})
        counts[level] = counts[level] + 1 if level in counts else levels[level].start
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]

        def written(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            if place not in levels:
                return ""
            form = FORMATS.get(levels[place].format, str)
            return form(counts.setdefault(place, levels[place].start))

        return " ".join(_PLACE.sub(written, levels[level].text).split()).rstrip(".、)）")


def _letters(number: int) -> str:
    """a … z, then aa … zz: the letter repeated."""
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 781 else str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    out = ""
    for value, letters in (*_ROMAN, *_ROMAN_LOW):
        out += letters * (number // value)
        number %= value
    return out


def _chinese(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    before = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return before + (_DIGITS[ones] if ones else "")


FORMATS: Mapping[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
}
"""By ST_NumberFormat (17.18.59), how a counter is written; all others as digits."""
