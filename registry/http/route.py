"""A JSON route as it is declared: what it takes, what it gives, who may ask, and what answers.

The OpenAPI document is derived from the declarations; what is sent is checked against them before a handler sees it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal

from fhir_kernel.issues import Language
from registry.http.shapes import Plain, Shape
from registry.people.caller import Caller
from registry.people.limits import Rate
from registry.sentence import Sentence

Access = Literal["everybody", "person", "administrator"]
"""Who may ask at all; what else it takes says the handler (`call.caller.require`)."""
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
JSON = "application/json"
LARGEST_BODY = 1_000_000
"""Bytes of a JSON body, unless the route says otherwise."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A body that is no JSON: bytes of one of some media types, which the handler looks into itself."""

    media_types: tuple[str, ...]
    most: int
    """Bytes; a larger body is refused before it has been read."""
    is_streamed: bool = False
    """Whether the handler takes it as a Stream, piece by piece, and counts what it takes."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An upload that has not been read yet."""

    pieces: AsyncIterator[bytes]
    declared: int | None
    """Bytes, as Content-Length says."""


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is no JSON."""

    media_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be answered, with everything in it checked."""

    caller: Caller
    path: Mapping[str, str]
    """What stands in the place of names in braces."""
    query: Mapping[str, Any]
    """Those parameters that are there, as their shapes read them."""
    body: Any
    """As its shape reads it: an object as a dict, `date` and `datetime` for dates and instants; bytes or Stream."""
    media_type: str
    """That of the body; empty where there is none."""
    language: Language
    address: str
    """Where clients reach the server, without a slash at the end."""

    @property
    def now(self) -> datetime:
        """When the request came in."""
        return self.caller.now


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` as JSON, dataclasses, dates and instants within it too; or `content`, of a media type."""

    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    media_type: str = JSON


Handler = Callable[..., Awaitable[Answer]]
"""Takes a Call. In a table of routes: a method, which takes whose method it is before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method at one path below the base; names in braces are free: `people/{id}`, `standards/{number:path}`."""

    method: Method
    path: str
    operation: str
    """The id of the operation: `listPeople`."""
    summary: Sentence
    handler: Handler
    group: str
    """The chapter of the description it belongs to: `people`."""
    takes: Shape | Upload | None = None
    gives: Shape | File | None = None
    """None: an answer without a body, 204 unless `status` says otherwise."""
    query: Mapping[str, Plain] = field(default_factory=dict)
    """Parameters of the address; each may be left out, none may stand twice."""
    status: int = 200
    access: Access = "everybody"
    rate: Rate = "read"
    """By which of the limits somebody of the public is held back."""
    most: int = LARGEST_BODY
    """Bytes of a JSON body."""

    @property
    def success(self) -> int:
        """The status of an answer."""
        return 204 if self.gives is None and self.status == 200 else self.status


def answered_by(routes: Sequence[Route], desk: object) -> list[Route]:
    """The routes of a table, whose handlers are methods of the class of `desk`, answered by it."""
    return [replace(each, handler=partial(each.handler, desk)) for each in routes]
