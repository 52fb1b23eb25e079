"""What the registry has when a ledger is taken over, read once, so that rows can be compared on a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.model.edition import Edition, edition_of
from registry.model.project import Project, project_of
from registry.model.standard import Standard, standard_of
from registry.records.keeping import EDITIONS, PROJECTS, STANDARDS, all_listed
from registry.records.numbers import NUMBERS, key_of

Listing = Sequence[tuple[str, Document]]
LEDGER_RESTS_ON = (STANDARDS.collection, EDITIONS, PROJECTS.collection, NUMBERS)
"""What a ledger is compared with."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The documents of some collections that a decision rests on; equal as long as nobody has changed any of them."""

    listings: tuple[Listing, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The same as values. Keys are those of numbers."""

    standards: Mapping[str, Standard]
    """By id."""
    series: Mapping[str, str]
    """The id of the standard that has a number without a year."""
    editions: Mapping[str, Edition]
    """By number."""
    projects: Mapping[str, Project]
    """By id."""


async def basis_in(reader: Reader, collections: Sequence[str]) -> Basis:
    """What there is now in some collections."""
    return Basis(tuple([await all_listed(reader, each) for each in collections]))


def known_of(basis: Basis) -> Known:
    """The values of it; takes a second for ten thousand standards, so call it in a thread."""
    standards, editions, projects, numbers = basis.listings
    read = [edition_of(name.rpartition("/")[2], kept) for name, kept in editions]
    return Known(
        standards={name: standard_of(name, kept) for name, kept in standards},
        series={name: kept["id"] for name, kept in numbers if "standard" not in kept},
        editions={key_of(each.number): each for each in read if each.number},
        projects={name: project_of(name, kept) for name, kept in projects},
    )
