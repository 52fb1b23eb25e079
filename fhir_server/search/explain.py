"""A query as operators read it: what the server understood of a search, as plain JSON or text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from fhir_server.search.parse import ParsedSearch


def explain(parsed: ParsedSearch) -> dict[str, Any]:
    """The search as JSON; each node of the query names its kind under `is`."""
    explained = _plain(parsed)
    assert isinstance(explained, dict)
    return explained


def explain_text(parsed: ParsedSearch) -> str:
    """The search as an indented outline."""
    return "\n".join(_lines(explain(parsed), 0))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        named = ((each.name, getattr(value, each.name)) for each in fields(value))
        kept = {name: _plain(each) for name, each in named if each not in (None, "", (), frozenset(), False)}
        return {"is": type(value).__name__, **kept}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(each) for each in (sorted(value) if isinstance(value, frozenset) else value)]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _lines(value: Any, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(value, dict):
        simple = {name: each for name, each in value.items() if not isinstance(each, dict | list)}
        label = str(simple.pop("is", ""))
        yield indent + " ".join((label, *(f"{name}={each}" for name, each in simple.items()))).strip()
        for name, each in value.items():
            if isinstance(each, dict | list):
                yield f"{indent}  {name}:"
                yield from _lines(each, depth + 2)
    elif isinstance(value, list):
        for each in value:
            yield from _lines(each, depth)
    else:
        yield f"{indent}{value}"
