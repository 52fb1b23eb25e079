"""Where in a JSON document: a pointer, and the document with something else there (RFC 6901).

A document is never changed: an edit copies the objects and arrays on the way to the place and shares all others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fhir_server.patch.refusal import inapplicable, kind, listed, malformed

END = "-"
"""The place after the last element of an array."""
_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,8})\Z", re.ASCII)
_ESCAPE = re.compile(r"~(?![01])")

Edit = Callable[[Any, str, "Pointer"], Any]
"""What becomes of the object or array at whose member or element a pointer points."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """`text` as it was sent, and its steps; `where` names the operation in messages."""

    text: str
    steps: tuple[str, ...]
    where: str

    def begins(self, other: Pointer) -> bool:
        """Whether `other` lies within what this one points at."""
        return len(self.steps) < len(other.steps) and other.steps[: len(self.steps)] == self.steps

    def upto(self, count: int) -> str:
        """The pointer of the first `count` steps, as a message quotes it."""
        return f"'{''.join('/' + _escaped(step) for step in self.steps[:count])}'" if count else "the resource"


def parse_pointer(text: object, where: str, name: str) -> Pointer:
    """The pointer in the member `name` of an operation. Raises RequestRefused where it is none."""
    if not isinstance(text, str):
        raise malformed(where, f"'{name}' is {kind(text)}; expected a JSON Pointer such as '/name/0/family'")
    if text and not text.startswith("/"):
        raise malformed(where, f"the pointer '{text}' does not begin with '/'; expected one such as '/name/0/family'")
    if _ESCAPE.search(text):
        raise malformed(where, f"the pointer '{text}' has a '~' that is neither '~0' nor '~1'")
    steps = (step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:])
    return Pointer(text, tuple(steps), where)


def found_at(document: Any, pointer: Pointer) -> Any:
    """What the pointer points at. Raises RequestRefused where it leads nowhere."""
    for place, step in enumerate(pointer.steps):
        document = _child(document, step, pointer, place)
    return document


def edited(document: Any, pointer: Pointer, edit: Edit) -> Any:
    """The document with what `edit` makes of the last object or array on the way. The pointer has a step at least."""
    way = [document]
    for place, step in enumerate(pointer.steps[:-1]):
        way.append(_child(way[-1], step, pointer, place))
    made = edit(way.pop(), pointer.steps[-1], pointer)
    for holder, step in zip(reversed(way), reversed(pointer.steps[:-1]), strict=True):
        made = _with(holder, step, made)
    return made


def array_index(array: list[Any], step: str, pointer: Pointer, *, may_end: bool = False) -> int:
    """The index that a step means in an array, one beyond the last too if `may_end`. Raises RequestRefused."""
    if may_end and step == END:
        return len(array)
    if not _INDEX.match(step):
        what = "the element after the last, which is not there" if step == END else "no index"
        raise inapplicable(pointer.where, f"in '{pointer.text}' the step '{step}' is {what}; expected {_range(array)}")
    index = int(step)
    if index >= len(array) + may_end:
        text = f"'{pointer.text}' points beyond an array of {len(array)}; expected {_range(array, may_end=may_end)}"
        raise inapplicable(pointer.where, text)
    return index


def no_holder(value: Any, pointer: Pointer, place: int) -> Exception:
    """The refusal of a step into a value that has no parts."""
    text = f"'{pointer.text}' leads nowhere: {pointer.upto(place)} is {kind(value)}; expected an object or an array"
    return inapplicable(pointer.where, text)


def no_member(holder: dict[str, Any], step: str, pointer: Pointer, place: int) -> Exception:
    """The refusal of a step to a member that an object does not have."""
    there = f"it has {listed(list(holder))}"
    return inapplicable(
        pointer.where, f"'{pointer.text}' leads nowhere: {pointer.upto(place)} has no '{step}'; {there}"
    )


def _child(holder: Any, step: str, pointer: Pointer, place: int) -> Any:
    if isinstance(holder, dict):
        if step not in holder:
            raise no_member(holder, step, pointer, place)
        return holder[step]
    if isinstance(holder, list):
        return holder[array_index(holder, step, pointer)]
    raise no_holder(holder, pointer, place)


def _with(holder: Any, step: str, value: Any) -> Any:
    if isinstance(holder, dict):
        return {**holder, step: value}
    index = int(step)
    return [*holder[:index], value, *holder[index + 1 :]]


def _range(array: list[Any], *, may_end: bool = False) -> str:
    last = len(array) - 1 + may_end
    return f"an index from 0 to {last}" if last >= 0 else "nothing, for it is empty"


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
