"""The policy switches of a validation as text: read from `NAME=VALUE`, printed with their defaults."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from conformance.validator.policy import Policy
from fhir_kernel.errors import SettingsError

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


class Switch(NamedTuple):
    """One policy switch: its name, default, what it may be set to and what it decides."""

    name: str
    default: str
    values: str
    meaning: str


def switches() -> list[Switch]:
    """Every switch in the order of the policy."""
    hints, meanings, defaults = get_type_hints(Policy), _meanings(), Policy()
    return [
        Switch(each.name, _text(getattr(defaults, each.name)), _values(hints[each.name]), meanings.get(each.name, ""))
        for each in fields(Policy)
    ]


def parse_policy(assignments: Iterable[str]) -> Policy:
    """The policy with `NAME=VALUE` assignments over its defaults. Raises SettingsError naming what would be right."""
    hints = get_type_hints(Policy)
    changes: dict[str, Any] = {}
    for assignment in assignments:
        name, sign, value = assignment.partition("=")
        name = name.strip().replace("-", "_")
        if not sign or name not in hints:
            names = ", ".join(hints)
            raise SettingsError(f"--policy {assignment}: expected NAME=VALUE with a NAME of {names}")
        changes[name] = _convert(name, value.strip(), hints[name])
    return replace(Policy(), **changes)


def changed(policy: Policy) -> Mapping[str, str]:
    """The switches that differ from their defaults."""
    defaults = Policy()
    values = {each.name: getattr(policy, each.name) for each in fields(Policy)}
    return {name: _text(value) for name, value in values.items() if value != getattr(defaults, name)}


def _convert(name: str, value: str, kind: Any) -> Any:
    if get_origin(kind) is Literal and value in get_args(kind):
        return value
    if kind is bool and value.lower() in _TRUE + _FALSE:
        return value.lower() in _TRUE
    if get_origin(kind) is tuple:
        return tuple(value.replace(",", " ").split())
    if kind is int and value.isdecimal():
        return int(value)
    raise SettingsError(f"--policy {name}={value}: expected {_values(kind)}")


def _values(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " | ".join(get_args(kind))
    names = {bool: "true | false", int: "a whole number"}
    return names.get(kind, "texts, separated by commas")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)


def _meanings() -> dict[str, str]:
    """The docstring below each field, read from the source so that it is written once."""
    body = ast.parse(inspect.getsource(Policy)).body[0]
    assert isinstance(body, ast.ClassDef)
    meanings: dict[str, str] = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            assert isinstance(text.value, ast.Constant)
            meanings[field.target.id] = inspect.cleandoc(str(text.value.value))
    return meanings
