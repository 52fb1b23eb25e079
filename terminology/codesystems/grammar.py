"""A code system that is a grammar: codes are judged by their form, never listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from terminology.codesystems.system import Filter, Selected
from terminology.engine.filters import compile_regex
from terminology.failures import OperationFailed
from terminology.findings import ABSENT, FOUND, Finding
from terminology.limits import Limits

OwnFilter = Callable[[Filter], Selected]


@dataclass(frozen=True, slots=True)
class GrammarSystem:
    """`judge` looks at the form of a code; `own_filter` knows the filters that are special to the system."""

    url: str
    judge: Callable[[str], Finding]
    own_filter: OwnFilter | None = None
    version: str | None = None

    def find(self, code: str) -> Finding:
        return self.judge(code)

    def codes(self) -> frozenset[str] | None:
        return None

    def select(self, where: Filter, /) -> Selected:
        if where.property in ("code", "concept") and where.op == "regex":
            return _by_pattern(where.value, self.url)
        if where.property in ("code", "concept") and where.op in ("=", "in"):
            return frozenset(part.strip() for part in (where.value.split(",") if where.op == "in" else [where.value]))
        return self.own_filter(where) if self.own_filter else None

    def named(self, _display: str, /) -> str | None:
        return None


def _by_pattern(value: str, system: str) -> Selected:
    limits = Limits()
    try:
        pattern = compile_regex(value, system, limits)
    except OperationFailed:  # nothing can be told by a pattern that cannot be used
        return None
    return lambda code: FOUND if pattern.fullmatch(code, timeout=limits.regex_seconds) else ABSENT
