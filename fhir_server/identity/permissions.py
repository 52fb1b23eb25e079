"""Which permission an interaction needs, and whether scopes give it.

https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources says it of the
interactions. It says nothing of operations: of those, the table below does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from fhir_server.identity.scopes import ANY, LETTERS, Scope

PUBLIC = frozenset(("capabilities", "openapi"))
"""What needs no token."""
LETTER_OF: Mapping[str, str] = MappingProxyType(
    {
        "create": "c",
        "read": "r",
        "vread": "r",
        "history-instance": "r",
        "update": "u",
        "patch": "u",
        "delete": "d",
        "search-type": "s",
        "search-compartment": "s",
        "search-system": "s",
        "history-type": "s",
        "history-system": "s",
    }
)
"""The permission that an interaction needs on the type it is about, or on all where it is about none."""
WITHOUT_SCOPE = frozenset(("batch", "transaction", "async-status", "async-cancel"))
"""They need nothing themselves: each entry of a Bundle needs what it would need alone, and what is answered later has
been allowed when it was asked, and is told to the client that asked alone."""


@dataclass(frozen=True, slots=True)
class Need:
    """What an operation needs: one of `letters`, or `each` of them, on the type or (`everywhere`) on all types."""

    letters: str
    each: bool = True
    everywhere: bool = False


OPERATION_NEEDS: Mapping[str, Need] = MappingProxyType(
    {
        "versions": Need(""),
        "cache-control": Need(""),
        "closure": Need(""),
        "validate": Need(LETTERS, each=False),
        "fhirpath": Need("r"),
        "everything": Need("rs", everywhere=True),
        "meta": Need("r"),
        "meta-add": Need("u"),
        "meta-delete": Need("u"),
        "reindex": Need(LETTERS, everywhere=True),
        "explain": Need(LETTERS, everywhere=True),
    }
)
"""What operations need; one that is not listed needs to read what it is about."""
_READ = Need("r")


@dataclass(frozen=True, slots=True)
class Access:
    """What scopes allow: nothing, everything, or what meets one of `alternatives`, each a search all of which holds."""

    is_allowed: bool
    alternatives: tuple[tuple[tuple[str, str], ...], ...] = ()

    @property
    def is_full(self) -> bool:
        return self.is_allowed and not self.alternatives


NONE, FULL = Access(False), Access(True)


def access(
    scopes: Sequence[Scope], interaction: str, resource_type: str | None = None, operation: str | None = None
) -> Access:
    """What `scopes` allow of an interaction, as the route table names it. What it does not know, it does not allow."""
    if interaction in PUBLIC or interaction in WITHOUT_SCOPE:
        return FULL
    if interaction == "operation":
        need = OPERATION_NEEDS.get(operation or "", _READ)
        return _meeting(scopes, need, resource_type)
    letter = LETTER_OF.get(interaction)
    return NONE if letter is None else permission(scopes, letter, resource_type or ANY)


def permission(scopes: Sequence[Scope], letter: str, resource_type: str) -> Access:
    """What `scopes` allow by one letter on a type; on all types, where that is `*`."""
    giving = [each for each in scopes if each.covers(letter, resource_type)]
    if any(not each.criteria for each in giving):
        return FULL
    return Access(True, tuple(each.criteria for each in giving)) if giving else NONE


def needed(interaction: str, resource_type: str | None = None, operation: str | None = None) -> str:
    """The scope that would allow it, to be told to who lacks it."""
    need = OPERATION_NEEDS.get(operation or "", _READ) if interaction == "operation" else None
    if need is None:
        return f"system/{resource_type or ANY}.{LETTER_OF.get(interaction, LETTERS)}"
    letters = need.letters if need.each else need.letters[:1]
    return f"system/{ANY if need.everywhere else resource_type or ANY}.{letters}"


def _meeting(scopes: Sequence[Scope], need: Need, resource_type: str | None) -> Access:
    """Operations are not narrowed by criteria: they are allowed in full or not at all."""
    if not need.letters:
        return FULL
    owner = ANY if need.everywhere else resource_type or ANY
    found = [permission(scopes, letter, owner).is_full for letter in need.letters]
    return FULL if (all(found) if need.each else any(found)) else NONE
