"""Shapes that are made of others: lists and objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.http.faults import MISSING, Fault
from registry.http.shapes import Named, Schema, Shape
from registry.sentence import Sentence

_OBJECT = Sentence("an object", "对象")


@dataclass(frozen=True, slots=True)
class Many:
    """A list of at most `most` and at least `least` values of one shape; in an address, texts separated by commas."""

    each: Shape
    most: int = 1_000
    least: int = 0
    about: str = ""

    def schema(self, named: Named) -> Schema:
        return {
            "type": "array",
            "items": self.each.schema(named),
            **({"minItems": self.least} if self.least else {}),
            "maxItems": self.most,
            **({"description": self.about} if self.about else {}),
        }

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            en, zh = f"a list of {self.least} to {self.most} entries", f"{self.least} 至 {self.most} 项的列表"
            faults.append(Fault(where, value, Sentence(en, zh)))
            return value
        return [self.each.read(each, f"{where}[{index}]", faults) for index, each in enumerate(value)]

    def of_text(self, text: str) -> Any:
        return text.split(",")


@dataclass(frozen=True, slots=True)
class Thing:
    """An object with named members; others are refused, so that a misspelt one is not passed over.

    With a `name` it stands among the components of the OpenAPI document.
    """

    name: str
    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)
    about: str = ""

    def schema(self, named: Named) -> Schema:
        if not self.name:
            return self._described(named)
        if self.name not in named:
            named[self.name] = {}  # what it holds may refer to it
            named[self.name] = self._described(named)
        return {"$ref": f"#/components/schemas/{self.name}"}

    def _described(self, named: Named) -> Schema:
        members = {**self.required, **self.optional}
        return {
            "type": "object",
            "properties": {name: shape.schema(named) for name, shape in members.items()},
            **({"required": list(self.required)} if self.required else {}),
            "additionalProperties": False,
            **({"description": self.about} if self.about else {}),
        }

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        if not isinstance(value, Mapping):
            faults.append(Fault(where, value, _OBJECT))
            return value
        members = {**self.required, **self.optional}
        for name in value:
            if name not in members:
                listed = ", ".join(members) or "-"
                expected = Sentence(f"no such member, but {listed}", f"没有此成员，可用：{listed}")
                faults.append(Fault(_within(where, name), value[name], expected))
        for name in self.required:
            if name not in value:
                faults.append(Fault(_within(where, name), MISSING, Sentence("a value", "一个值")))
        return {
            name: shape.read(value[name], _within(where, name), faults)
            for name, shape in members.items()
            if name in value
        }


@dataclass(frozen=True, slots=True)
class Table:
    """An object whose members have names of any kind, and values of one shape."""

    each: Shape
    most: int = 1_000
    about: str = ""

    def schema(self, named: Named) -> Schema:
        about = {"description": self.about} if self.about else {}
        return {"type": "object", "additionalProperties": self.each.schema(named), "maxProperties": self.most, **about}

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        if not isinstance(value, Mapping) or len(value) > self.most:
            en, zh = f"an object of at most {self.most} members", f"至多 {self.most} 个成员的对象"
            faults.append(Fault(where, value, Sentence(en, zh)))
            return value
        return {name: self.each.read(each, _within(where, name), faults) for name, each in value.items()}


def _within(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
