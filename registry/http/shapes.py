"""What JSON is expected: described for OpenAPI, and checked, by one and the same value.

https://spec.openapis.org/oas/v3.1.1.html#schema-object, https://json-schema.org/draft/2020-12/json-schema-validation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol

from registry.http.faults import Fault
from registry.sentence import Sentence

Schema = dict[str, Any]
"""A JSON schema."""
Named = dict[str, Schema]
"""The schemas that have names, collected while others are described."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CONTROL_IN_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.+")


class Shape(Protocol):
    """What a value may be."""

    def schema(self, named: Named) -> Schema:
        """As a JSON schema; what has a name is put into `named` and referred to."""

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        """The value, dates and instants made of their texts; what is wrong is added to `faults`."""


class Plain(Shape, Protocol):
    """A shape that can stand in the query of an address."""

    def of_text(self, text: str) -> Any:
        """The JSON value that a text in an address stands for; one that `read` will refuse where it is none."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of `least` to `most` characters, on one line unless `lines`; `pattern` matches the whole of it."""

    most: int = 200
    least: int = 0
    pattern: str = ""
    lines: bool = False
    about: str = ""

    def schema(self, named: Named) -> Schema:
        return {
            "type": "string",
            **({"minLength": self.least} if self.least else {}),
            "maxLength": self.most,
            **({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {}),
            **_about(self.about),
        }

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        if not isinstance(value, str):
            faults.append(Fault(where, value, Sentence("a text", "文本")))
        elif not self.least <= len(value.strip()) <= len(value) <= self.most:
            length = Sentence(
                f"a text of {self.least} to {self.most} characters", f"{self.least} 至 {self.most} 个字符的文本"
            )
            faults.append(Fault(where, value, length))
        elif (_CONTROL_IN_LINES if self.lines else _CONTROL).search(value):
            faults.append(Fault(where, value, Sentence("a text without control characters", "不含控制字符的文本")))
        elif self.pattern and not re.fullmatch(self.pattern, value):
            form = Sentence(f"a text like {self.pattern}", f"符合 {self.pattern} 的文本")
            faults.append(Fault(where, value, form))
        return value

    def of_text(self, text: str) -> Any:
        return text


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int = 0
    most: int = 2**31 - 1
    about: str = ""

    def schema(self, named: Named) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most, **_about(self.about)}

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            en, zh = f"a whole number from {self.least} to {self.most}", f"{self.least} 至 {self.most} 的整数"
            faults.append(Fault(where, value, Sentence(en, zh)))
        return value

    def of_text(self, text: str) -> Any:
        return int(text) if re.fullmatch(r"-?[0-9]{1,12}", text) else text


@dataclass(frozen=True, slots=True)
class Number:
    """A number with or without decimals; null too where there may be none."""

    about: str = ""
    or_null: bool = False

    def schema(self, named: Named) -> Schema:
        return {"type": ["number", "null"] if self.or_null else "number", **_about(self.about)}

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        if value is None and self.or_null:
            return value
        if not isinstance(value, (int, float, Decimal)) or isinstance(value, bool):
            faults.append(Fault(where, value, Sentence("a number", "数字")))
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    about: str = ""

    def schema(self, named: Named) -> Schema:
        return {"type": "boolean", **_about(self.about)}

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        if not isinstance(value, bool):
            faults.append(Fault(where, value, Sentence("true or false", "true 或 false")))
        return value

    def of_text(self, text: str) -> Any:
        return {"true": True, "false": False}.get(text, text)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some codes."""

    codes: tuple[str, ...]
    about: str = ""

    def schema(self, named: Named) -> Schema:
        return {"type": "string", "enum": list(self.codes), **_about(self.about)}

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        if value not in self.codes:
            listed = ", ".join(self.codes)
            faults.append(Fault(where, value, Sentence(f"one of {listed}", f"以下之一：{listed}")))
        return value

    def of_text(self, text: str) -> Any:
        return text


@dataclass(frozen=True, slots=True)
class Day:
    """A date as 2026-11-25; read as a `date`."""

    about: str = ""

    def schema(self, named: Named) -> Schema:
        return {"type": "string", "format": "date", **_about(self.about)}

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass  # no such day: the fault says so
        faults.append(Fault(where, value, Sentence("a date such as 2026-11-25", "日期，例如 2026-11-25")))
        return value

    def of_text(self, text: str) -> Any:
        return text


@dataclass(frozen=True, slots=True)
class Instant:
    """An instant with its offset, as 2026-11-25T09:00:00+08:00; read as a `datetime` in UTC."""

    about: str = ""

    def schema(self, named: Named) -> Schema:
        return {"type": "string", "format": "date-time", **_about(self.about)}

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        found = _instant(value)
        if found is not None:
            return found
        example = "2026-11-25T09:00:00+08:00"
        faults.append(Fault(where, value, Sentence(f"an instant such as {example}", f"带时区的时刻，例如 {example}")))
        return value

    def of_text(self, text: str) -> Any:
        return text


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value: what is in it is checked by whoever takes it."""

    about: str = ""

    def schema(self, named: Named) -> Schema:
        return _about(self.about)

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        return value


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return None
    try:
        found = datetime.fromisoformat(value)
        return None if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _about(text: str) -> Schema:
    return {"description": text} if text else {}
