"""Units: a registered organisation is known by its id, any other by its name, in whatever letters it is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fhir_kernel.store.base import Reader
from fhir_server.identity.organisations import ORGANISATIONS


@dataclass(frozen=True, slots=True)
class Unit:
    """Whom somebody works for."""

    name: str = ""
    """That of the register, where it is registered."""
    id: str = ""
    """Of a registered organisation."""

    def is_same(self, other: Unit) -> bool:
        """Whether both are one: by id where both are registered, else by name; an unknown unit is like no other."""
        if self.id and other.id:
            return self.id == other.id
        return bool(self._plain) and self._plain == other._plain

    @property
    def _plain(self) -> str:
        """In full-width letters or with other spaces it is the same."""
        return "".join(unicodedata.normalize("NFKC", self.name).casefold().split())


NO_UNIT = Unit()
"""That of whoever belongs to none."""


async def unit_in(reader: Reader, said: str) -> Unit:
    """The unit that is said: the id of a registered organisation, or a name."""
    kept = await reader.load(ORGANISATIONS, said) if said else None
    return Unit(said) if kept is None else Unit(kept["name"], said)


async def units_in(reader: Reader, said: Iterable[str]) -> Mapping[str, Unit]:
    """Several units, by what is said of them."""
    return {each: await unit_in(reader, each) for each in dict.fromkeys(said)}
