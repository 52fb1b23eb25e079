"""System scopes of SMART App Launch: `system/Patient.rs`, what they mean and what two of them have in common.

https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

ANY = "*"
"""In the place of a type: all of them."""
LETTERS = "cruds"
"""Create, read, update, delete, search, in the order in which they must be written."""
_FIRST_VERSION = {"read": "rs", "write": "cud", "*": LETTERS}
"""How the permissions of SMART 1.0 are to be understood."""
_FORM = re.compile(r"system/(?P<type>\*|[A-Z][A-Za-z]{1,63})\.(?P<letters>[a-z*]{1,5})(?:\?(?P<query>\S+))?")
_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""The characters that RFC 6749, 3.3, lets a scope have."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Permissions on the resources of a type, or on those of them that a search would find."""

    type: str
    letters: frozenset[str]
    criteria: tuple[tuple[str, str], ...] = ()
    """Names and values of search parameters that must all hold; none: every resource of the type."""

    def covers(self, letter: str, resource_type: str) -> bool:
        """Whether it gives the permission on the type, be it on some of its resources only."""
        return letter in self.letters and self.type in (ANY, resource_type)

    def __str__(self) -> str:
        letters = "".join(each for each in LETTERS if each in self.letters)
        query = f"?{urlencode(self.criteria, safe='|/:,$')}" if self.criteria else ""
        return f"system/{self.type}.{letters}{query}"


EVERYTHING = Scope(ANY, frozenset(LETTERS))


def parse_scope(text: str) -> Scope | None:
    """The scope that a text means; None where it is no system scope, or its permissions are out of order."""
    found = _FORM.fullmatch(text)
    if found is None or not _TOKEN.fullmatch(text):
        return None
    letters = _FIRST_VERSION.get(found["letters"], found["letters"])
    if letters != "".join(each for each in LETTERS if each in letters):
        return None
    criteria: tuple[tuple[str, str], ...] = ()
    if found["query"] is not None:
        pairs = parse_qsl(found["query"], keep_blank_values=True)
        if not pairs or not all(name and value for name, value in pairs):
            return None
        criteria = tuple(dict.fromkeys(pairs))
    return Scope(found["type"], frozenset(letters), criteria)


def parse_scopes(text: str) -> tuple[tuple[Scope, ...], tuple[str, ...]]:
    """The scopes in a text that separates them by spaces, and those of its parts that are none."""
    parts = {part: parse_scope(part) for part in text.split()}
    return (
        tuple(scope for scope in parts.values() if scope is not None),
        tuple(part for part, scope in parts.items() if scope is None),
    )


def in_common(left: Scope, right: Scope) -> Scope | None:
    """What both allow; None where that is nothing."""
    letters = left.letters & right.letters
    if not letters or (left.type != right.type and ANY not in (left.type, right.type)):
        return None
    resource_type = right.type if left.type == ANY else left.type
    return Scope(resource_type, letters, tuple(dict.fromkeys((*left.criteria, *right.criteria))))


def granted(asked: Iterable[Scope], registered: Sequence[Scope]) -> tuple[Scope, ...]:
    """What is granted of what is asked: never more than was asked, nor than the client was registered with."""
    both = [in_common(one, other) for one in asked for other in registered]
    return shortest(each for each in both if each is not None)


def shortest(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """The same permissions, those on the same resources together, without what another scope gives already."""
    letters: dict[tuple[str, tuple[tuple[str, str], ...]], frozenset[str]] = {}
    for each in scopes:
        key = (each.type, each.criteria)
        letters[key] = letters.get(key, frozenset()) | each.letters
    joined = [Scope(type_, found, criteria) for (type_, criteria), found in letters.items()]
    return tuple(each for each in joined if not any(other != each and _includes(other, each) for other in joined))


def scope_text(scopes: Iterable[Scope]) -> str:
    """Scopes as RFC 6749 writes them."""
    return " ".join(map(str, scopes))


def _includes(wide: Scope, narrow: Scope) -> bool:
    return (
        wide.type in (ANY, narrow.type)
        and wide.letters >= narrow.letters
        and set(wide.criteria) <= set(narrow.criteria)
    )
