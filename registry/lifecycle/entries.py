"""Reads the entries of a table of the rules, and tells all faults with where, found and expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from registry.sentence import Sentence

Check = Callable[[Any], bool]


@dataclass(slots=True)
class Faults:
    """What is wrong with the rules that somebody wants to add."""

    sentences: list[Sentence] = field(default_factory=list)

    def add(self, where: str, found: object, expected: Sentence) -> None:
        """Something else was expected there."""
        told = _told(found)
        self.sentences.append(
            Sentence(f"{where}: found {told.en}; expected {expected.en}", f"{where}：现为 {told.zh}；应为{expected.zh}")
        )


@dataclass(frozen=True, slots=True)
class Column:
    """What an entry may say under one name."""

    check: Check
    expected: Sentence
    default: Any = None
    is_required: bool = False


def text(default: str | None = None) -> Column:
    """A text that is not empty."""
    return Column(_is_text, Sentence("a text", "文本"), default, default is None)


def texts() -> Column:
    """A list of texts, which may be empty."""
    check: Check = lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value)  # noqa: E731
    return Column(check, Sentence("a list of texts", "文本列表"), ())


def flag() -> Column:
    """True or false; false where nothing is said."""
    return Column(lambda value: isinstance(value, bool), Sentence("true or false", "true 或 false"), False)


def whole(least: int, default: int | None = None) -> Column:
    """A whole number."""
    return Column(
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= 100_000,
        Sentence(f"a whole number from {least} to 100000", f"{least} 至 100000 的整数"),
        default,
    )


def fraction(*, is_required: bool = True) -> Column:
    """An exact fraction in a text, such as 3/4."""
    expected = Sentence('a fraction from 0 to 1 in a text, such as "3/4"', '0 到 1 之间的分数文本，例如 "3/4"')
    return Column(_is_fraction, expected, None, is_required)


def one_of(choices: Sequence[str], default: str | None = None) -> Column:
    """One of these texts."""
    listed = ", ".join(choices)
    return Column(lambda v: v in choices, Sentence(f"one of {listed}", f"{listed} 之一"), default, default is None)


def mapping() -> Column:
    """An object, which is looked at elsewhere."""
    return Column(lambda value: isinstance(value, Mapping), Sentence("an object", "对象"), {})


def entries(
    document: Mapping[str, Any], table: str, columns: Mapping[str, Column], faults: Faults
) -> list[tuple[str, dict[str, Any]]]:
    """The entries of a table, each with where it is; those with faults are left out."""
    found = document.get(table, [])
    if not isinstance(found, list):
        faults.add(table, found, Sentence("a list of objects", "对象列表"))
        return []
    read = ((f"{table}[{at}]", entry(each, columns, f"{table}[{at}]", faults)) for at, each in enumerate(found))
    return [(where, each) for where, each in read if each is not None]


def entry(found: Any, columns: Mapping[str, Column], where: str, faults: Faults) -> dict[str, Any] | None:
    """One entry with the defaults of what it leaves out; None where it has faults."""
    if not isinstance(found, Mapping):
        faults.add(where, found, Sentence("an object", "对象"))
        return None
    before = len(faults.sentences)
    for name in found:
        if name not in columns:
            faults.add(f"{where}.{name}", found[name], Sentence(f"one of {', '.join(columns)}", "已知的名称"))
    for name, column in columns.items():
        if name in found and not column.check(found[name]):
            faults.add(f"{where}.{name}", found[name], column.expected)
        elif name not in found and column.is_required:
            faults.add(f"{where}.{name}", None, column.expected)
    if len(faults.sentences) > before:
        return None
    return {name: found.get(name, column.default) for name, column in columns.items()}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_fraction(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return 0 <= Fraction(value) <= 1
    except (ValueError, ZeroDivisionError):
        return False


def _told(found: object) -> Sentence:
    if found is None:
        return Sentence("nothing", "空")
    shown = f"'{found}'" if len(str(found)) <= 80 else f"'{str(found)[:80]}…'"
    return Sentence(shown, shown)
