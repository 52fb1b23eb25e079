"""Reads a score policy from what stands in a TOML file (https://toml.io)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from importlib.resources import files
from typing import Any, TypeVar, get_type_hints

from conformance.scoring.policy import Gate, Level, ScorePolicy
from conformance.scoring.said import ScoringRefused, check

Made = TypeVar("Made")
_KINDS: Mapping[Any, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    float: (int, float),
    bool: (bool,),
    int | None: (int,),
}


def shipped_policy() -> ScorePolicy:
    """The policy that comes with Plumbline."""
    return read_score_policy(files(__package__).joinpath("policy.toml").read_text(encoding="utf-8"), "policy.toml")


def read_score_policy(text: str, where: str) -> ScorePolicy:
    """The policy that a text in TOML says; `where` is told in messages. Raises ScoringRefused."""
    try:
        row: dict[str, Any] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # the latter for what is nested without end
        raise ScoringRefused(where, f"it is not TOML: {error}", f"不是 TOML：{error}") from error
    levels, gate = row.pop("levels", ()), row.pop("gate", None)
    rows = isinstance(levels, Sequence) and not isinstance(levels, str)
    check(rows, f"{where}: levels", f"found {levels!r}; expected a list of tables", f"为 {levels!r}；应为表的列表")
    made: dict[str, Any] = {
        name: _numbers(row.pop(name, None), f"{where}: {name}") for name in ("weights", "severities")
    }
    made["levels"] = tuple(_made(Level, each, f"{where}: levels[{at}]") for at, each in enumerate(levels))
    made["gate"] = None if gate is None else _made(Gate, gate, f"{where}: gate")
    return _made(ScorePolicy, row, where, made)


def _made(kind: type[Made], row: Any, where: str, made: Mapping[str, Any] | None = None) -> Made:
    """An object of the values of a table, apart from those that are `made` already."""
    check(isinstance(row, Mapping), where, f"found {row!r}; expected a table", f"为 {row!r}；应为表")
    hints, done = get_type_hints(kind), made or {}
    known = {each.name: each for each in fields(kind) if each.name not in done}  # type: ignore[arg-type]
    for name, value in row.items():
        text = f"found the key '{name}'; expected {', '.join(known)}"
        check(name in known, where, text, f"没有键“{name}”；应为 {'、'.join(known)}")
        _check_kind(value, hints[name], f"{where}: {name}")
    for name, each in known.items():
        is_there = name in row or each.default is not MISSING
        check(is_there, where, f"the key '{name}' is missing; expected a value", f"缺少键“{name}”")
    return kind(**row, **done)


def _check_kind(value: Any, hint: Any, where: str) -> None:
    kinds = _KINDS.get(hint, (str,))
    fits = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
    name = " or ".join({"str": "a text", "bool": "true or false"}.get(each.__name__, "a number") for each in kinds[-1:])
    zh = {"a text": "文本", "true or false": "true 或 false"}.get(name, "数字")
    check(fits, where, f"found {value!r}; expected {name}", f"为 {value!r}；应为{zh}")


def _numbers(row: Any, where: str) -> Mapping[str, float]:
    check(isinstance(row, Mapping), where, f"found {row!r}; expected a table", f"为 {row!r}；应为表")
    for name, value in row.items():
        _check_kind(value, float, f"{where}.{name}")
    return {name: float(value) for name, value in row.items()}
